"""What a failed proposal was about, and the terms under which it is found."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TEXTS = (("plan", ""), ("symbols", "[]"), ("failures", "[]"), ("blobs", "[]"), ("base", ""))


def upgrade() -> None:
    """What failed before is kept, and speaks against nothing: too little is known of it."""
    op.add_column("failed_proposals", sa.Column("kind", sa.Text(), nullable=True))
    for name, empty in _TEXTS:
        column = sa.Column(name, sa.Text(), nullable=False, server_default=empty)
        op.add_column("failed_proposals", column)
    telling = sa.Column("telling", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("failed_proposals", telling)
    op.create_table(
        "failure_terms",
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("failure", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("term", "failure"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("failure_terms")
    for name in ("telling", *(name for name, _ in reversed(_TEXTS)), "kind"):
        op.drop_column("failed_proposals", name)
