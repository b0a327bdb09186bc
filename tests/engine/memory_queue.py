"""The durable queues in memory: workflows under ids that do not change, run one after another."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto

from bot.domain.revision import ticket_of
from bot.domain.run import Order, Record, Run
from bot.domain.subject import Repo, Subject
from bot.domain.task import Task
from bot.engine.attempt import attempt
from bot.engine.cycle import cycle
from bot.engine.improve import improve
from bot.engine.queue import look_id
from bot.engine.reconcile import reconcile
from bot.engine.revise import revise
from bot.engine.services import Services
from bot.engine.steps import Steps
from tests.engine.power import Grid, Log, MemorySteps, PowerCut

Body = Callable[[Steps, Services, "MemoryQueue"], object]


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
    run: Run | None = None
    log: Log = field(default_factory=Log)
    standing: Standing = Standing.PENDING
    result: object = None


class MemoryQueue:
    """`Queue`, and the worker behind it. What was put in outlives a power cut."""

    def __init__(self, grid: Grid, sleep: Callable[[float], None]) -> None:
        self._grid, self._sleep = grid, sleep
        self._workflows: dict[str, Workflow] = {}
        self._orders: dict[str, Run] = {}
        self.failures: list[str] = []
        self._run: Run | None = None
        self._services: Services | None = None

    def under(self, run: Run | None) -> "MemoryQueue":
        """The same queue as a run's `Crew`."""
        crew = copy(self)
        crew._run = run
        return crew

    def cycle(self, repo: Repo, order: Order) -> None:
        """One run over a repository."""
        self._orders[order.run.id] = order.run
        self._add(
            order.run.id,
            lambda steps, services, queue: cycle(
                steps, services, queue.under(order.run), repo, order
            ),
        )

    def record(self, run: str) -> Record:
        """What came of a run that is over."""
        record = self._workflows[run].result
        assert isinstance(record, Record)
        return record

    def run_in(self, repo: Repo) -> Run | None:
        """See `Queue`."""
        for name, run in self._orders.items():
            one = self._workflows[name]
            begun = one.standing is Standing.RUNNING or one.log.steps
            if name.startswith(f"cycle:{repo.full}:") and begun and not self.over(name):
                return run
        return None

    def take(self, ticket: str) -> None:
        """See `Crew`."""
        self._add(ticket, lambda steps, services, queue: attempt(steps, services, queue, ticket))

    def wait(self, workflow: str) -> str | None:
        """See `Crew`. The worker that waits does what there is to do meanwhile."""
        while not self.over(workflow):
            assert self._services is not None
            assert self.run_next(self._services), f"{workflow} is waited for, and nobody does it"
        done = self._workflows[workflow].standing is Standing.DONE
        return None if done else "it failed"

    def reconcile(self, subject: Subject, cause: str) -> None:
        """See `Queue`."""

        def look(steps: Steps, services: Services, queue: "MemoryQueue") -> None:
            run = services.run or queue.run_in(subject.repo)
            reconcile(steps, replace(services, run=run), queue.under(run), subject)

        self._add(look_id(subject, cause), look)

    def ticket(self, task: Task) -> None:
        """See `Queue`. A ticket may have served a better task: then the next one is issued."""
        if self._run is not None:
            return
        number = 1
        while self.over(name := f"ticket:{task.subject}:{task.attempt}:{number}"):
            number += 1
        self._add(name, lambda steps, services, queue: attempt(steps, services, queue, name))

    def propose(self, task: Task) -> None:
        """See `Queue`."""
        if self._run is not None:
            return
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

    def run_next(self, services: Services, first: str = "") -> bool:
        """Run the oldest pending workflow, or this one, to its end; False when there is none.

        Raises PowerCut, after which the workflow is pending again. May be called while another one
        runs, as when two workers are at it.
        """
        these = [self._workflows[first]] if first else self._workflows.values()
        pending = (one for one in these if one.standing is Standing.PENDING)
        if (workflow := next(pending, None)) is None:
            return False
        steps = MemorySteps(workflow.name, workflow.log, self._grid, self._sleep)
        workflow.standing = Standing.RUNNING
        self._services = services
        try:
            under = replace(services, run=workflow.run)
            workflow.result = workflow.body(steps, under, self.under(workflow.run))
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
        self._workflows.setdefault(name, Workflow(name, body, self._run))
