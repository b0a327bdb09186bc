"""Every table as SQLAlchemy sees it now; `migrations/` makes them, and a test holds the two equal.

Amounts are nanodollars (1e-9 USD), times are UTC text, numeric ids are GitHub's.
"""

from datetime import datetime

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    MetaData,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
    false,
)

from bot.adapters.database.columns import GitHubId, Instant, Nano, RowNumber, TextList
from bot.adapters.database.parts import PartList
from bot.domain.task import Part

metadata = MetaData()


class InboxColumns(TypedColumns):
    """Deliveries as they came; `state` is pending, dispatched or ignored."""

    row: Column[int] = Column(RowNumber, primary_key=True)
    delivery_id: Column[str] = Column(Text, unique=True)
    event: Column[str] = Column(Text)
    body: Column[bytes]
    received_at: Column[datetime] = Column(Instant)
    state: Column[str] = Column(Text)
    why: Column[str] = Column(Text)
    handled_at: Column[datetime | None] = Column(Instant)


inbox = Table("inbox", metadata, InboxColumns, sqlite_autoincrement=True)
# Most rows are handled: an index of the few that are not stays small.
_pending = inbox.c.state == "pending"
Index("inbox_pending", inbox.c.row, sqlite_where=_pending, postgresql_where=_pending)


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


class TrajectoryColumns(TypedColumns):
    """What was said to and by the model, in order of `seq`."""

    seq: Column[int] = Column(RowNumber, primary_key=True)
    task: Column[int] = Column(ForeignKey("tasks.id"))
    attempt: Column[int]
    key: Column[str] = Column(Text)
    role: Column[str] = Column(Text)
    model: Column[str] = Column(Text)
    text: Column[str] = Column(Text)
    at: Column[datetime] = Column(Instant)


trajectory = Table(
    "trajectory",
    metadata,
    TrajectoryColumns,
    UniqueConstraint("task", "attempt", "key"),
    sqlite_autoincrement=True,
)


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


class AllowanceColumns(TypedColumns):
    """Extra money that `/evolve continue` comments gave; each comment counts once."""

    task: Column[int] = Column(ForeignKey("tasks.id"), primary_key=True, autoincrement=False)
    command: Column[int] = Column(GitHubId, primary_key=True, autoincrement=False)
    amount_nano: Column[int] = Column(Nano)


allowances = Table("allowances", metadata, AllowanceColumns)


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


class ChargeColumns(TypedColumns):
    """The ledger: one row a model call; `state` is open, settled or released."""

    seq: Column[int] = Column(RowNumber, primary_key=True)
    key: Column[str] = Column(Text, unique=True)
    owner: Column[str] = Column(Text)
    name: Column[str] = Column(Text)
    installation: Column[int] = Column(GitHubId)
    task: Column[int]
    attempt: Column[int]
    run: Column[str] = Column(Text)
    model: Column[str] = Column(Text)
    role: Column[str] = Column(Text)
    state: Column[str] = Column(Text)
    reserved_nano: Column[int] = Column(Nano)
    charged_nano: Column[int] = Column(Nano)
    input_tokens: Column[int | None]
    output_tokens: Column[int | None]
    cache_read_tokens: Column[int | None]
    cache_write_tokens: Column[int | None]
    at: Column[datetime] = Column(Instant)


charges = Table("charges", metadata, ChargeColumns, sqlite_autoincrement=True)
Index("charges_task", charges.c.task, charges.c.attempt)
Index("charges_run", charges.c.run)
Index("charges_at", charges.c.at)


class JournalColumns(TypedColumns):
    """The journal; `timestamp` and the lists are plain text, so that a tampered one can be read."""

    id: Column[int] = Column(RowNumber, primary_key=True, autoincrement=False)
    key: Column[str] = Column(Text, unique=True)
    timestamp: Column[str] = Column(Text)
    repo: Column[str] = Column(Text)
    issue: Column[int] = Column(GitHubId)
    attempt: Column[int]
    observation: Column[str] = Column(Text)
    proposed_action: Column[str] = Column(Text)
    outcome: Column[str] = Column(Text)
    lessons: Column[str] = Column(Text)
    agent: Column[str] = Column(Text)
    prompt_hash: Column[str] = Column(Text)
    models: Column[str] = Column(Text)
    tokens: Column[int] = Column(GitHubId)
    cost_nano: Column[int] = Column(Nano)
    diff_hash: Column[str] = Column(Text)
    pull: Column[int | None] = Column(GitHubId)
    previous: Column[str] = Column(Text)
    hash: Column[str] = Column(Text)


journal = Table("journal_entries", metadata, JournalColumns)


class FailureColumns(TypedColumns):
    """Proposals that did not work, kept for ever."""

    seq: Column[int] = Column(RowNumber, primary_key=True)
    key: Column[str] = Column(Text, unique=True)
    owner: Column[str] = Column(Text)
    name: Column[str] = Column(Text)
    installation: Column[int] = Column(GitHubId)
    number: Column[int] = Column(GitHubId)
    attempt: Column[int]
    at: Column[datetime] = Column(Instant)
    description: Column[str] = Column(Text)
    reason: Column[str] = Column(Text)
    rules: Column[tuple[str, ...]] = Column(TextList)
    paths: Column[tuple[str, ...]] = Column(TextList)
    rolled_back: Column[bool]
    kind: Column[str | None] = Column(Text)
    plan: Column[str] = Column(Text, server_default="")
    symbols: Column[tuple[str, ...]] = Column(TextList, server_default="[]")
    failures: Column[tuple[str, ...]] = Column(TextList, server_default="[]")
    blobs: Column[tuple[str, ...]] = Column(TextList, server_default="[]")
    base: Column[str] = Column(Text, server_default="")
    telling: Column[bool] = Column(server_default=false())


failures = Table("failed_proposals", metadata, FailureColumns, sqlite_autoincrement=True)
Index("failed_proposals_subject", failures.c.owner, failures.c.name, failures.c.number)


class FailureTermColumns(TypedColumns):
    """Which telling failures have which terms: `term` is the hash of a repository and a term."""

    term: Column[int] = Column(GitHubId, primary_key=True, autoincrement=False)
    failure: Column[int] = Column(GitHubId, primary_key=True, autoincrement=False)


# The key is all there is to a row; without row numbers it is kept once and not twice.
failure_terms = Table("failure_terms", metadata, FailureTermColumns, sqlite_with_rowid=False)


class RefusalColumns(TypedColumns):
    """Each time a rule of a gate fired; only names of ours, never outside text."""

    seq: Column[int] = Column(RowNumber, primary_key=True)
    key: Column[str] = Column(Text, unique=True)
    gate: Column[str] = Column(Text)
    rule: Column[str] = Column(Text)
    owner: Column[str] = Column(Text)
    name: Column[str] = Column(Text)
    number: Column[int] = Column(GitHubId)
    attempt: Column[int]
    at: Column[datetime] = Column(Instant)


refusals = Table("refusals", metadata, RefusalColumns, sqlite_autoincrement=True)
Index("refusals_rule", refusals.c.gate, refusals.c.rule)
