"""A pull request was closed unmerged: ask why, once, and remember the answer."""

from bot.domain.facts import Reason
from bot.domain.lessons.credit import Fate
from bot.domain.subject import Subject
from bot.domain.task import Ending, Task
from bot.domain.wording.answers import why_marker, why_question
from bot.engine.halt import Tried
from bot.engine.learning import judged, learn_from_closing
from bot.engine.record import write_journal
from bot.engine.remember import Reason as Why
from bot.engine.remember import record_failure
from bot.engine.services import Services
from bot.engine.verdict import Again
from bot.kernel.text import redact, strip_hidden
from bot.stages.github import NotAllowed

KEPT_CHARS = 1_000


def ask_why(services: Services, task: Task, pull: int) -> None:
    """One question on the pull request; where it is locked, nobody is asked.

    Whatever the answer: the lessons that the attempt was shown did not lead to what people want.
    """
    judged(services, task, Fate.CLOSED)
    place = Subject(task.subject.repo, pull)
    try:
        services.github.ensure_comment(place, why_marker(pull), why_question(pull))
    except NotAllowed:
        return


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
    """The commit that people did not want, where the mirror still has it."""
    if task.published is None:
        return None
    tested = task.published.tested
    base = services.git.mirror(task.subject.repo.full).parent(tested)
    return Tried(base, tested) if base is not None else None
