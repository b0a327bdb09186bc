"""The durable queues on DBOS, reached through its client, so that a step may use them too."""

from datetime import datetime

from dbos import DBOS, DBOSClient, EnqueueOptions, WorkflowStatus
from sqlalchemy import Engine, inspect

from bot.domain.revision import ticket_of
from bot.domain.run import Order, Run
from bot.domain.subject import Repo, Subject
from bot.domain.task import Task
from bot.engine.queue import look_id

WORKFLOW_VERSION = "6"
"""Raised when the order of a workflow's steps changes: pending ones finish on the old version."""

RECONCILE = "reconcile"
WORK = "work"
CYCLES = "cycles"
"""Runs wait for what they start, so they must not take its place in a queue."""

WAIT_POLL_S = 0.5
CLASS_NAME = "Workflows"
INSTANCE_NAME = "evolve"
FORGOTTEN_AT_ONCE = 1000
OPEN = frozenset({"PENDING", "ENQUEUED", "DELAYED"})
ENDED = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})


class DurableQueue:
    """The queues of DBOS. Reconciles of one subject run one after another, others side by side.

    With a run it is that run's `Crew`: what is put in is paid under it.
    """

    def __init__(self, client: DBOSClient, version: str, run: Run | None = None) -> None:
        self._client = client
        self._version = version
        self._run = run

    def under(self, run: Run | None) -> "DurableQueue":
        """The same queues, for what a run starts."""
        return DurableQueue(self._client, self._version, run)

    def reconcile(self, subject: Subject, cause: str) -> None:
        """See `Queue`."""
        repo = subject.repo
        options = self._options(RECONCILE, "reconcile", look_id(subject, cause))
        options["queue_partition_key"] = str(subject)
        self._put(options, repo.owner, repo.name, repo.installation, subject.number)

    def ticket(self, task: Task) -> None:
        """See `Queue`. A ticket may have served a better task: then the next one is issued."""
        if self._run is not None:
            return
        number = 1
        while self.over(ticket_id(task, number)):
            number += 1
        name = ticket_id(task, number)
        self._put(self._options(WORK, "ticket", name), name)

    def take(self, ticket: str) -> None:
        """See `Crew`."""
        self._put(self._options(WORK, "ticket", ticket), ticket)

    def cycle(self, repo: Repo, order: Order) -> None:
        """One run over a repository; the same order again starts nothing twice."""
        options = self._options(CYCLES, "cycle", order.run.id)
        options["queue_partition_key"] = repo.full
        self._client.enqueue(options, repo.owner, repo.name, repo.installation, order)

    def wait(self, workflow: str) -> str | None:
        """See `Crew`. What was waited for is kept, so a replay does not wait again."""
        found = self._client.list_workflows(workflow_ids=[workflow], load_input=False)
        if not found:
            return "the engine does not know it"
        if found[0].status not in ENDED and found[0].app_version != self._version:
            return "it waits for another version of the bot"
        handle = DBOS.retrieve_workflow(workflow, existing_workflow=False)
        try:
            handle.get_result(polling_interval_sec=WAIT_POLL_S)
        except Exception as failed:  # noqa: BLE001 - any error of the other workflow is news here
            return f"{type(failed).__name__}: {failed}"
        return None

    def revise(self, task: Task, number: int) -> None:
        """See `Queue`."""
        name = ticket_of(str(task.subject), task.attempt, number)
        self._put(self._options(WORK, "revise", name), task.id, task.attempt, number)

    def propose(self, task: Task) -> None:
        """See `Queue`."""
        if self._run is not None:
            return
        name = f"propose:{task.subject}:{task.attempt}"
        self._client.enqueue(self._options(WORK, "propose", name), task.id)

    def forget(self, before: datetime) -> int:
        """See `Queue`."""
        found = self._client.list_workflows(
            status=sorted(ENDED),
            completed_before=before.isoformat(),
            limit=FORGOTTEN_AT_ONCE,
            load_input=False,
            load_output=False,
        )
        if found:
            self._client.delete_workflows([workflow.workflow_id for workflow in found])
        return len(found)

    def over(self, ticket: str) -> bool:
        """See `Queue`."""
        found = self._client.list_workflows(workflow_ids=[ticket], load_input=False)
        return bool(found) and found[0].status in ENDED

    def run_in(self, repo: Repo) -> Run | None:
        """See `Queue`. A run of another version may never go on: it has nothing any more."""
        for one in self._unfinished(repo.full):
            # One that was resumed is put into its queue again, in the middle of its steps.
            if one.status == "PENDING" or self._began(one.workflow_id):
                return _order(one).run
        return None

    def unfinished(self, repo: str) -> Order | None:
        """The oldest run of a repository (`owner/name`) that was asked for and has not ended."""
        found = self._unfinished(repo)
        return _order(found[0]) if found else None

    def _began(self, run: str) -> bool:
        return bool(self._client.list_workflow_steps(run, load_output=False, limit=1))

    def _unfinished(self, repo: str) -> list[WorkflowStatus]:
        prefix = f"cycle:{repo}:"
        found = self._client.list_workflows(
            name="cycle",
            status=["PENDING", "ENQUEUED"],
            workflow_id_prefix=prefix,
            app_version=self._version,
            load_output=False,
        )
        # In a database's pattern an underscore stands for any character.
        return [one for one in found if one.workflow_id.startswith(prefix)]

    def _put(self, options: EnqueueOptions, *arguments: object) -> None:
        """A job, and with it the run that it is for."""
        run = self._run
        whose = (run.id, run.cap.nano, run.breaking) if run else ()
        self._client.enqueue(options, *arguments, *whose)

    def left_behind(self) -> int:
        """How many workflows that are not over only a process of another version will run."""
        waiting = self._client.list_workflows(status=sorted(OPEN), load_input=False)
        return sum(one.app_version != self._version for one in waiting)

    def _options(self, queue: str, workflow: str, workflow_id: str) -> EnqueueOptions:
        return {
            "queue_name": queue,
            "workflow_name": workflow,
            "workflow_id": workflow_id,
            "class_name": CLASS_NAME,
            "instance_name": INSTANCE_NAME,
            "app_version": self._version,
        }


def _order(status: WorkflowStatus) -> Order:
    order = status.input["args"][-1] if status.input else None
    if not isinstance(order, Order):
        raise TypeError(f"{status.workflow_id} was given no order")
    return order


def ticket_id(task: Task, number: int) -> str:
    """The workflow id of an attempt's n-th ticket."""
    return f"ticket:{task.subject}:{task.attempt}:{number}"


def unfinished(database_url: str, database: Engine, repo: str) -> Order | None:
    """See `DurableQueue.unfinished`; for a process that has not started its engine yet."""
    schema = "dbos" if database.dialect.name == "postgresql" else None
    if not inspect(database).has_table("workflow_status", schema=schema):
        return None
    client = DBOSClient(system_database_url=database_url, lazy=True)
    try:
        return DurableQueue(client, WORKFLOW_VERSION).unfinished(repo)
    finally:
        client.destroy()
