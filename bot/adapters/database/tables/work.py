"""The queue's mirror: tasks, their tickets, their story, their pull requests."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Table, Text, TypedColumns, UniqueConstraint

from bot.adapters.database.columns import GitHubId, Instant, Nano, RowNumber, TextList
from bot.adapters.database.parts import PartList
from bot.adapters.database.tables.metadata import metadata
from bot.domain.task import Part


class TaskColumns(TypedColumns):
    """One row an issue: the queue's mirror."""

    id: Column[int] = Column(RowNumber, primary_key=True)
    owner: Column[str] = Column(Text)
    name: Column[str] = Column(Text)
    installation: Column[int] = Column(GitHubId)
    number: Column[int] = Column(GitHubId)
    state: Column[str] = Column(Text)
    pinned: Column[str] = Column(Text)
    title: Column[str] = Column(Text)
    admitted_by: Column[int] = Column(GitHubId)
    admitted_login: Column[str] = Column(Text)
    admitted_at: Column[datetime] = Column(Instant)
    attempt: Column[int]
    cap_nano: Column[int] = Column(Nano)
    extra_nano: Column[int] = Column(Nano)
    votes: Column[int]
    open_prs: Column[int]
    kind: Column[str | None] = Column(Text)
    impact: Column[int | None]
    estimated_risk: Column[str | None] = Column(Text)
    estimated_nano: Column[int | None] = Column(Nano)
    plan: Column[str | None] = Column(Text)
    pull: Column[int | None] = Column(GitHubId)
    tested: Column[str | None] = Column(Text)
    published_risk: Column[str | None] = Column(Text)
    proof_strength: Column[str | None] = Column(Text)
    diff_hash: Column[str | None] = Column(Text)
    summary: Column[str | None] = Column(Text)
    files: Column[tuple[str, ...]] = Column(TextList)
    ending: Column[str | None] = Column(Text)
    ended_at: Column[datetime | None] = Column(Instant)
    reason: Column[str] = Column(Text)
    stage: Column[str] = Column(Text)
    label: Column[str] = Column(Text, server_default="")
    answer: Column[str] = Column(Text, server_default="")
    wish: Column[str] = Column(Text)
    parts: Column[tuple[Part, ...]] = Column(PartList)
    touches: Column[tuple[str, ...]] = Column(TextList)


tasks = Table(
    "tasks",
    metadata,
    TaskColumns,
    UniqueConstraint("owner", "name", "number"),
    sqlite_autoincrement=True,
)
Index("tasks_state", tasks.c.state)


class TicketColumns(TypedColumns):
    """Which ticket started which attempt, for ever: a repeated step finds its own claim.

    Only an attempt that is held lets go of its ticket, so that another one may take it up.
    """

    ticket: Column[str] = Column(Text, primary_key=True)
    task: Column[int] = Column(ForeignKey("tasks.id"))
    attempt: Column[int]
    at: Column[datetime] = Column(Instant)


tickets = Table("tickets", metadata, TicketColumns, UniqueConstraint("task", "attempt"))


class StoryColumns(TypedColumns):
    """The stages that attempts went through, in order of `seq`."""

    seq: Column[int] = Column(RowNumber, primary_key=True)
    task: Column[int] = Column(ForeignKey("tasks.id"), index=True)
    attempt: Column[int]
    stage: Column[str] = Column(Text)
    detail: Column[str] = Column(Text)
    at: Column[datetime] = Column(Instant)


story = Table("task_story", metadata, StoryColumns, sqlite_autoincrement=True)


class RevisionColumns(TypedColumns):
    """Rounds of work on an open pull request; `heard` are keys of feedback."""

    task: Column[int] = Column(ForeignKey("tasks.id"), primary_key=True, autoincrement=False)
    attempt: Column[int] = Column(primary_key=True, autoincrement=False)
    number: Column[int] = Column(primary_key=True, autoincrement=False)
    cause: Column[str] = Column(Text)
    head: Column[str] = Column(Text)
    heard: Column[tuple[str, ...]] = Column(TextList)
    came: Column[str] = Column(Text)
    said: Column[str] = Column(Text)
    at: Column[datetime] = Column(Instant)


revisions = Table("revisions", metadata, RevisionColumns)


class WatchColumns(TypedColumns):
    """Merges and what CI said of them afterwards."""

    task: Column[int] = Column(ForeignKey("tasks.id"), primary_key=True, autoincrement=False)
    attempt: Column[int] = Column(primary_key=True, autoincrement=False)
    pull: Column[int] = Column(GitHubId)
    merged: Column[str] = Column(Text)
    before: Column[str] = Column(Text)
    since: Column[datetime] = Column(Instant)
    outcome: Column[str] = Column(Text)


watches = Table("watches", metadata, WatchColumns)
Index("watches_outcome", watches.c.outcome)


class AnswerColumns(TypedColumns):
    """Command comments that have been dealt with."""

    owner: Column[str] = Column(Text, primary_key=True)
    name: Column[str] = Column(Text, primary_key=True)
    comment: Column[int] = Column(GitHubId, primary_key=True, autoincrement=False)
    outcome: Column[str] = Column(Text)
    at: Column[datetime] = Column(Instant)


answers = Table("answered_commands", metadata, AnswerColumns)


class PauseColumns(TypedColumns):
    """The kill switch: `*`, or `owner/name` in lower case."""

    scope: Column[str] = Column(Text, primary_key=True)
    by: Column[str] = Column(Text)
    at: Column[datetime] = Column(Instant)


pauses = Table("pauses", metadata, PauseColumns)
