"""Rows of the lessons, and the counters that are counted from their uses."""

from collections import Counter
from typing import assert_never

from sqlalchemy import ColumnElement, Connection, Row, func, select

from bot.adapters.database.rows import within
from bot.adapters.database.tables import lesson_evidence, lesson_uses, lessons
from bot.domain.lessons.bound import Decided, Rates
from bot.domain.lessons.credit import Credit
from bot.domain.lessons.lesson import (
    About,
    Active,
    Anchor,
    Draft,
    Lesson,
    Recipe,
    Retired,
    Sort,
    Source,
    Standing,
    Tally,
    Tentative,
    Why,
)
from bot.domain.subject import Repo
from bot.kernel.values import Kind

TENTATIVE, ACTIVE, RETIRED = "tentative", "active", "retired"


def lessons_where(connection: Connection, *where: ColumnElement[bool]) -> tuple[Lesson, ...]:
    """Lessons with their counters, in the order of their ids."""
    rows = connection.execute(select(lessons).where(*where).order_by(lessons.c.id)).all()
    wanted = select(lessons.c.id).where(*where)
    evidence = lesson_evidence.c.lesson
    taught = select(evidence, func.count()).where(evidence.in_(wanted)).group_by(evidence)
    counts = {row[0]: row[1] for row in connection.execute(taught)}
    use = lesson_uses.c
    uses = (
        select(use.lesson, use.shown, use.credit, func.count())
        .where(use.lesson.in_(wanted))
        .group_by(use.lesson, use.shown, use.credit)
    )
    tallies: Counter[tuple[int, bool, Credit]] = Counter()
    for lesson, shown, credit, count in connection.execute(uses):
        tallies[lesson, bool(shown), Credit(credit)] = count

    def tally(lesson: int, shown: bool) -> Tally:
        found = {credit: tallies[lesson, shown, credit] for credit in Credit}
        return Tally(sum(found.values()), found[Credit.GOOD], found[Credit.BAD])

    return tuple(
        Lesson(
            id=row.id,
            draft=draft_of(row),
            standing=_standing(row),
            tally=tally(row.id, shown=True),
            withheld=tally(row.id, shown=False),
            evidence=counts.get(row.id, 0),
        )
        for row in rows
    )


def rates_of(connection: Connection, repo: Repo) -> Rates:
    """How attempts that were shown lessons, and controls, ended; each attempt counts once."""
    use = lesson_uses.c
    attempts = (
        select(use.task, use.attempt, use.shown, use.credit)
        .join(lessons, lessons.c.id == use.lesson)
        .where(within(repo, lessons), lessons.c.sort != Sort.SETUP, use.credit != Credit.NONE)
        .distinct()
    )
    counts = Counter((bool(one.shown), one.credit) for one in connection.execute(attempts))

    def decided(shown: bool) -> Decided:
        return Decided(counts[shown, Credit.GOOD], counts[shown, Credit.BAD])

    return Rates(shown=decided(shown=True), withheld=decided(shown=False))


def lesson_columns(draft: Draft) -> dict[str, object]:
    """The row of a new lesson, without its number."""
    about, source, recipe = draft.about, draft.source, draft.recipe
    return {
        "key": source.key,
        "owner": draft.repo.owner,
        "name": draft.repo.name,
        "installation": draft.repo.installation,
        "sort": draft.sort,
        "text": draft.text,
        "kind": about.kind,
        "area": about.area,
        "paths": tuple(sorted(about.paths)),
        "symbols": tuple(sorted(about.symbols)),
        "terms": tuple(sorted(about.terms)),
        "failures": tuple(sorted(about.failures)),
        "anchors": tuple(anchor.path for anchor in draft.anchors),
        "blobs": tuple(anchor.blob for anchor in draft.anchors),
        "task": source.task,
        "attempt": source.attempt,
        "outcome": source.outcome,
        "born": draft.born,
        "setup": recipe.setup if recipe is not None else None,
        "command": recipe.command if recipe is not None else None,
        "report": recipe.report if recipe is not None else None,
        "standing": _name(draft.standing),
        "note": "",
    }


def draft_of(row: Row) -> Draft:
    """What was kept of a lesson when it was learned, with its present standing if it has one."""
    standing = _standing(row)
    pairs = zip(row.anchors, row.blobs, strict=True)
    return Draft(
        repo=Repo(row.owner, row.name, row.installation),
        sort=Sort(row.sort),
        text=row.text,
        about=About(
            kind=None if row.kind is None else Kind(row.kind),
            area=row.area,
            paths=frozenset(row.paths),
            symbols=frozenset(row.symbols),
            terms=frozenset(row.terms),
            failures=frozenset(row.failures),
        ),
        anchors=tuple(Anchor(path, blob) for path, blob in pairs),
        source=Source(row.key, row.task, row.attempt, row.outcome),
        born=row.born,
        standing=standing if isinstance(standing, Tentative) else Active(),
        recipe=None if row.command is None else Recipe(row.setup, row.command, row.report),
    )


def _name(standing: Tentative | Active) -> str:
    match standing:
        case Tentative():
            return TENTATIVE
        case Active():
            return ACTIVE
        case never:
            assert_never(never)


def _standing(row: Row) -> Standing:
    match row.standing:
        case "tentative":
            return Tentative()
        case "active":
            return Active()
        case _:
            return Retired(Why(row.why), row.retired, row.note, row.successor)
