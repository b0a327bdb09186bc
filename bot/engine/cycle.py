"""One run for cron: look at everything of a repository, take the best tasks, propose, and stop.

A durable workflow that starts others and waits for them, so it may be killed anywhere and goes on
with the next start. It keeps nothing in memory: each step asks the database what there is to do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.domain.priority import Ranked, best
from bot.domain.revision import Came, ticket_of
from bot.domain.run import (
    Considered,
    Kept,
    Left,
    Next,
    Nothing,
    Order,
    Purse,
    Record,
    Taken,
    Why,
    kept_by_run,
    pick,
)
from bot.domain.subject import Repo, Subject
from bot.domain.task import Ending, Task, TaskState, Wish
from bot.domain.wording.holding import hold_line
from bot.engine.appraise import appraise
from bot.engine.holding import hold_now
from bot.engine.improve import improve_in
from bot.engine.queue import Crew, look_id
from bot.engine.run_record import Began, close, ended_as
from bot.engine.services import Services
from bot.engine.steps import GivenUp, StepFailed, Steps
from bot.engine.subjects import subjects_of
from bot.kernel.values import Usd
from bot.stages.github import NotAllowed

APPRAISED_MOST = 20
"""Tasks that one run estimates, about half a cent each; the others wait for the next one."""

REVISED_MOST = 20
"""Rounds of work on open pull requests in one run; each pull request has limits of its own."""

TAKEN_MOST = 5
"""Tasks that may be taken for each change allowed: most end with one, or with a question."""

NO_MORE = "no task is left that this run may take"

POLL_S = 10.0
"""Between two looks at pull requests whose CI is waited for."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task that the run has taken, under which ticket and why."""

    ticket: str
    task: Task
    why: str


@dataclass
class _Cycle:
    """One execution of the workflow; what it counts is the same at each replay."""

    steps: Steps
    services: Services
    crew: Crew
    repo: Repo
    order: Order
    looks: int = 0
    problems: list[str] = field(default_factory=list)

    def look(self, subjects: tuple[Subject, ...]) -> None:
        """Bring these where they should be, and with them the work on their pull requests."""
        self._look(subjects)
        for _ in range(REVISED_MOST):
            under_way = self.steps.run("revisions", self._under_way)
            if not under_way:
                return
            for ticket, _ in under_way:
                self._wait(ticket)
            self._look(tuple(sorted({subject for _, subject in under_way})))

    def _look(self, subjects: tuple[Subject, ...]) -> None:
        self.looks += 1
        cause = f"{self.order.run.id}/{self.looks}"

        def ask() -> None:
            for subject in subjects:
                self.crew.reconcile(subject, cause)

        self.steps.run(f"look {self.looks}", ask)
        for subject in subjects:
            self._wait(look_id(subject, cause))

    def _under_way(self) -> tuple[tuple[str, Subject], ...]:
        found = []
        for task in self.services.tasks.open_in(self.repo):
            if task.state is not TaskState.REVISING:
                continue
            for one in self.services.revisions.of(task.id, task.attempt):
                if one.came is Came.UNDER_WAY:
                    self.crew.revise(task, one.number)
                    ticket = ticket_of(str(task.subject), task.attempt, one.number)
                    found.append((ticket, task.subject))
        return tuple(found)

    def _wait(self, workflow: str) -> None:
        if (failed := self.crew.wait(workflow)) is not None:
            self.problems.append(f"{workflow}: {failed}")

    def appraise(self) -> None:
        """Estimate what nobody has read yet, so that the order means something."""
        unread = self.steps.run("unread", lambda: self._queued(unread=True)[:APPRAISED_MOST])
        for task in unread:
            halt = appraise(self.steps, self.services, task, self.order.run)
            if halt is not None and halt.ending is Ending.OVER_BUDGET:
                return

    def _queued(self, *, unread: bool = False) -> tuple[Task, ...]:
        mine = (task for task in self.services.tasks.open_in(self.repo))
        queued = (task for task in mine if task.state is TaskState.QUEUED)
        return tuple(task for task in queued if not unread or task.estimate is None)

    def considered(self) -> tuple[Considered, ...]:
        """The queue before anything is taken."""
        return tuple(
            Considered(
                one.place,
                one.task.subject.number,
                one.task.title,
                str(one.task.estimate.risk) if one.task.estimate else "unknown",
                one.why,
            )
            for one in best(self._queued(), self.services.clock(), {})
        )

    def take(self) -> tuple[tuple[Taken, ...], str]:
        """One task after another; what came of each, and why no more were taken."""
        taken: list[Taken] = []
        most = self.order.max_changes
        while sum(one.pull is not None for one in taken) < most:
            if len(taken) >= TAKEN_MOST * most:
                return tuple(taken), "too many tasks were taken without a change"
            number = len(taken) + 1
            claimed = self.steps.run(
                f"take {number}", lambda n=number: self._claim(n, _dearest(taken))
            )
            if claimed is None:
                return tuple(taken), NO_MORE
            self._wait(claimed.ticket)
            self.look((claimed.task.subject,))
            came = self.steps.run(
                f"came of {number}",
                lambda c=claimed: ended_as(self.services, c.task, c.why, self.order.run.id),
            )
            taken.append(came)
        return tuple(taken), f"{_changes(most)}, as many as were allowed"

    def _claim(self, number: int, dearest: Usd) -> Claimed | None:
        """Bind the best task to a ticket and hand it to a worker; again: the same."""
        ticket, tasks = f"{self.order.run.id}/{number}", self.services.tasks
        mine = tasks.claimed(ticket)
        if mine is not None:
            self.crew.take(ticket)
            return Claimed(ticket, mine, _why(mine, self))
        queued = self._queued()
        while queued:
            now, purse = self.services.clock(), Purse(self._left(), dearest)
            match pick(queued, self._held(queued), self.order, purse, now):
                case Nothing():
                    return None
                case Next(ranked=ranked):
                    claimed = tasks.claim(ticket, ranked.task.id, now)
                    if claimed is not None:
                        self.crew.take(ticket)
                        return Claimed(ticket, claimed, ranked.why)
                    queued = tuple(one for one in queued if one.id != ranked.task.id)
        return None

    def _left(self) -> Usd:
        spent = self.services.ledger.spent_in(self.order.run.id)
        return Usd(max(0, self.order.run.cap.nano - spent.nano))

    def _held(self, queued: tuple[Task, ...]) -> dict[int, Kept]:
        """What keeps a task for everybody, not only for this run."""
        found: dict[int, Kept] = {}
        by = self.services.controls.paused(self.repo)
        for task in queued:
            if by is not None:
                found[task.id] = Kept(Why.PAUSED, f"paused by {by}")
            elif (hold := hold_now(self.services, task)) is not None:
                found[task.id] = Kept(Why.HELD, hold_line(hold))
        return found

    def left(self, stopped: str, dearest: Usd) -> tuple[Left, ...]:
        """Every task that is still queued, and why: by its own nature, or as the run ended."""
        queued, now = self._queued(), self.services.clock()
        purse = Purse(self._left(), dearest)
        held, enough = self._held(queued), Kept(Why.FULL, stopped)
        if stopped != NO_MORE:
            held = dict.fromkeys(held, enough)
        return tuple(
            _left(one, kept_by_run(one.task, self.order, purse) or held.get(one.task.id, enough))
            for one in best(queued, now, {})
        )

    def propose(self, hint: str) -> str:
        """One improvement issue, where the queue is short of a run's work."""
        short = self.steps.run("short", lambda: len(self._queued()) < self.order.max_changes)
        if not short:
            return "not looked for: the queue holds enough"
        try:
            return improve_in(self.steps, self.services, self.repo, self.order.run, hint)
        except (GivenUp, StepFailed, NotAllowed) as failed:
            self.problems.append(f"propose: {failed}")
            return "could not be looked for"

    def wait_for_ci(self) -> None:
        """Look again at what waits for CI, for as long as was allowed; a red one is repaired."""
        waited = 0.0
        while waited < self.order.wait_s:
            pending = self.steps.run("pending", self._pending)
            if not pending:
                return
            pause = min(POLL_S, self.order.wait_s - waited)
            self.steps.sleep(pause)
            waited += pause
            self.look(pending)

    def _pending(self) -> tuple[Subject, ...]:
        open_ones = self.services.tasks.open_in(self.repo)
        return tuple(
            task.subject
            for task in open_ones
            if task.state is TaskState.PUBLISHED and task.stage == "land"
        )


def cycle(steps: Steps, services: Services, crew: Crew, repo: Repo, order: Order) -> Record:
    """One run, from its first look to its record. Raises GivenUp, StepFailed or NotAllowed."""
    services = replace(services, run=order.run)
    run = _Cycle(steps, services, crew, repo, order)
    began = steps.run("begin", services.clock)
    subjects = steps.run("look around", lambda: subjects_of(services, repo))
    run.look(subjects)
    run.appraise()
    considered = steps.run("consider", run.considered)
    taken, stopped = run.take()
    hint = taken[-1].title if taken else repo.name
    proposed = run.propose(hint)
    run.wait_for_ci()
    start = Began(repo, order, began, len(subjects), considered, proposed, stopped)
    return steps.run(
        "close",
        lambda: close(
            services, start, taken, run.left(stopped, _dearest(taken)), tuple(run.problems)
        ),
    )


def _dearest(taken: Iterable[Taken]) -> Usd:
    return max((one.cost for one in taken), default=Usd())


def _why(task: Task, run: _Cycle) -> str:
    ranked = best((task,), run.services.clock(), {})
    return ranked[0].why


def _left(one: Ranked, kept: Kept) -> Left:
    task = one.task
    what = "plan " if task.wish is Wish.PLAN else ""
    return Left(task.subject.number, what + task.title, kept.why, kept.said)


def _changes(count: int) -> str:
    return f"{count} change{'' if count == 1 else 's'} published"
