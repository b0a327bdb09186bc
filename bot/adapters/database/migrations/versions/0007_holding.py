"""Which files a pull request changes, and which ones a plan would change."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is known of what was published before: it holds nobody."""
    for name in ("files", "touches"):
        op.add_column("tasks", sa.Column(name, sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Drop the columns."""
    for name in ("touches", "files"):
        op.drop_column("tasks", name)
