"""DBOS: the workflows, their steps, and the slot in which one process runs them.

Rules from what was measured: a stable slot name held by an exclusive lock before launch, so that a
second process never takes over running work; an explicit version, because software that edits
itself would orphan its own workflows; nothing waits in a queue slot for hours.
"""

import fcntl
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeVar

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSConfiguredInstance

from bot.domain.subject import Repo, Subject
from bot.engine.attempt import attempt
from bot.engine.durable_queue import INSTANCE_NAME, RECONCILE, WORK, DurableQueue
from bot.engine.improve import improve
from bot.engine.queue import Queue
from bot.engine.reconcile import reconcile
from bot.engine.revise import revise
from bot.engine.services import Services
from bot.engine.steps import GivenUp, StepFailed
from bot.stages.github import NotAllowed, TryLater

T = TypeVar("T")

WORKFLOW_VERSION = "5"
"""Raised when the order of a workflow's steps changes: pending ones finish on the old version."""

LATER_MOST = 40
"""How often a step may be put off, at most `WAIT_MOST_S` each: some hours of GitHub being away."""

WAIT_MOST_S = 300.0
RECONCILES_AT_ONCE = 4
POLL_S = 1.0


@dataclass(frozen=True, slots=True)
class _Later:
    """A step's result that says: not now."""

    seconds: float


class DurableSteps:
    """`Steps` on DBOS: must be used inside a workflow."""

    def run(self, name: str, work: Callable[[], T]) -> T:
        """Run until it succeeds or fails for good. Raises GivenUp, StepFailed or NotAllowed."""

        def guarded() -> T | _Later:
            try:
                return work()
            except TryLater as later:
                logging.getLogger(__name__).info("%s is put off: %s", name, later)
                return _Later(max(1.0, later.retry_after_s))
            except NotAllowed:
                raise
            except Exception as error:
                # Recorded as text: a vendor's exception may not survive being stored.
                logging.getLogger(__name__).exception("step %s failed", name)
                raise StepFailed(f"{name}: {type(error).__name__}: {error}") from error

        for _ in range(LATER_MOST):
            outcome = DBOS.run_step({"name": name}, guarded)
            if not isinstance(outcome, _Later):
                return outcome
            DBOS.sleep(min(outcome.seconds, WAIT_MOST_S))
        raise GivenUp(f"{name} was put off {LATER_MOST} times")

    def sleep(self, seconds: float) -> None:
        """Wait durably."""
        DBOS.sleep(seconds)


@DBOS.dbos_class()
class Workflows(DBOSConfiguredInstance):
    """The four workflows. Recovery finds them by class and instance name."""

    def __init__(self, services: Services, queue: Queue) -> None:
        super().__init__(INSTANCE_NAME)
        self._services = services
        self._queue = queue

    @DBOS.workflow(name="reconcile")
    def reconcile(self, owner: str, name: str, installation: int, number: int) -> None:
        """Bring one issue to where it should be."""
        subject = Subject(Repo(owner, name, installation), number)
        reconcile(DurableSteps(), self._services, self._queue, subject)

    @DBOS.workflow(name="ticket")
    def ticket(self, name: str) -> None:
        """Work the best task there is now."""
        attempt(DurableSteps(), self._services, self._queue, name)

    @DBOS.workflow(name="revise")
    def revise(self, task_id: int, attempt_number: int, number: int) -> None:
        """Work on an open pull request once more."""
        revise(DurableSteps(), self._services, self._queue, task_id, attempt_number, number)

    @DBOS.workflow(name="propose")
    def propose(self, task_id: int) -> None:
        """File an improvement issue."""
        improve(DurableSteps(), self._services, task_id)


class SlotTaken(Exception):
    """Another process works in this slot; the message says what to do."""


class Engine:
    """A running engine in one slot."""

    def __init__(
        self, services: Services, database_url: str, home: Path, slot: int, workers: int
    ) -> None:
        self._home, self._slot = home, slot
        self._lock = _hold_slot(home, slot)
        config: DBOSConfig = {
            "name": "evolve-bot",
            "system_database_url": database_url,
            "executor_id": f"worker-{slot}",
            "application_version": WORKFLOW_VERSION,
            "log_level": "WARNING",
            "enable_otlp": False,
            "scheduler_polling_interval_sec": 30.0,
            "notification_listener_polling_interval_sec": 1.0,
        }
        DBOS(config=config)
        self._client = DBOSClient(system_database_url=database_url, lazy=True)
        self.queue = DurableQueue(self._client, WORKFLOW_VERSION)
        Workflows(services, self.queue)
        DBOS.launch()
        DBOS.register_queue(
            RECONCILE,
            partition_concurrency=1,
            worker_concurrency=RECONCILES_AT_ONCE,
            polling_interval_sec=POLL_S,
        )
        DBOS.register_queue(WORK, worker_concurrency=workers, polling_interval_sec=POLL_S)

    def take_over(self) -> int:
        """Resume what slots left behind that nobody holds any more; how many workflows.

        A slot's own process resumes its work when it starts again; this is for one that never does.
        A held lock means a living process, so what is running is never started a second time.
        """
        pending = self._client.list_workflows(status="PENDING", load_input=False)
        slots = {str(one.executor_id) for one in pending} - {f"worker-{self._slot}"}
        resumed = 0
        for slot in sorted(slots):
            number = slot.removeprefix("worker-")
            if not number.isdecimal():
                continue
            try:
                lock = _hold_slot(self._home, int(number))
            except SlotTaken:
                continue
            with lock:
                for one in pending:
                    if one.executor_id == slot:
                        self._client.resume_workflow(one.workflow_id, queue_name=WORK)
                        resumed += 1
        return resumed

    def close(self, drain_s: int) -> None:
        """Take no more work, let running steps end for at most so many seconds, let go."""
        DBOS.destroy(workflow_completion_timeout_sec=drain_s)
        self._client.destroy()
        self._lock.close()


def _hold_slot(home: Path, slot: int) -> TextIO:
    directory = home / "slots"
    directory.mkdir(parents=True, exist_ok=True)
    lock = (directory / f"worker-{slot}.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as taken:
        lock.close()
        raise SlotTaken(
            f"another process works as worker-{slot}: stop it, or start this one with --slot"
        ) from taken
    return lock
