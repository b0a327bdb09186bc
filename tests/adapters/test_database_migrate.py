import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from bot.adapters.database.engine import open_database, reading, unreachable, writing
from bot.adapters.database.migrate import migrate
from bot.adapters.database.tables import metadata


def test_an_empty_file_gets_exactly_the_tables_that_the_code_knows(tmp_path):
    url = f"sqlite:///{tmp_path}/a folder/100%.db"
    migrate(url)
    engine = open_database(url)
    with reading(engine) as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


def test_migrating_again_changes_nothing(tmp_path):
    url = f"sqlite:///{tmp_path}/evolve.db"
    migrate(url)
    before = _schema(tmp_path / "evolve.db")
    migrate(url)
    assert _schema(tmp_path / "evolve.db") == before


def test_processes_that_start_at_once_on_an_empty_folder_all_find_the_tables(tmp_path):
    url = f"sqlite:///{tmp_path}/new/evolve.db"
    program = "import sys; from bot.adapters.database.migrate import migrate; migrate(sys.argv[1])"
    starting = [subprocess.Popen([sys.executable, "-c", program, url]) for _ in range(3)]
    assert [one.wait(timeout=60) for one in starting] == [0, 0, 0]
    assert "journal_entries" in _schema(tmp_path / "new" / "evolve.db")


def test_the_file_is_write_ahead_private_and_flushed_at_each_commit(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path}/evolve.db")
    with reading(engine) as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    engine.dispose()
    assert found == ["wal", 2, 1, 30_000]
    assert (tmp_path / "evolve.db").stat().st_mode & 0o077 == 0


def test_a_writer_that_reads_first_is_never_refused_for_what_another_wrote_meanwhile(tmp_path):
    url = f"sqlite:///{tmp_path}/evolve.db"
    one, two = open_database(url), open_database(url)
    with writing(one) as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
    with writing(one) as first:
        first.execute(text("SELECT count(*) FROM t")).scalar_one()
        raw = sqlite3.connect(tmp_path / "evolve.db", timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            raw.execute("BEGIN IMMEDIATE")
        raw.close()
        first.execute(text("INSERT INTO t VALUES (1)"))
    with writing(two) as second:
        assert second.execute(text("SELECT count(*) FROM t")).scalar_one() == 1
    one.dispose()
    two.dispose()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/db"])
def test_a_database_that_two_processes_cannot_share_is_refused(url):
    with pytest.raises(ValueError, match=r"SQLite URL must name a file|not supported"):
        open_database(url)


def test_readiness_names_a_database_without_tables_and_passes_one_with_them(tmp_path):
    url = f"sqlite:///{tmp_path}/evolve.db"
    engine = open_database(url)
    assert unreachable(engine) == "the database does not answer (OperationalError)"
    migrate(url)
    assert unreachable(engine) is None
    engine.dispose()


def _schema(path: Path) -> str:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
    return "\n".join(str(row[0]) for row in rows)
