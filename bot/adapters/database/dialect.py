"""The few statements that SQLAlchemy spells differently for SQLite and PostgreSQL."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Values = Mapping[str, object]


def insert_new(connection: Connection, table: Table, rows: Sequence[Values]) -> int:
    """Insert those rows whose keys are not there yet; how many were, where the driver tells."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return connection.execute(insert(table).on_conflict_do_nothing(), list(rows)).rowcount
