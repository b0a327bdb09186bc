"""What the last phase tried, what a change evolves, and when each run was at work."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was tried before; attempts from then have no pathway, and none is guessed."""
    op.add_column("assignments", sa.Column("pathway", sa.Text(), nullable=True))
    op.add_column("assignments", sa.Column("trial", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "assignments", sa.Column("indexed", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column(
        "assignments", sa.Column("shown", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_index("assignments_trial", "assignments", ["installation", "trial"])
    op.create_table(
        "tuning_events",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("installation", sa.BigInteger(), nullable=False),
        sa.Column("trial", sa.Integer(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("parameter", sa.Text(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("ceiling_nano", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("new_attempts", sa.Integer(), nullable=False),
        sa.Column("new_merged", sa.Integer(), nullable=False),
        sa.Column("new_reverted", sa.Integer(), nullable=False),
        sa.Column("new_nano", sa.BigInteger(), nullable=False),
        sa.Column("old_attempts", sa.Integer(), nullable=False),
        sa.Column("old_merged", sa.Integer(), nullable=False),
        sa.Column("old_reverted", sa.Integer(), nullable=False),
        sa.Column("old_nano", sa.BigInteger(), nullable=False),
        sa.Column("better", sa.Float(53), nullable=False),
        sa.Column("worse", sa.Float(53), nullable=False),
        sa.Column("merges_less", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    op.create_index("tuning_events_installation", "tuning_events", ["installation"])
    op.create_table(
        "runs",
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("repo", sa.Text(), nullable=False),
        sa.Column("began", sa.Text(), nullable=False),
        sa.Column("ended", sa.Text(), nullable=False),
        sa.Column("filed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run"),
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_table("runs")
    op.drop_index("tuning_events_installation", "tuning_events")
    op.drop_table("tuning_events")
    op.drop_index("assignments_trial", "assignments")
    for column in ("shown", "indexed", "trial", "pathway"):
        op.drop_column("assignments", column)
