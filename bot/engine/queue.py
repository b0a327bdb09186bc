"""What may be put into the durable queues, from any process, by ids that do not change."""

from datetime import datetime
from typing import Protocol

from bot.domain.run import Run
from bot.domain.subject import Repo, Subject
from bot.domain.task import Task


class Queue(Protocol):
    """What starts now and is not waited for. The same call again starts nothing twice."""

    def reconcile(self, subject: Subject, cause: str) -> None:
        """Look at a subject again, once for each cause."""
        ...

    def ticket(self, task: Task) -> None:
        """The attempt has a ticket that has not been used up."""
        ...

    def revise(self, task: Task, number: int) -> None:
        """The revision of this number of the task's pull request is worked on."""
        ...

    def over(self, ticket: str) -> bool:
        """Whether the workflow of a ticket has come to its end, whichever."""
        ...

    def run_in(self, repo: Repo) -> Run | None:
        """The run that is under way in a repository, which has its tasks until it is over."""
        ...

    def forget(self, before: datetime) -> int:
        """Drop workflows that ended before this time; how many there were."""
        ...

    def propose(self, task: Task) -> None:
        """Look for an improvement after this attempt was merged."""
        ...


class Crew(Queue, Protocol):
    """The queues as a run uses them: what it starts is paid under it, and it may wait for that.

    A run takes its tasks itself, one after another, and proposes at its end: so no look at an issue
    issues a ticket or asks for a proposal for it.
    """

    def take(self, ticket: str) -> None:
        """A worker works the task that this ticket has claimed."""
        ...

    def wait(self, workflow: str) -> str | None:
        """Until a workflow is over; why it failed, if it did. Never inside of a step."""
        ...


def look_id(subject: Subject, cause: str) -> str:
    """The workflow id of a look."""
    return f"reconcile:{subject}:{cause}"
