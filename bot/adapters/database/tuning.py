"""The trials of the last phase, in the database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, func, select

from bot.adapters.database.assignments import assignment_of
from bot.adapters.database.dialect import Values, insert_new
from bot.adapters.database.engine import reading, writing
from bot.adapters.database.ledger import COUNTED
from bot.adapters.database.tables import assignments, charges, journal, tuning, watches
from bot.domain.tuning.evidence import Figures, Outcome, Sample, Side
from bot.domain.tuning.parameters import Move, Parameter, value_of
from bot.domain.tuning.trial import Phase, Step, TuningEvent
from bot.domain.watch import Outcome as Watched
from bot.kernel.values import Usd
from bot.memory.assignments import Assignment
from bot.memory.tuning import FINAL, journal_key, outcome_of

T = TypeVar("T")

AT_ONCE = 500
"""Keys that are asked for in one statement; SQLite allows a few thousand."""


class SqlTunings:
    """`Tunings` on any database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def events(self, installation: int) -> tuple[TuningEvent, ...]:
        """Every event of an installation, in order."""
        query = select(tuning).where(tuning.c.installation == installation).order_by(tuning.c.seq)
        with reading(self._engine) as connection:
            return tuple(event_of(row) for row in connection.execute(query))

    def append(self, event: TuningEvent) -> TuningEvent:
        """Add it, or return the one that was first."""
        with writing(self._engine) as connection:
            insert_new(connection, tuning, [_columns(event)])
            kept = connection.execute(select(tuning).where(tuning.c.key == event.key)).one()
        return event_of(kept)

    def samples(self, installation: int, trial: str) -> tuple[Sample, ...]:
        """The attempts that took part; one that has the value after the move had the new one."""
        number = int(trial.partition("/")[0])
        with reading(self._engine) as connection:
            started = and_(tuning.c.installation == installation, tuning.c.trial == number)
            event = connection.execute(select(tuning).where(started).limit(1)).first()
            if event is None:
                return ()
            move = event_of(event).move
            of_trial = and_(
                assignments.c.installation == installation, assignments.c.trial == trial
            )
            return tuple(
                Sample(
                    one.subject.repo.full,
                    one.ordinal,
                    value_of(one.tuning, move.parameter) == move.after,
                    outcome,
                )
                for one, outcome in _outcomes(connection, of_trial)
            )

    def decided(self, installation: int, since: datetime) -> tuple[Outcome, ...]:
        """What became of attempts that are decided."""
        recent = and_(assignments.c.installation == installation, assignments.c.at >= since)
        with reading(self._engine) as connection:
            found = _outcomes(connection, recent)
        return tuple(outcome for _, outcome in found if outcome is not None)


def _outcomes(
    connection: Connection, which: ColumnElement[bool]
) -> list[tuple[Assignment, Outcome | None]]:
    ordered = select(assignments).where(which).order_by(assignments.c.at, assignments.c.task)
    made = [assignment_of(row) for row in connection.execute(ordered)]
    ended, watched = _ended(connection, made), _watched(connection, made)
    spent = _spent(connection, made)
    return [
        (
            one,
            outcome_of(
                ended[one.task, one.attempt],
                watched.get((one.task, one.attempt)),
                Usd(spent.get((one.task, one.attempt), 0)),
            ),
        )
        for one in made
    ]


def _ended(connection: Connection, made: Sequence[Assignment]) -> dict[tuple[int, int], list[str]]:
    keys = {
        journal_key(one.subject, one.attempt, ending): (one.task, one.attempt, ending)
        for one in made
        for ending in FINAL
    }
    found: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for some in _parts(list(keys)):
        for (key,) in connection.execute(select(journal.c.key).where(journal.c.key.in_(some))):
            task, attempt, ending = keys[key]
            found[task, attempt].append(ending)
    return found


def _watched(connection: Connection, made: Sequence[Assignment]) -> dict[tuple[int, int], Watched]:
    found = {}
    for some in _parts(sorted({one.task for one in made})):
        query = select(watches.c.task, watches.c.attempt, watches.c.outcome)
        for row in connection.execute(query.where(watches.c.task.in_(some))):
            found[row.task, row.attempt] = Watched(row.outcome)
    return found


def _spent(connection: Connection, made: Sequence[Assignment]) -> dict[tuple[int, int], int]:
    """In nanodollars, by attempt."""
    found = {}
    for some in _parts(sorted({one.task for one in made})):
        query = (
            select(charges.c.task, charges.c.attempt, func.sum(COUNTED).label("nano"))
            .where(charges.c.task.in_(some))
            .group_by(charges.c.task, charges.c.attempt)
        )
        for row in connection.execute(query):
            found[row.task, row.attempt] = int(row.nano)
    return found


def _parts(keys: Sequence[T]) -> Iterable[Sequence[T]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))


def _columns(event: TuningEvent) -> Values:
    new, old = event.figures.new, event.figures.old
    return {
        "key": event.key,
        "installation": event.installation,
        "trial": event.trial,
        "phase": event.phase,
        "step": event.step,
        "parameter": event.move.parameter,
        "before": event.move.before,
        "after": event.move.after,
        "ceiling_nano": event.ceiling.nano,
        "at": event.at,
        "why": event.why,
        "new_attempts": new.attempts,
        "new_merged": new.merged,
        "new_reverted": new.reverted,
        "new_nano": new.cost.nano,
        "old_attempts": old.attempts,
        "old_merged": old.merged,
        "old_reverted": old.reverted,
        "old_nano": old.cost.nano,
        "better": event.figures.better,
        "worse": event.figures.worse,
        "merges_less": event.figures.merges_less,
    }


def event_of(row: Row) -> TuningEvent:
    """A row of `tuning_events`."""
    new = Side(row.new_attempts, row.new_merged, row.new_reverted, Usd(row.new_nano))
    old = Side(row.old_attempts, row.old_merged, row.old_reverted, Usd(row.old_nano))
    return TuningEvent(
        installation=row.installation,
        trial=row.trial,
        phase=Phase(row.phase),
        step=Step(row.step),
        move=Move(Parameter(row.parameter), row.before, row.after),
        ceiling=Usd(row.ceiling_nano),
        at=row.at,
        figures=Figures(new, old, row.better, row.worse, row.merges_less),
        why=row.why,
    )
