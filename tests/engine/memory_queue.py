"""The durable queues in memory: workflows under ids that do not change, run one after another."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from bot.domain.revision import ticket_of
from bot.domain.subject import Subject
from bot.domain.task import Task
from bot.engine.attempt import attempt
from bot.engine.improve import improve
from bot.engine.queue import Queue
from bot.engine.reconcile import reconcile
from bot.engine.revise import revise
from bot.engine.services import Services
from bot.engine.steps import Steps
from tests.engine.power import Grid, Log, MemorySteps, PowerCut

Body = Callable[[Steps, Services, Queue], None]


class Standing(Enum):
    """How far a workflow is."""

    PENDING = auto()
    RUNNING = auto()
    DONE = auto()
    FAILED = auto()


@dataclass
class Workflow:
    """One durable workflow and what is kept of it."""

    name: str
    body: Body
    log: Log = field(default_factory=Log)
    standing: Standing = Standing.PENDING


class MemoryQueue:
    """`Queue`, and the worker behind it. What was put in outlives a power cut."""

    def __init__(self, grid: Grid, sleep: Callable[[float], None]) -> None:
        self._grid, self._sleep = grid, sleep
        self._workflows: dict[str, Workflow] = {}
        self.failures: list[str] = []

    def reconcile(self, subject: Subject, cause: str) -> None:
        """See `Queue`."""
        self._add(
            f"reconcile:{subject}:{cause}",
            lambda steps, services, queue: reconcile(steps, services, queue, subject),
        )

    def ticket(self, task: Task) -> None:
        """See `Queue`. A ticket may have served a better task: then the next one is issued."""
        number = 1
        while self.over(name := f"ticket:{task.subject}:{task.attempt}:{number}"):
            number += 1
        self._add(name, lambda steps, services, queue: attempt(steps, services, queue, name))

    def propose(self, task: Task) -> None:
        """See `Queue`."""
        self._add(
            f"propose:{task.subject}:{task.attempt}",
            lambda steps, services, queue: improve(steps, services, task.id),
        )

    def revise(self, task: Task, number: int) -> None:
        """See `Queue`."""
        self._add(
            ticket_of(str(task.subject), task.attempt, number),
            lambda steps, services, queue: revise(
                steps, services, queue, task.id, task.attempt, number
            ),
        )

    def forget(self, before: datetime) -> int:
        """See `Queue`. Nothing here lives long enough to be forgotten."""
        return 0

    def run_next(self, services: Services) -> bool:
        """Run the oldest pending workflow to its end; False when there is none.

        Raises PowerCut, after which the workflow is pending again. May be called while another one
        runs, as when two workers are at it.
        """
        pending = (one for one in self._workflows.values() if one.standing is Standing.PENDING)
        if (workflow := next(pending, None)) is None:
            return False
        steps = MemorySteps(workflow.name, workflow.log, self._grid, self._sleep)
        workflow.standing = Standing.RUNNING
        try:
            workflow.body(steps, services, self)
        except PowerCut:
            workflow.standing = Standing.PENDING
            raise
        except Exception as error:  # noqa: BLE001 - a workflow that fails does not end the worker
            workflow.standing = Standing.FAILED
            self.failures.append(f"{workflow.name}: {type(error).__name__}: {error}")
        else:
            workflow.standing = Standing.DONE
        return True

    def over(self, ticket: str) -> bool:
        """See `Queue`."""
        known = self._workflows.get(ticket)
        return known is not None and known.standing in (Standing.DONE, Standing.FAILED)

    def _add(self, name: str, body: Body) -> None:
        self._workflows.setdefault(name, Workflow(name, body))
