"""Merges that are watched, and what an issue shows: its state label, the last answer."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the column."""
    for name in ("label", "answer"):
        op.add_column("tasks", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "watches",
        sa.Column("task", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("pull", sa.BigInteger(), nullable=False),
        sa.Column("merged", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["task"], ["tasks.id"]),
        sa.PrimaryKeyConstraint("task", "attempt"),
    )
    op.create_index("watches_outcome", "watches", ["outcome"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("watches")
    for name in ("answer", "label"):
        op.drop_column("tasks", name)
