"""Lessons, the outcomes that taught them, and the attempts that they were recalled for."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TEXTS = ("area", "paths", "symbols", "terms", "failures", "anchors", "blobs")


def upgrade() -> None:
    """Nothing is learned from what ended before."""
    op.create_table(
        "lessons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("installation", sa.BigInteger(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _TEXTS),
        sa.Column("task", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("born", sa.Text(), nullable=False),
        sa.Column("setup", sa.Text(), nullable=True),
        sa.Column("command", sa.Text(), nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("retired", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("successor", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    op.create_index("lessons_repo", "lessons", ["owner", "name", "standing"])
    op.create_index("lessons_source", "lessons", ["task", "attempt"])
    op.create_table(
        "lesson_evidence",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("lesson", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("lesson_evidence_lesson", "lesson_evidence", ["lesson"])
    op.create_table(
        "lesson_uses",
        sa.Column("lesson", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("task", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("lesson", "task", "attempt"),
    )
    op.create_index("lesson_uses_attempt", "lesson_uses", ["task", "attempt"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("lesson_uses_attempt", "lesson_uses")
    op.drop_table("lesson_uses")
    op.drop_index("lesson_evidence_lesson", "lesson_evidence")
    op.drop_table("lesson_evidence")
    op.drop_index("lessons_source", "lessons")
    op.drop_index("lessons_repo", "lessons")
    op.drop_table("lessons")
