"""Lessons: what was learned, by which outcomes, and what came of attempts that were shown it."""

from datetime import datetime

from sqlalchemy import Column, Index, Table, Text, TypedColumns

from bot.adapters.database.columns import GitHubId, Instant, RowNumber, TextList
from bot.adapters.database.tables.metadata import metadata


class LessonColumns(TypedColumns):
    """One lesson; its text is never changed. `why` to `successor` tell why it is retired.

    `anchors` are paths and `blobs` their ids then. `setup`, `command` and `report` are a recipe's.
    """

    id: Column[int] = Column(RowNumber, primary_key=True)
    key: Column[str] = Column(Text, unique=True)
    owner: Column[str] = Column(Text)
    name: Column[str] = Column(Text)
    installation: Column[int] = Column(GitHubId)
    sort: Column[str] = Column(Text)
    text: Column[str] = Column(Text)
    kind: Column[str | None] = Column(Text)
    area: Column[str] = Column(Text)
    paths: Column[tuple[str, ...]] = Column(TextList)
    symbols: Column[tuple[str, ...]] = Column(TextList)
    terms: Column[tuple[str, ...]] = Column(TextList)
    failures: Column[tuple[str, ...]] = Column(TextList)
    anchors: Column[tuple[str, ...]] = Column(TextList)
    blobs: Column[tuple[str, ...]] = Column(TextList)
    task: Column[int] = Column(RowNumber)
    attempt: Column[int]
    outcome: Column[str] = Column(Text)
    born: Column[datetime] = Column(Instant)
    setup: Column[str | None] = Column(Text)
    command: Column[str | None] = Column(Text)
    report: Column[str | None] = Column(Text)
    standing: Column[str] = Column(Text)
    why: Column[str | None] = Column(Text)
    retired: Column[datetime | None] = Column(Instant)
    note: Column[str] = Column(Text)
    successor: Column[int | None] = Column(RowNumber)


lessons = Table("lessons", metadata, LessonColumns, sqlite_autoincrement=True)
Index("lessons_repo", lessons.c.owner, lessons.c.name, lessons.c.standing)
Index("lessons_source", lessons.c.task, lessons.c.attempt)


class LessonEvidenceColumns(TypedColumns):
    """Which outcomes taught which lesson: each outcome teaches one."""

    key: Column[str] = Column(Text, primary_key=True)
    lesson: Column[int] = Column(RowNumber)


lesson_evidence = Table("lesson_evidence", metadata, LessonEvidenceColumns)
Index("lesson_evidence_lesson", lesson_evidence.c.lesson)


class LessonUseColumns(TypedColumns):
    """A lesson that was recalled for an attempt, shown or withheld, and what came of that."""

    lesson: Column[int] = Column(RowNumber, primary_key=True, autoincrement=False)
    task: Column[int] = Column(RowNumber, primary_key=True, autoincrement=False)
    attempt: Column[int] = Column(primary_key=True, autoincrement=False)
    shown: Column[bool]
    credit: Column[str] = Column(Text)


lesson_uses = Table("lesson_uses", metadata, LessonUseColumns)
Index("lesson_uses_attempt", lesson_uses.c.task, lesson_uses.c.attempt)
