"""A pull request was closed unmerged: ask why, once, and remember the answer."""

from contextlib import suppress

from bot.domain.facts import Reason
from bot.domain.lessons.credit import Fate
from bot.domain.subject import Subject
from bot.domain.task import Ending, Task
from bot.domain.wording.answers import reopened_line, reopened_marker, why_marker, why_question
from bot.engine.fetching import fetched
from bot.engine.halt import Tried
from bot.engine.learning import judged, learn_from_closing
from bot.engine.record import write_journal
from bot.engine.remember import Reason as Why
from bot.engine.remember import record_failure
from bot.engine.services import Services
from bot.engine.verdict import Again, Settled
from bot.kernel.text import redact, strip_hidden
from bot.stages.github import NotAllowed

KEPT_CHARS = 1_000


def ask_why(services: Services, task: Task, pull: int) -> None:
    """One question on the pull request; where it is locked, nobody is asked.

    Whatever the answer: the lessons that the attempt was shown did not lead to what people want.
    """
    judged(services, task, Fate.CLOSED)
    place = Subject(task.subject.repo, pull)
    with suppress(NotAllowed):
        services.github.ensure_comment(place, why_marker(pull), why_question(pull))


def disown(services: Services, task: Task, pull: int) -> Settled:
    """One line on the pull request that was opened again; where it is locked, nobody is told."""
    place, issue = Subject(task.subject.repo, pull), task.subject.number
    with suppress(NotAllowed):
        services.github.ensure_comment(place, reopened_marker(pull), reopened_line(pull, issue))
    return Settled()


def remember(services: Services, task: Task, reason: Reason) -> Again:
    """Into the journal as a lesson, and among what failed on this issue before."""
    text = redact(strip_hidden(reason.text)).strip()[:KEPT_CHARS]
    said = f"closed unmerged by people: {text}"
    part = f"why-{reason.comment}"
    why = Why(said, ("closed-unmerged",), part)
    record_failure(services, task, why, _published(services, task), rolled_back=True)
    learn_from_closing(services, task, text, reason.comment)
    write_journal(services, task, Ending.STOPPED, said, lessons=(text,), part=part)
    repo = task.subject.repo
    pull = task.published.pull if task.published is not None else task.subject.number
    services.github.ensure_reaction(Subject(repo, pull), reason.comment, "+1")
    services.tasks.answer(repo, reason.comment, "remembered", services.clock())
    return Again()


def _published(services: Services, task: Task) -> Tried | None:
    """All that people did not want, revisions too: from where the pull request left its branch.

    None where the mirror has it no more. Raises TryLater.
    """
    repo, published = task.subject.repo, task.published
    repository = services.github.repository(repo)
    if published is None or repository is None:
        return None
    mirror = fetched(services, repo, repository.default_branch)
    base = mirror.merge_base(repository.default_branch, published.tested)
    return Tried(base, published.tested) if base is not None else None
