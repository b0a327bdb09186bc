"""The assignments, in the database."""

from datetime import datetime

from sqlalchemy import ColumnElement, Engine, Row, and_, func, select, true, update

from bot.adapters.database.dialect import insert_new
from bot.adapters.database.engine import reading, writing
from bot.adapters.database.rows import within
from bot.adapters.database.tables import assignments as table
from bot.domain.experiment import Arm, Arms, Tuning
from bot.domain.pathway import Pathway
from bot.domain.subject import Repo, Subject
from bot.kernel.values import Kind, Risk, Usd
from bot.memory.assignments import Assignment


class SqlAssignments:
    """`Assignments` on any database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, task: int, attempt: int) -> Assignment | None:
        """What was assigned to an attempt."""
        mine = and_(table.c.task == task, table.c.attempt == attempt)
        with reading(self._engine) as connection:
            row = connection.execute(select(table).where(mine)).first()
        return None if row is None else assignment_of(row)

    def next_ordinal(self, subject: Subject) -> int:
        """How many attempts of this repository have an assignment."""
        here = within(subject.repo, table)
        with reading(self._engine) as connection:
            query = select(func.count()).select_from(table).where(here)
            return connection.execute(query).scalar_one()

    def record(self, assignment: Assignment) -> Assignment:
        """Keep it; an attempt that has one keeps that, which is returned."""
        with writing(self._engine) as connection:
            insert_new(connection, table, [assignment_columns(assignment)])
        kept = self.of(assignment.task, assignment.attempt)
        if kept is None:
            raise LookupError(f"attempt {assignment.attempt} of task {assignment.task} is gone")
        return kept

    def sized(self, task: int, attempt: int, lines: int, pathway: Pathway) -> None:
        """How many lines the published change has, outside of tests, and what it evolves."""
        mine = and_(table.c.task == task, table.c.attempt == attempt)
        with writing(self._engine) as connection:
            connection.execute(update(table).where(mine).values(lines=lines, pathway=pathway))

    def since(self, at: datetime) -> tuple[Assignment, ...]:
        """Those made at this time or later, oldest first."""
        return self._all(table.c.at >= at)

    def all(self) -> tuple[Assignment, ...]:
        """Every assignment, oldest first."""
        return self._all(true())

    def _all(self, which: ColumnElement[bool]) -> tuple[Assignment, ...]:
        query = select(table).where(which).order_by(table.c.at, table.c.task, table.c.attempt)
        with reading(self._engine) as connection:
            return tuple(assignment_of(row) for row in connection.execute(query))


def assignment_columns(one: Assignment) -> dict[str, object]:
    """An assignment as a row."""
    repo = one.subject.repo
    return {
        "task": one.task,
        "attempt": one.attempt,
        "owner": repo.owner,
        "name": repo.name,
        "installation": repo.installation,
        "number": one.subject.number,
        "ordinal": one.ordinal,
        "at": one.at,
        "kind": one.kind,
        "area": one.area,
        "risk": one.risk,
        "expected": one.expected.nano,
        "arm_lessons": one.arms.lessons,
        "arm_table": one.arms.table,
        "arm_order": one.arms.order,
        "recall": one.tuning.recall,
        "escalate_after": one.tuning.escalate_after,
        "reviewed": one.tuning.reviewed,
        "lessons": tuple(map(str, one.lessons)),
        "lines": one.lines,
        "pathway": one.pathway,
        "trial": one.trial,
        "indexed": one.indexed,
        "shown": one.shown,
    }


def assignment_of(row: Row) -> Assignment:
    """A row of `assignments`."""
    return Assignment(
        task=row.task,
        attempt=row.attempt,
        subject=Subject(Repo(row.owner, row.name, row.installation), row.number),
        ordinal=row.ordinal,
        at=row.at,
        kind=Kind(row.kind),
        area=row.area,
        risk=Risk(row.risk),
        expected=Usd(row.expected),
        arms=Arms(Arm(row.arm_lessons), Arm(row.arm_table), Arm(row.arm_order)),
        tuning=Tuning(row.recall, row.escalate_after, row.reviewed),
        lessons=tuple(map(int, row.lessons)),
        lines=row.lines,
        pathway=None if row.pathway is None else Pathway(row.pathway),
        trial=row.trial,
        indexed=row.indexed,
        shown=row.shown,
    )
