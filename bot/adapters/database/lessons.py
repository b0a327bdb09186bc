"""The lessons, in the database."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from sqlalchemy import ColumnElement, Connection, Engine, and_, select, update

from bot.adapters.database.dialect import insert_new
from bot.adapters.database.engine import Lock, reading, writing
from bot.adapters.database.lesson_rows import (
    ACTIVE,
    RETIRED,
    TENTATIVE,
    draft_of,
    lesson_columns,
    lessons_where,
    rates_of,
)
from bot.adapters.database.rows import within
from bot.adapters.database.tables import lesson_evidence, lesson_uses, lessons
from bot.domain.lessons.credit import Credit
from bot.domain.lessons.keeping import Add, Confirm, Recur, join, leaving
from bot.domain.lessons.lesson import Active, Draft, Lesson, Sort, Why
from bot.domain.subject import Repo

TAKEN_BACK = (Sort.WORKED, Sort.CONVENTION)
"""What a merge taught, that a revert of it makes untrue."""


class SqlLessons:
    """`Lessons` on any database. Who writes is alone, since what joins depends on what is there."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def learn(self, draft: Draft) -> int:
        """Add a lesson, or evidence for one that says the same; the id of either."""
        with writing(self._engine, Lock.LESSONS) as connection:
            return _learn(connection, draft.trimmed())

    def accept(self, task: int, attempt: int, at: datetime) -> None:
        """The attempt was merged: its tentative lessons are lessons from now on."""
        with writing(self._engine, Lock.LESSONS) as connection:
            for row in connection.execute(select(lessons).where(_tentative(task, attempt))).all():
                draft = replace(draft_of(row), standing=Active())
                there = _active(connection, draft.repo)
                match join(draft, there):
                    case Confirm(known):
                        known_by = lesson_evidence.c.key == draft.source.key
                        moved = update(lesson_evidence).where(known_by).values(lesson=known)
                        connection.execute(moved)
                        _retire(connection, row.id, Why.REPEATED, at, by=known)
                    case Recur():
                        raise AssertionError("only what failed has causes, and is never tentative")
                    case Add(refines):
                        this = update(lessons).where(lessons.c.id == row.id)
                        connection.execute(this.values(standing=ACTIVE))
                        for old in refines:
                            _retire(connection, old, Why.REFINED, at, by=row.id)
                        _tend(connection, draft.repo, at)

    def reject(self, task: int, attempt: int, at: datetime) -> None:
        """The attempt came to nothing, and so do its tentative lessons."""
        with writing(self._engine, Lock.LESSONS) as connection:
            query = select(lessons.c.id).where(_tentative(task, attempt))
            for (one,) in connection.execute(query).all():
                _retire(connection, one, Why.NOT_ACCEPTED, at)

    def take_back(self, task: int, attempt: int, at: datetime) -> None:
        """The merge is reverted: what it taught as good practice is none."""
        of_it = and_(_from(task, attempt), lessons.c.sort.in_(TAKEN_BACK))
        with writing(self._engine, Lock.LESSONS) as connection:
            for (one,) in connection.execute(select(lessons.c.id).where(of_it)).all():
                _retire(connection, one, Why.INVALID, at, "the merge was taken back")

    def active(self, repo: Repo) -> tuple[Lesson, ...]:
        """Those of a repository that may be recalled, in the order of their ids."""
        with reading(self._engine) as connection:
            return _active(connection, repo)

    def some(self, ids: Iterable[int]) -> tuple[Lesson, ...]:
        """These lessons, whatever became of them, in the order of their ids."""
        wanted = sorted(set(ids))
        if not wanted:
            return ()
        with reading(self._engine) as connection:
            return lessons_where(connection, lessons.c.id.in_(wanted))

    def all(self) -> tuple[Lesson, ...]:
        """Every lesson there is or was, in the order of their ids."""
        with reading(self._engine) as connection:
            return lessons_where(connection)

    def recalled(self, task: int, attempt: int, ids: Iterable[int], *, shown: bool) -> None:
        """These were recalled for an attempt; a control is not shown them."""
        rows = [
            {"lesson": one, "task": task, "attempt": attempt, "shown": shown, "credit": Credit.NONE}
            for one in sorted(set(ids))
        ]
        if rows:
            with writing(self._engine, Lock.LESSONS) as connection:
                insert_new(connection, lesson_uses, rows)

    def credit(self, task: int, attempt: int, credit: Credit, at: datetime) -> None:
        """What the attempt's outcome says of the lessons that were recalled for it."""
        query = (
            select(lesson_uses, lessons.c.owner, lessons.c.name, lessons.c.installation)
            .join(lessons, lessons.c.id == lesson_uses.c.lesson)
            .where(lesson_uses.c.task == task, lesson_uses.c.attempt == attempt)
            .where(lessons.c.sort != Sort.SETUP)
        )
        with writing(self._engine, Lock.LESSONS) as connection:
            used = connection.execute(query).all()
            for use in used:
                _credit(connection, use.lesson, task, attempt, Credit(use.credit).joined(credit))
            for repo in {Repo(use.owner, use.name, use.installation) for use in used}:
                _tend(connection, repo, at)

    def credit_recipe(
        self, lesson: int, task: int, attempt: int, credit: Credit, at: datetime
    ) -> None:
        """What the attempt says of the recipe that it was set up by."""
        this = and_(
            lesson_uses.c.lesson == lesson,
            lesson_uses.c.task == task,
            lesson_uses.c.attempt == attempt,
        )
        row = {"lesson": lesson, "task": task, "attempt": attempt}
        with writing(self._engine, Lock.LESSONS) as connection:
            insert_new(connection, lesson_uses, [row | {"shown": True, "credit": Credit.NONE}])
            before = connection.execute(select(lesson_uses.c.credit).where(this)).scalar_one()
            _credit(connection, lesson, task, attempt, Credit(before).joined(credit))
            (known,) = lessons_where(connection, lessons.c.id == lesson)
            _tend(connection, known.draft.repo, at)

    def retire(self, lesson: int, why: Why, at: datetime, note: str = "") -> bool:
        """Recall it no more; False when there is no such lesson, or it is retired already."""
        with writing(self._engine, Lock.LESSONS) as connection:
            return _retire(connection, lesson, why, at, note)


def _active(connection: Connection, repo: Repo) -> tuple[Lesson, ...]:
    return lessons_where(connection, within(repo, lessons), lessons.c.standing == ACTIVE)


def _learn(connection: Connection, draft: Draft) -> int:
    key = lesson_evidence.c.key == draft.source.key
    known = connection.execute(select(lesson_evidence.c.lesson).where(key)).scalar()
    if known is not None:
        return known
    joining = join(draft, _active(connection, draft.repo))
    match joining:
        case Confirm(same):
            insert_new(connection, lesson_evidence, [{"key": draft.source.key, "lesson": same}])
            return same
        case Recur(before, common):
            added = _add(connection, common.trimmed())
            taught = lesson_evidence.c.lesson == before
            connection.execute(update(lesson_evidence).where(taught).values(lesson=added))
            _retire(connection, before, Why.REPEATED, draft.born, by=added)
            _tend(connection, draft.repo, draft.born)
            return added
        case Add(refines):
            added = _add(connection, draft)
            for old in refines:
                _retire(connection, old, Why.REFINED, draft.born, by=added)
            _tend(connection, draft.repo, draft.born)
            return added
        case never:
            assert_never(never)


def _add(connection: Connection, draft: Draft) -> int:
    insert_new(connection, lessons, [lesson_columns(draft)])
    this = select(lessons.c.id).where(lessons.c.key == draft.source.key)
    added = connection.execute(this).scalar_one()
    insert_new(connection, lesson_evidence, [{"key": draft.source.key, "lesson": added}])
    return added


def _tend(connection: Connection, repo: Repo, at: datetime) -> None:
    """Those that have to go, go in the same transaction as what made them go."""
    there = _active(connection, repo)
    for one, why in leaving(there, rates_of(connection, repo)):
        _retire(connection, one, why, at)


def _retire(
    connection: Connection, one: int, why: Why, at: datetime, note: str = "", by: int | None = None
) -> bool:
    standing = and_(lessons.c.id == one, lessons.c.standing != RETIRED)
    if connection.execute(select(lessons.c.id).where(standing)).scalar() is None:
        return False
    values = {"standing": RETIRED, "why": why, "retired": at, "note": note, "successor": by}
    connection.execute(update(lessons).where(standing).values(values))
    return True


def _credit(connection: Connection, lesson: int, task: int, attempt: int, credit: Credit) -> None:
    use = lesson_uses.c
    this = and_(use.lesson == lesson, use.task == task, use.attempt == attempt)
    connection.execute(update(lesson_uses).where(this).values(credit=credit))


def _from(task: int, attempt: int) -> ColumnElement[bool]:
    return and_(lessons.c.task == task, lessons.c.attempt == attempt)


def _tentative(task: int, attempt: int) -> ColumnElement[bool]:
    return and_(_from(task, attempt), lessons.c.standing == TENTATIVE)
