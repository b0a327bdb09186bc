"""The message of the squashed commit: the whole change in words, and how it was made."""

from bot.domain.task import Task
from bot.domain.wording.commit import CommitView, commit_message
from bot.engine.services import Services


def squash_message(services: Services, task: Task, pull: int) -> str:
    """The pull request's title and number, what it does, and the trailers of the attempt.

    The title is the one that the pull request has now: people may have written a better one.
    """
    read = services.github.pull(task.subject.repo, pull)
    charges = [c for c in services.ledger.charges(task.id) if c.scope.attempt == task.attempt]
    view = CommitView(
        subject=task.subject,
        attempt=task.attempt,
        headline=(read.title if read is not None else "") or task.title,
        summary=task.published.summary if task.published is not None else "",
        agent=services.operator.agent,
        models=tuple(sorted({charge.model for charge in charges})),
        journal_head=services.journal.head(),
        pull=pull,
    )
    return commit_message(view)
