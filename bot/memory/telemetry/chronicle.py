"""Every attempt's course, kept up to date by what is new, so that nobody derives all of it again.

A service asks for it at each ticket and at each scrape. Whatever decides a course is told in the
journal, last; so an attempt is derived again when the journal has a new row about it, from its own
rows of the other stores. The first use reads everything once. All of it is in memory only: another
process, or the same one after a restart, derives the same from the same rows.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TypeAlias

from bot.domain.success import NOTHING_YET, Experience, experience_of
from bot.memory.assignments import Assignment, Assignments
from bot.memory.journal import GENESIS, Journal, entry_hash
from bot.memory.ledger import Ledger, Spending
from bot.memory.tasks import Tasks
from bot.memory.telemetry.courses import Course, Paid, Said, course_of, said_of

Attempt: TypeAlias = tuple[int, int]
"""Task and attempt."""

Place: TypeAlias = tuple[str, int, int]
"""Repository, issue and attempt, as the journal names it."""

APIECE = 500
"""Tasks that are asked for one by one; of more than that, everything is read."""

OVERLAP = timedelta(hours=1)
"""Processes' clocks differ, and what one of them wrote may be seen later than its time says."""

_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass
class _Known:
    """What was read so far."""

    row: int = 0
    head: str = GENESIS
    sound: bool = True
    newest: datetime = _BEGINNING
    told: defaultdict[Place, list[Said]] = field(default_factory=lambda: defaultdict(list))
    assigned: dict[Attempt, Assignment] = field(default_factory=dict)
    places: dict[Place, Attempt] = field(default_factory=dict)
    courses: dict[Attempt, Course] = field(default_factory=dict)
    paid: dict[Attempt, Paid] = field(default_factory=dict)
    queued: dict[Attempt, datetime] = field(default_factory=dict)


class Chronicle:
    """The courses of all attempts that were assigned their conditions; for any thread."""

    def __init__(
        self, journal: Journal, assignments: Assignments, ledger: Ledger, tasks: Tasks
    ) -> None:
        self._journal, self._assignments = journal, assignments
        self._ledger, self._tasks = ledger, tasks
        self._lock = Lock()
        self._known = _Known()
        self._courses: tuple[Course, ...] = ()
        self._experience = NOTHING_YET

    def courses(self) -> tuple[Course, ...]:
        """As they are now; the same object as long as nothing is new.

        From the first row of the journal that does not fit, nothing that it says is counted.
        """
        with self._lock:
            self._look()
            return self._courses

    def experience(self) -> Experience:
        """What became of the decided ones, by repository and kind; what was taken back failed."""
        with self._lock:
            self._look()
            return self._experience

    def _look(self) -> None:
        try:
            self._refresh()
        except BaseException:
            # What was read of one store and not of the others would be missed for ever.
            self._known = _Known()
            raise

    def _refresh(self) -> None:
        known, first = self._known, self._known.newest == _BEGINNING
        news = self._read_journal()
        # The journal first: an assignment that is read after a row is at least as new as the row.
        fresh = {(one.task, one.attempt): one for one in self._assigned_lately()}
        changed = {key for key, one in fresh.items() if known.assigned.get(key) != one}
        known.assigned |= fresh
        known.places |= {_place(one): key for key, one in fresh.items()}
        touched = {known.places[place] for place in news if place in known.places}
        for key in touched - fresh.keys():
            again = self._assignments.of(*key)
            if again is not None:
                known.assigned[key] = again
        changed |= touched
        if not changed:
            return
        self._read_rest(changed, everything=first)
        for key in changed:
            assigned = known.assigned[key]
            told = known.told[_place(assigned)]
            paid, queued = known.paid.get(key, Paid()), known.queued.get(key)
            known.courses[key] = course_of(assigned, told, paid, queued)
        self._courses = tuple(known.courses.values())
        self._experience = experience_of(
            (one.subject.repo, one.kind, one.stands) for one in self._courses if one.decided
        )

    def _read_journal(self) -> set[Place]:
        """The attempts that rows were added about."""
        known, news = self._known, set[Place]()
        if not known.sound or self._journal.head() == known.head:
            return news
        for row in self._journal.stream(known.row or None):
            fits = row.id == known.row + 1 and row.previous == known.head
            if not fits or row.hash != entry_hash(row.previous, row.id, row.entry):
                known.sound = False
                break
            known.row, known.head = row.id, row.hash
            place = row.entry.repo, row.entry.issue, row.entry.attempt
            known.told[place].append(said_of(row.entry))
            news.add(place)
        return news

    def _assigned_lately(self) -> tuple[Assignment, ...]:
        known = self._known
        if known.newest == _BEGINNING:
            found = self._assignments.all()
        else:
            found = self._assignments.since(known.newest - OVERLAP)
        known.newest = max((known.newest, *(one.at for one in found[-1:])))
        return found

    def _read_rest(self, changed: set[Attempt], *, everything: bool) -> None:
        known = self._known
        few = not everything and len(changed) <= APIECE
        tasks = {task for task, _ in changed} if few else None
        known.paid |= _paid(self._ledger.spendings(tasks))
        known.queued |= self._tasks.queued_at(tasks)


def _place(one: Assignment) -> Place:
    return one.subject.repo.full, one.subject.number, one.attempt


def _paid(spendings: Iterable[Spending]) -> dict[Attempt, Paid]:
    by_attempt: defaultdict[Attempt, list[Spending]] = defaultdict(list)
    for one in spendings:
        by_attempt[one.task, one.attempt].append(one)
    same: dict[frozenset[str], frozenset[str]] = {}

    def shared(names: Iterable[str]) -> frozenset[str]:
        # A hundred thousand attempts have a handful of sets of roles and models.
        found = frozenset(names)
        return same.setdefault(found, found)

    return {
        key: Paid(
            shared(one.role for one in rows),
            shared(one.model for one in rows),
            sum((one.amount for one in rows[1:]), rows[0].amount),
        )
        for key, rows in by_attempt.items()
    }
