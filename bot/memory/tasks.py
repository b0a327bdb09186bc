"""The port to the queue's mirror: tasks, tickets, and the commands already answered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.subject import Repo, Subject
from bot.domain.task import Ending, Estimate, Part, Published, Task, Wish
from bot.kernel.values import Usd

QUEUED = "queued"
"""The mark of an attempt's admission."""

HELD = "held"
"""The stage of a queued task that may not begin: its mark says what must end first."""


@dataclass(frozen=True, slots=True)
class Admittance:
    """What is pinned when an issue becomes a task."""

    subject: Subject
    pinned: str
    title: str
    by: int
    login: str
    at: datetime
    votes: int
    cap: Usd
    open_prs: int = 3
    wish: Wish = Wish.CHANGE


@dataclass(frozen=True, slots=True)
class StageMark:
    """One line of a task's story: which stage it entered, when, and what there is to say."""

    task: int
    attempt: int
    stage: str
    detail: str
    at: datetime


class Tasks(Protocol):
    """Every method is safe to call twice with the same arguments."""

    def get(self, task_id: int) -> Task:
        """A task by id. Raises KeyError."""
        ...

    def of(self, subject: Subject) -> Task | None:
        """The task of an issue, whatever its state."""
        ...

    def of_pull(self, repo: Repo, pull: int) -> Task | None:
        """The task whose published pull request has this number."""
        ...

    def of_sha(self, repo: Repo, sha: str) -> Task | None:
        """The task whose tested commit this is."""
        ...

    def open_in(self, repo: Repo) -> tuple[Task, ...]:
        """Tasks of a repository that have not ended."""
        ...

    def working(self) -> tuple[Task, ...]:
        """Every task a worker has, in all repositories."""
        ...

    def all(self, limit: int = 200) -> tuple[Task, ...]:
        """The newest tasks first, for people."""
        ...

    def admit(self, admittance: Admittance) -> Task:
        """Queue the issue as a new attempt; a queued task with the same pin is left as it is."""
        ...

    def claim(self, ticket: str, task_id: int, now: datetime) -> Task | None:
        """Bind a ticket to a queued task and start work on it.

        None when somebody was faster, or when it is held (`bot/domain/holding.py`): that is seen in
        the same transaction, so several workers keep to it together. The same ticket asking again
        gets the same task, so a repeated step does no harm.
        """
        ...

    def hold_back(
        self,
        ticket: str,
        task: Task,
        touches: tuple[str, ...],
        now: datetime,
        reason: str | None = None,
    ) -> bool:
        """Remember what the attempt's plan touches, and whether it has to wait.

        True: there is a reason, or an open pull request touches the same, so the task is queued
        again, its story says why, and the ticket has let go of it.
        """
        ...

    def claimed(self, ticket: str) -> Task | None:
        """The task this ticket already holds."""
        ...

    def ticket_of(self, task_id: int) -> str | None:
        """The ticket that the task's present attempt is worked under."""
        ...

    def queued(self) -> tuple[Task, ...]:
        """Every queued task."""
        ...

    def estimate(self, task_id: int, estimate: Estimate | None) -> None:
        """Remember what triage thought; None when it wants no change."""
        ...

    def split(self, task_id: int, parts: tuple[Part, ...]) -> None:
        """Remember the parts that it was split into, with what was filed of them."""
        ...

    def publish(self, task_id: int, attempt: int, published: Published) -> None:
        """This attempt ended with an open pull request; a newer attempt is left alone."""
        ...

    def end(self, task_id: int, ending: Ending, reason: str, now: datetime) -> None:
        """The task is over for now; an ended task stays ended until it is admitted again."""
        ...

    def allow_more(self, task_id: int, amount: Usd, command: int) -> None:
        """Raise the change's cap once for one `/evolve continue` comment."""
        ...

    def mark(self, mark: StageMark) -> None:
        """Append to the task's story and set its live stage."""
        ...

    def story(self, task_id: int) -> tuple[StageMark, ...]:
        """The marks of a task in order."""
        ...

    def queued_at(self, tasks: Collection[int] | None = None) -> Mapping[tuple[int, int], datetime]:
        """When each attempt of these tasks, or of all, was queued, by task and attempt."""
        ...

    def tell(self, task_id: int, answer: str) -> None:
        """The reply to a command, to be shown until something else happens."""
        ...

    def labelled(self, task_id: int, label: str) -> None:
        """Remember which state label is on the issue, so that it is not asked for again."""
        ...

    def answered(self, repo: Repo, comment: int) -> bool:
        """Whether a command comment has been dealt with."""
        ...

    def answer(self, repo: Repo, comment: int, outcome: str, now: datetime) -> None:
        """Remember that a command comment has been dealt with, and how."""
        ...


class Controls(Protocol):
    """The kill switch: for everything (scope `*`) or for one `owner/name`."""

    def pause(self, scope: str, by: str, now: datetime) -> None:
        """Stop taking work and stop merging in this scope."""
        ...

    def resume(self, scope: str) -> None:
        """Go on."""
        ...

    def paused(self, repo: Repo) -> str | None:
        """Who paused this repository (or everything), or None."""
        ...
