import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta, timezone
from itertools import islice

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from bot.adapters.database.engine import open_database, writing
from bot.adapters.database.journal import SqlJournal
from bot.adapters.database.tables import journal as journal_table
from bot.memory.journal import GENESIS, Beheaded, Entry, Intact, Tampered, verify, walk
from tests.adapters.databases import NOW, fresh_url

ENTRY = Entry(
    key="1-1",
    timestamp=NOW,
    repo="octo/hello",
    issue=12,
    attempt=1,
    observation="sum() drops the last item — “off by one”",
    proposed_action="include it",
    outcome="merged",
    lessons=("test the last item", "7"),
    agent="0.1.0+abc",
    prompt_hash="p" * 64,
    models=("claude-haiku-5-5",),
    tokens=1234,
    cost_nano=123_456_789,
    diff_hash="d" * 64,
    pull=17,
)


@pytest.fixture
def file(tmp_path):
    fresh_url(tmp_path)
    return tmp_path / "evolve.db"


@pytest.fixture
def engine(file):
    engine = open_database(f"sqlite:///{file}")
    yield engine
    engine.dispose()


@pytest.fixture
def journal(engine):
    return SqlJournal(engine)


def tamper(file, *statements: str) -> None:
    """What somebody with the file in hand can do: no trigger stops him."""
    connection = sqlite3.connect(file)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def fill(journal: SqlJournal, rows: int = 5) -> None:
    for number in range(1, rows + 1):
        journal.append(replace(ENTRY, key=f"{number}-1", pull=None if number == 2 else number))


def test_an_empty_journal_is_intact(journal):
    assert verify(journal.rows()) == Intact(0, GENESIS)


def test_rows_are_read_back_as_they_were_appended_and_their_chain_holds(journal):
    first = journal.append(ENTRY)
    second = journal.append(replace(ENTRY, key="2-1", pull=None, lessons=()))
    assert journal.rows() == (first, second)
    assert (first.id, first.previous, second.previous) == (1, GENESIS, first.hash)
    assert verify(journal.rows()) == Intact(2, second.hash)


def test_appending_the_same_key_again_returns_the_row_that_is_there(journal):
    row = journal.append(ENTRY)
    assert journal.append(replace(ENTRY, outcome="failed")) == row
    assert len(journal.rows()) == 1


def test_a_time_in_another_zone_is_the_same_time_and_hash_in_utc(journal):
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    row = journal.append(replace(ENTRY, timestamp=elsewhere))
    assert row == journal.rows()[0]
    assert row.entry == ENTRY
    assert isinstance(verify(journal.rows()), Intact)


def test_a_time_without_a_fraction_of_a_second_keeps_its_hash(journal):
    journal.append(replace(ENTRY, timestamp=NOW.replace(microsecond=0)))
    assert isinstance(verify(journal.rows()), Intact)


def test_writers_at_the_same_moment_make_one_chain(journal):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: journal.append(replace(ENTRY, key=f"k{n % 10}")), range(20)))
    verdict = verify(journal.rows())
    assert isinstance(verdict, Intact)
    assert verdict.rows == 10


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entries SET outcome = 'merged' WHERE id = 2",
        "DELETE FROM journal_entries WHERE id = 2",
        "DELETE FROM journal_entries",
        "INSERT OR REPLACE INTO journal_entries SELECT * FROM journal_entries WHERE id = 2",
        "INSERT OR REPLACE INTO journal_entries SELECT 6, key, timestamp, repo, issue, attempt, "
        "observation, proposed_action, 'altered', lessons, agent, prompt_hash, models, tokens, "
        "cost_nano, diff_hash, pull, previous, hash FROM journal_entries WHERE id = 2",
    ],
)
def test_the_database_refuses_to_change_or_take_away_a_row(engine, journal, statement):
    fill(journal)
    before = journal.rows()
    with pytest.raises(DatabaseError, match=r"append-only|only the next row"), writing(engine) as c:
        c.execute(text(statement))
    assert journal.rows() == before


def test_another_program_cannot_replace_a_row_by_its_key_either(file, journal):
    fill(journal)
    before = journal.rows()
    raw = sqlite3.connect(file)
    replacing = "INSERT OR REPLACE INTO journal_entries SELECT 6, " + ", ".join(
        column.name for column in journal_table.columns if column.name != "id"
    )
    with pytest.raises(sqlite3.IntegrityError, match="only the next row"):
        raw.execute(f"{replacing} FROM journal_entries WHERE id = 2")
    raw.close()
    assert journal.rows() == before


@pytest.mark.parametrize(
    "change",
    [
        "timestamp = '2026-11-23T12:00:01.123456+00:00'",
        "timestamp = '2026-11-23T12:00:00.123456Z'",
        "timestamp = 'yesterday'",
        "repo = 'octo/hellp'",
        "issue = issue + 1",
        "attempt = 'many'",
        "observation = observation || ' '",
        "observation = CAST(observation AS BLOB)",
        "observation = CAST(x'ff' || observation AS TEXT)",
        "proposed_action = ''",
        "outcome = 'merget'",
        "lessons = '[]'",
        "lessons = '[\"test the last item\",7]'",
        'lessons = \'["test the last item", "7"]\'',
        "lessons = '{broken'",
        "agent = 'x'",
        "prompt_hash = 'x'",
        "models = '7'",
        "models = '\"claude-haiku-5-5\"'",
        "tokens = 0",
        "cost_nano = cost_nano - 1",
        "cost_nano = x'00'",
        "diff_hash = x'00'",
        "pull = NULL",
        "key = 'z'",
        "hash = upper(hash)",
    ],
)
def test_an_altered_column_names_its_row(file, journal, change):
    fill(journal)
    tamper(file, f"UPDATE journal_entries SET {change} WHERE id = 3")
    assert verify(journal.rows()) == Tampered(3, "its contents were altered")


@pytest.mark.parametrize("column", [column.name for column in journal_table.columns])
def test_one_altered_byte_in_any_column_is_found(file, journal, column):
    fill(journal)
    changed = f"char(unicode({column}) + 5) || substr({column}, 2)"
    tamper(file, f"UPDATE journal_entries SET {column} = {changed} WHERE id = 4")
    verdict = verify(journal.stream())
    assert isinstance(verdict, Tampered)
    assert verdict.id in {4, 5}, "a row whose number was altered is missed at the next one"


@pytest.mark.parametrize(("removed", "named"), [(1, 2), (3, 4), (4, 5)])
def test_a_row_removed_anywhere_but_at_the_end_is_missed_at_the_next_one(
    file, journal, removed, named
):
    fill(journal)
    tamper(file, f"DELETE FROM journal_entries WHERE id = {removed}")
    assert verify(journal.stream()) == Tampered(named, f"row {removed} is missing before it")


def test_a_chain_that_was_written_anew_holds_in_itself_but_not_with_a_published_head(file, journal):
    fill(journal)
    published = journal.head()
    tamper(file, "DELETE FROM journal_entries WHERE id >= 4")
    journal.append(replace(ENTRY, key="4-1", outcome="invented"))
    journal.append(replace(ENTRY, key="5-1"))
    assert isinstance(verify(journal.stream()), Intact)
    assert verify(journal.stream(), published) == Beheaded(5, published)


def test_a_removed_row_is_missed_also_when_the_rest_is_numbered_anew(file, journal):
    fill(journal)
    tamper(
        file,
        "DELETE FROM journal_entries WHERE id = 3",
        "UPDATE journal_entries SET id = id - 1 WHERE id > 3",
    )
    assert verify(journal.rows()) == Tampered(3, "it does not continue the row before it")


def test_swapped_rows_are_found_at_the_first_of_them(file, journal):
    fill(journal)
    tamper(
        file,
        "UPDATE journal_entries SET id = 99 WHERE id = 2",
        "UPDATE journal_entries SET id = 2 WHERE id = 4",
        "UPDATE journal_entries SET id = 4 WHERE id = 99",
    )
    assert verify(journal.rows()) == Tampered(
        2,
        "it does not continue the row before it: that is now row 4, so rows were swapped or moved",
    )


def test_a_removed_last_row_is_seen_by_a_head_that_was_published(file, journal):
    fill(journal)
    published = journal.head()
    assert verify(journal.stream(), published) == Intact(5, published)
    tamper(file, "DELETE FROM journal_entries WHERE id = 5")
    assert isinstance(verify(journal.stream()), Intact), "inside nothing can show it"
    assert verify(journal.stream(), published) == Beheaded(4, published)


def test_an_older_head_stays_in_the_chain(journal):
    assert journal.head() == GENESIS
    fill(journal, 2)
    published = journal.head()
    journal.append(replace(ENTRY, key="3-1"))
    assert isinstance(verify(journal.stream(), published), Intact)
    assert isinstance(verify(journal.stream(), GENESIS), Intact)


def test_the_stream_is_all_rows_and_never_more_than_some_in_memory(journal):
    fill(journal, 7)
    assert tuple(journal.stream()) == journal.rows()
    walked = walk(journal.stream())
    assert [step.id for step in islice(walked, 3)] == [1, 2, 3]


def test_processes_that_append_at_once_make_one_chain(file, journal):
    program = (
        "import sys; from dataclasses import replace;"
        "from bot.adapters.database.engine import open_database;"
        "from bot.adapters.database.journal import SqlJournal;"
        "from tests.adapters.test_database_journal import ENTRY;"
        "journal = SqlJournal(open_database(sys.argv[1]));"
        "[journal.append(replace(ENTRY, key=f'{sys.argv[2]}-{n}')) for n in range(5)]"
    )
    command = [sys.executable, "-c", program, f"sqlite:///{file}"]
    writers = [subprocess.Popen([*command, str(number)]) for number in range(3)]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    verdict = verify(journal.stream())
    assert isinstance(verdict, Intact)
    assert verdict.rows == 15
