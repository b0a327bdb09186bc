"""The database: SQLite in one file by default, PostgreSQL behind the same code."""
