"""Whom the bot serves: which owners, and which issues of a repository may need a look."""

from bot.domain.policy import LABEL
from bot.domain.subject import Repo, Subject
from bot.engine.services import Services


def allowed(services: Services, repo: Repo) -> bool:
    """Whether the operator serves this owner; an empty list serves all who install the App."""
    owners = services.operator.owners
    return not owners or repo.owner.lower() in owners


def subjects_of(services: Services, repo: Repo) -> tuple[Subject, ...]:
    """Labelled open issues, every task that has not ended, and merges that are watched."""
    labelled = services.github.issues_with(repo, LABEL, None)
    found = {Subject(repo, issue.number) for issue in labelled if not issue.is_pull}
    # By number: an installation that was redone has a new id, and the old one opens nothing.
    found |= {Subject(repo, task.subject.number) for task in services.tasks.open_in(repo)}
    found |= {Subject(repo, watch.subject.number) for watch in services.watches.open_in(repo)}
    return tuple(sorted(found))
