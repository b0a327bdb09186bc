"""Everything that was recorded in a period, in the database."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, func, select, true, tuple_
from sqlalchemy import Row as SqlRow

from bot.adapters.database.assignments import assignment_of
from bot.adapters.database.columns import instant_text
from bot.adapters.database.dialect import insert_new
from bot.adapters.database.engine import reading, writing
from bot.adapters.database.journal import row_of
from bot.adapters.database.ledger import charge_of
from bot.adapters.database.revisions import revision_of
from bot.adapters.database.tables import (
    answers,
    assignments,
    charges,
    failures,
    inbox,
    journal,
    lesson_uses,
    lessons,
    refusals,
    revisions,
    runs,
    story,
    tasks,
    tuning,
)
from bot.adapters.database.task_story import mark_of
from bot.adapters.database.tuning import event_of
from bot.domain.lessons.credit import Credit
from bot.domain.seed import Period
from bot.domain.subject import Repo, Subject
from bot.memory.assignments import Assignment
from bot.memory.journal import GENESIS, Entry
from bot.memory.refusals import Gate, Refusal
from bot.memory.seed import SeedFacts
from bot.memory.tuning import FINAL


class SqlHappenings:
    """`Happenings` on any database. A period is read whole: some hundred rows for eight hours."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def between(self, period: Period) -> SeedFacts:
        """Everything of a period, in one consistent view."""
        with reading(self._engine) as connection:
            ask = _Asking(connection, period)
            told = ask.rows(story, story.c.at, ask.of_task(story))
            paid = ask.rows(charges, charges.c.at, ask.named(charges))
            noes = ask.rows(refusals, refusals.c.at, ask.named(refusals))
            begun = ask.rows(assignments, assignments.c.at, ask.named(assignments))
            asked = ask.rows(revisions, revisions.c.at, ask.of_task(revisions))
            queued = ask.rows(tasks, tasks.c.admitted_at, ask.named(tasks))
            entries = ask.entries()
            known = {row.task for row in (*told, *asked)} | {row.task for row in paid if row.task}
            subjects = {
                *ask.subjects(known),
                *(_subject(row) for row in (*queued, *noes)),
                *(f"{entry.repo}#{entry.issue}" for entry in entries),
            }
            decided = ask.decided(entries)
            charged = tuple(charge_of(row) for row in paid)
            return SeedFacts(
                period=period,
                deliveries=ask.count(inbox, inbox.c.handled_at, true()),
                failures=ask.count(failures, failures.c.at, ask.named(failures)),
                filed=ask.filed(),
                answers=ask.count(answers, answers.c.at, ask.named(answers)),
                # A secret that was taken out of a text about no issue counts under number 0.
                subjects=frozenset(one for one in subjects if not one.endswith("#0")),
                moved=frozenset(one.kind for one in decided),
                lessons=ask.count(lessons, lessons.c.born, ask.named(lessons)),
                let_go=ask.count(lessons, lessons.c.retired, ask.named(lessons)),
                credited=ask.credited(decided),
                story=tuple(mark_of(row) for row in told),
                charges=tuple(one for one in charged if period.run in {None, one.scope.run}),
                entries=entries,
                refusals=tuple(_refusal(row) for row in noes),
                assignments=tuple(assignment_of(row) for row in begun),
                revisions=tuple(revision_of(row) for row in asked),
                tuning=tuple(
                    event_of(row) for row in ask.rows(tuning, tuning.c.at, ask.of_installations())
                ),
                head=ask.head(),
            )

    def installations(self, repo: str | None) -> tuple[int, ...]:
        """Under which installations attempts were made."""
        here = true() if repo is None else _named(assignments, repo)
        query = select(assignments.c.installation).distinct().where(here)
        with reading(self._engine) as connection:
            return tuple(sorted(connection.execute(query).scalars()))

    def ran(self, period: Period, filed: Iterable[int]) -> None:
        """Remember a run's period and what it proposed. Raises ValueError for no run's period."""
        if period.run is None or period.repo is None:
            raise ValueError("a run has an id and a repository")
        row = {
            "run": period.run,
            "repo": period.repo,
            "began": period.since,
            "ended": period.until,
            "filed": tuple(map(str, filed)),
        }
        with writing(self._engine) as connection:
            insert_new(connection, runs, [row])

    def run(self, run: str) -> Period | None:
        """When a run was at work, and where."""
        with reading(self._engine) as connection:
            row = connection.execute(select(runs).where(runs.c.run == run)).first()
        return None if row is None else Period(row.began, row.ended, row.repo, row.run)


class _Asking:
    """Questions about one period on one connection."""

    def __init__(self, connection: Connection, period: Period) -> None:
        self._connection, self._period = connection, period

    def rows(
        self, table: Table, at: ColumnElement, here: ColumnElement[bool]
    ) -> tuple[SqlRow, ...]:
        """The rows of the period, in order of their time."""
        query = select(table).where(self._when(at), here).order_by(at)
        return tuple(self._connection.execute(query))

    def count(self, table: Table, at: ColumnElement, here: ColumnElement[bool]) -> int:
        """How many they are."""
        query = select(func.count()).select_from(table).where(self._when(at), here)
        return self._connection.execute(query).scalar_one()

    def entries(self) -> tuple[Entry, ...]:
        """The journal's entries; its times are plain text."""
        since, until = instant_text(self._period.since), instant_text(self._period.until)
        when = and_(journal.c.timestamp >= since, journal.c.timestamp < until)
        repo = self._period.repo
        here = true() if repo is None else journal.c.repo == repo
        query = select(journal).where(when, here).order_by(journal.c.id)
        return tuple(row_of(row).entry for row in self._connection.execute(query))

    def decided(self, entries: Iterable[Entry]) -> tuple[Assignment, ...]:
        """The attempts that these entries end."""
        last = tuple(f"/{ending}" for ending in FINAL)
        over = {(one.repo, one.issue, one.attempt) for one in entries if one.key.endswith(last)}
        numbers = {issue for _, issue, _ in over}
        query = select(assignments).where(assignments.c.number.in_(numbers))
        made = (assignment_of(row) for row in self._connection.execute(query))
        return tuple(
            one for one in made if (one.subject.repo.full, one.subject.number, one.attempt) in over
        )

    def credited(self, attempts: Iterable[Assignment]) -> int:
        """How many counters of lessons these attempts moved."""
        moving = lesson_uses.c.credit.in_((Credit.GOOD, Credit.BAD))
        mine = tuple_(lesson_uses.c.task, lesson_uses.c.attempt)
        these = mine.in_([(one.task, one.attempt) for one in attempts])
        query = select(func.count()).select_from(lesson_uses).where(moving, these)
        return self._connection.execute(query).scalar_one()

    def subjects(self, known: set[int]) -> set[str]:
        """The issues of these tasks."""
        query = select(tasks).where(tasks.c.id.in_(known))
        return {_subject(row) for row in self._connection.execute(query)}

    def filed(self) -> int:
        """How many issues runs proposed that ended in the period, or the run that it is of."""
        period = self._period
        here = true() if period.repo is None else runs.c.repo == period.repo
        which = self._when(runs.c.ended) if period.run is None else runs.c.run == period.run
        found = self._connection.execute(select(runs.c.filed).where(here, which)).scalars()
        return sum(len(numbers) for numbers in found)

    def head(self) -> str:
        """The journal's head at the end of the period."""
        until = instant_text(self._period.until)
        before = select(journal.c.hash).where(journal.c.timestamp < until)
        newest = before.order_by(journal.c.id.desc()).limit(1)
        return self._connection.execute(newest).scalar() or GENESIS

    def named(self, table: Table) -> ColumnElement[bool]:
        """Rows that name the repository themselves."""
        return true() if self._period.repo is None else _named(table, self._period.repo)

    def of_task(self, table: Table) -> ColumnElement[bool]:
        """Rows of tasks of the repository."""
        if self._period.repo is None:
            return true()
        return table.c.task.in_(select(tasks.c.id).where(_named(tasks, self._period.repo)))

    def of_installations(self) -> ColumnElement[bool]:
        """Trials that the repository takes part in: they are an installation's."""
        if self._period.repo is None:
            return true()
        mine = select(assignments.c.installation).where(_named(assignments, self._period.repo))
        return tuning.c.installation.in_(mine)

    def _when(self, at: ColumnElement) -> ColumnElement[bool]:
        return and_(at >= self._period.since, at < self._period.until)


def _named(table: Table, repo: str) -> ColumnElement[bool]:
    owner, _, name = repo.partition("/")
    return and_(table.c.owner == owner, table.c.name == name)


def _subject(row: SqlRow) -> str:
    return f"{row.owner}/{row.name}#{row.number}"


def _refusal(row: SqlRow) -> Refusal:
    # A refusal is counted under no installation.
    subject = Subject(Repo(row.owner, row.name, 0), row.number)
    return Refusal(row.key, Gate(row.gate), row.rule, subject, row.attempt, row.at)
