"""What a round of a look came to, and the small acts that most rounds share."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.facts import Facts
from bot.domain.subject import Subject
from bot.domain.task import Task
from bot.engine.halt import Halt
from bot.engine.services import Services
from bot.engine.status import show
from bot.memory.tasks import StageMark


@dataclass(frozen=True, slots=True)
class Settled:
    """Nothing more to do now; an event or the sweep brings us back."""


@dataclass(frozen=True, slots=True)
class Again:
    """Something was done: look again."""


@dataclass(frozen=True, slots=True)
class Over:
    """The task is over, and this is how; `comment` is the command that ended it."""

    task: Task
    halt: Halt
    comment: int | None = None


Verdict: TypeAlias = Settled | Again | Over


def acknowledge(services: Services, subject: Subject, comment: int | None) -> None:
    """The command has been obeyed: a thumb up, and it is not looked at again."""
    if comment is not None:
        services.github.ensure_reaction(subject, comment, "+1")
        services.tasks.answer(subject.repo, comment, "done", services.clock())


def tell(services: Services, facts: Facts, stage: str, detail: str) -> Settled:
    """Say where the task stands, and leave it there."""
    if facts.task is not None:
        say(services, facts.task, stage, detail)
    return Settled()


def say(services: Services, task: Task, stage: str, detail: str) -> None:
    """Into the story, once, and so into the status comment."""
    mark_once(services, task, stage, detail)
    show(services, task.id)


def mark_once(services: Services, task: Task, stage: str, detail: str) -> None:
    """Append to the story; a round may run again, and should not say the same thing twice."""
    story = services.tasks.story(task.id)
    if any((m.attempt, m.stage, m.detail) == (task.attempt, stage, detail) for m in story):
        return
    services.tasks.mark(StageMark(task.id, task.attempt, stage, detail, services.clock()))
