"""Under which conditions each attempt was made."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Attempts that were made before have none, and nothing is measured by them."""
    op.create_table(
        "assignments",
        sa.Column("task", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("installation", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("arm_lessons", sa.Text(), nullable=False),
        sa.Column("arm_table", sa.Text(), nullable=False),
        sa.Column("arm_order", sa.Text(), nullable=False),
        sa.Column("recall", sa.Integer(), nullable=False),
        sa.Column("escalate_after", sa.Integer(), nullable=False),
        sa.Column("reviewed", sa.Boolean(), nullable=False),
        sa.Column("lessons", sa.Text(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("task", "attempt"),
    )
    op.create_index("assignments_repo", "assignments", ["owner", "name"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("assignments_repo", "assignments")
    op.drop_table("assignments")
