"""The durable queues on DBOS, reached through its client, so that a step may use them too."""

from datetime import datetime

from dbos import DBOSClient, EnqueueOptions

from bot.domain.revision import ticket_of
from bot.domain.subject import Subject
from bot.domain.task import Task

RECONCILE = "reconcile"
WORK = "work"
CLASS_NAME = "Workflows"
INSTANCE_NAME = "evolve"
FORGOTTEN_AT_ONCE = 1000
OPEN = frozenset({"PENDING", "ENQUEUED", "DELAYED"})
ENDED = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})


class DurableQueue:
    """The queues of DBOS. Reconciles of one subject run one after another, others side by side."""

    def __init__(self, client: DBOSClient, version: str) -> None:
        self._client = client
        self._version = version

    def reconcile(self, subject: Subject, cause: str) -> None:
        """See `Queue`."""
        repo = subject.repo
        options = self._options(RECONCILE, "reconcile", f"reconcile:{subject}:{cause}")
        options["queue_partition_key"] = str(subject)
        self._client.enqueue(options, repo.owner, repo.name, repo.installation, subject.number)

    def ticket(self, task: Task) -> None:
        """See `Queue`. A ticket may have served a better task: then the next one is issued."""
        number = 1
        while self.over(ticket_id(task, number)):
            number += 1
        name = ticket_id(task, number)
        self._client.enqueue(self._options(WORK, "ticket", name), name)

    def revise(self, task: Task, number: int) -> None:
        """See `Queue`."""
        name = ticket_of(str(task.subject), task.attempt, number)
        self._client.enqueue(self._options(WORK, "revise", name), task.id, task.attempt, number)

    def propose(self, task: Task) -> None:
        """See `Queue`."""
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


def ticket_id(task: Task, number: int) -> str:
    """The workflow id of an attempt's n-th ticket."""
    return f"ticket:{task.subject}:{task.attempt}:{number}"
