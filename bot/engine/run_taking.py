"""What a run takes of its repository's queue: it reads first, takes the best, and stops in time.

It keeps nothing but its own results: each step asks the database what there is to do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain.priority import Ranked, best
from bot.domain.run import (
    UNREAD,
    Considered,
    Kept,
    Left,
    Next,
    Nothing,
    Purse,
    Taken,
    Why,
    kept_by_run,
    pick,
)
from bot.domain.task import Ending, Task, TaskState, Wish
from bot.domain.wording.holding import hold_line
from bot.engine.appraise import appraise
from bot.engine.holding import hold_now
from bot.engine.order import experience_for, shown_experience
from bot.engine.run_looks import Looks
from bot.engine.run_record import ended_as
from bot.kernel.values import Usd

READ_MOST = 20
"""Tasks that one run estimates, about half a cent each; the others wait for the next one."""

TAKEN_MOST = 5
"""Tasks that may be taken for each change allowed: most end with one, or with a question."""

NO_MORE = "no task is left that this run may take"
BEGUN = "it was being worked on when the run began"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task that is worked on, under which ticket and why."""

    ticket: str
    task: Task
    why: str


@dataclass
class Taking:
    """One execution of the workflow; what it remembers is the same at each replay.

    `asked` are the tasks that triage was asked about; of the `silent` ones it told nothing.
    """

    looks: Looks
    taken: list[Taken] = field(default_factory=list)
    asked: set[int] = field(default_factory=set)
    silent: set[int] = field(default_factory=set)
    broke: bool = False

    def __post_init__(self) -> None:
        self.steps, self.services = self.looks.steps, self.looks.services
        self.crew, self.repo, self.order = self.looks.crew, self.looks.repo, self.looks.order

    def finish(self) -> None:
        """What is being worked on already is waited for, and counts as taken by this run.

        So there are never more changes of one run than were allowed, whoever began them.
        """
        for one in self.steps.run("begun", self._begun):
            self._until_over(one)

    def appraise(self) -> None:
        """Estimate what nobody has read yet, so that the order means something."""
        room = READ_MOST - len(self.asked)
        unread = self.steps.run("unread", lambda: self._unread()[: max(0, room)])
        for task in unread:
            if self.broke:
                return
            self.asked.add(task.id)
            halt = appraise(self.steps, self.services, task, self.order.run)
            if halt is None:
                continue
            self.silent.add(task.id)
            if halt.ending is Ending.OVER_BUDGET:
                self.broke = True
            else:
                self.looks.problems.append(f"#{task.subject.number} was not read: {halt.reason}")

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
            for one in self._ranked(self._queued())
        )

    def take(self) -> str:
        """One task after another; why no more were taken."""
        most = self.order.max_changes
        while sum(one.pull is not None for one in self.taken) < most:
            number = len(self.taken) + 1
            if number > TAKEN_MOST * most:
                return "too many tasks were taken without a change"
            if number > 1:
                # What came in meanwhile is read like the rest, or it is not taken.
                self.appraise()
            claimed = self.steps.run(f"take {number}", lambda n=number: self._claim(n))
            if claimed is None:
                return NO_MORE
            self._until_over(claimed)
        return f"{_changes(most)}, as many as were allowed"

    def short(self) -> bool:
        """Whether the queue holds less than one run may publish."""
        return len(self._queued()) < self.order.max_changes

    def left(self, stopped: str) -> tuple[Left, ...]:
        """Every task that is still queued, and why: by its own nature, or as the run ended."""
        queued, purse = self._queued(), self._purse()
        enough = Kept(Why.FULL, stopped)
        held = self._held(queued) if stopped == NO_MORE else {}

        def why(task: Task) -> Kept:
            return kept_by_run(task, self.order.run, purse) or held.get(task.id, enough)

        return tuple(_left(one.task, why(one.task)) for one in self._ranked(queued))

    def _begun(self) -> tuple[Claimed, ...]:
        found = []
        for task in self.services.tasks.open_in(self.repo):
            ticket = self.services.tasks.ticket_of(task.id)
            if task.state is TaskState.WORKING and ticket is not None:
                found.append(Claimed(ticket, task, BEGUN))
        return tuple(found)

    def _until_over(self, one: Claimed) -> None:
        self.looks.wait(one.ticket)
        self.looks.look((one.task.subject,))
        came = self.steps.run(
            f"came of {len(self.taken) + 1}",
            lambda: ended_as(self.services, one.task, one.why, self.order.run.id),
        )
        self.taken.append(came)

    def _claim(self, number: int) -> Claimed | None:
        """Bind the best task to a ticket and hand it to a worker; again: the same."""
        ticket, tasks = f"{self.order.run.id}/{number}", self.services.tasks
        mine = tasks.claimed(ticket)
        if mine is not None:
            self.crew.take(ticket)
            return Claimed(ticket, mine, self._ranked((mine,))[0].why)
        queued, known = self._queued(), experience_for(self.services, ticket)
        while queued:
            now = self.services.clock()
            match pick(queued, self._held(queued), self.order.run, self._purse(), now, known):
                case Nothing():
                    return None
                case Next(ranked=ranked):
                    claimed = tasks.claim(ticket, ranked.task.id, now)
                    if claimed is not None:
                        self.crew.take(ticket)
                        return Claimed(ticket, claimed, ranked.why)
                    queued = tuple(one for one in queued if one.id != ranked.task.id)
        return None

    def _ranked(self, tasks: Iterable[Task]) -> tuple[Ranked, ...]:
        """By what became of others of their kind, as people are shown the queue."""
        known = shown_experience(self.services)
        return best(tasks, self.services.clock(), {}, known)

    def _queued(self) -> tuple[Task, ...]:
        mine = self.services.tasks.open_in(self.repo)
        return tuple(task for task in mine if task.state is TaskState.QUEUED)

    def _unread(self) -> tuple[Task, ...]:
        new = (task for task in self._queued() if task.id not in self.asked)
        return tuple(task for task in new if task.estimate is None)

    def _purse(self) -> Purse:
        run = self.order.run
        spent = self.services.ledger.spent_in(run.id)
        dearest = max((one.cost for one in self.taken), default=Usd())
        return Purse(Usd(max(0, run.cap.nano - spent.nano)), dearest)

    def _held(self, queued: tuple[Task, ...]) -> dict[int, Kept]:
        """What keeps a task apart from what this run may take: a pause, others, or silence."""
        found: dict[int, Kept] = {}
        by, known = self.services.controls.paused(self.repo), self.asked - self.silent
        for task in queued:
            if by is not None:
                found[task.id] = Kept(Why.PAUSED, f"paused by {by}")
            elif (hold := hold_now(self.services, task)) is not None:
                found[task.id] = Kept(Why.HELD, hold_line(hold))
            elif task.estimate is None and task.id not in known:
                found[task.id] = UNREAD
        return found


def _left(task: Task, kept: Kept) -> Left:
    what = "plan " if task.wish is Wish.PLAN else ""
    return Left(task.subject.number, what + task.title, kept.why, kept.said)


def _changes(count: int) -> str:
    return f"{count} change{'' if count == 1 else 's'} published"
