"""Every table as SQLAlchemy sees it now; `migrations/` makes them, and a test holds the two equal.

Amounts are nanodollars (1e-9 USD), times are UTC text, numeric ids are GitHub's.
"""

from bot.adapters.database.tables.intake import inbox
from bot.adapters.database.tables.judged import judged_changes
from bot.adapters.database.tables.learning import assignments
from bot.adapters.database.tables.lessons import lesson_evidence, lesson_uses, lessons
from bot.adapters.database.tables.memory import failure_terms, failures, journal, refusals
from bot.adapters.database.tables.metadata import metadata
from bot.adapters.database.tables.money import allowances, charges
from bot.adapters.database.tables.runs import runs
from bot.adapters.database.tables.said import trajectory
from bot.adapters.database.tables.tuning import tuning
from bot.adapters.database.tables.work import (
    answers,
    pauses,
    revisions,
    story,
    tasks,
    tickets,
    watches,
)

__all__ = [
    "allowances",
    "answers",
    "assignments",
    "charges",
    "failure_terms",
    "failures",
    "inbox",
    "journal",
    "judged_changes",
    "lesson_evidence",
    "lesson_uses",
    "lessons",
    "metadata",
    "pauses",
    "refusals",
    "revisions",
    "runs",
    "story",
    "tasks",
    "tickets",
    "trajectory",
    "tuning",
    "watches",
]
