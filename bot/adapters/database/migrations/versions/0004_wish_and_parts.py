"""What was asked for, and the parts that an issue was split into."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Whatever was admitted before was to be changed, and was not split."""
    op.add_column("tasks", sa.Column("wish", sa.Text(), nullable=False, server_default="change"))
    op.add_column("tasks", sa.Column("parts", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("tasks", "parts")
    op.drop_column("tasks", "wish")
