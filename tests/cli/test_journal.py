"""`evolve journal`: listing, one entry whole, and finding what was tampered with."""

import json
import sqlite3
from dataclasses import replace

import pytest

from bot.memory.journal import Entry
from tests.adapters.databases import NOW
from tests.cli.commands import evolve, records_in

ENTRY = Entry(
    key="1",
    timestamp=NOW,
    repo="octo/hello",
    issue=12,
    attempt=1,
    observation="the last page is lost",
    proposed_action="count it \x1b[31m",
    outcome="merged: Merged in #17.",
    lessons=("test the last page",),
    agent="0.1.0+abc",
    prompt_hash="p" * 64,
    models=("claude-haiku-5-5",),
    tokens=1234,
    cost_nano=123_456_789,
    diff_hash="d" * 64,
    pull=17,
)


@pytest.fixture
def home(tmp_path):
    """A journal of three entries."""
    records = records_in(tmp_path)
    for number in (1, 2, 3):
        records.journal.append(replace(ENTRY, key=str(number), attempt=number))
    records.database.dispose()
    return tmp_path


def tamper(home, statement: str) -> None:
    """What somebody with the file in hand can do: no trigger stops him."""
    connection = sqlite3.connect(home / "evolve.db")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_an_intact_journal_is_said_to_be_so_with_its_head(home):
    result = evolve(home, "journal", "verify")
    assert result.exit_code == 0
    judged = json.loads(evolve(home, "journal", "verify", "--json").stdout)
    assert judged["intact"] is True
    assert result.stdout == f"Intact: 3 rows, head {judged['head']}\n"


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE journal_entries SET outcome='merged: Merged in #18.' WHERE id=2", 2),
        ("UPDATE journal_entries SET cost_nano='cheap' WHERE id=1", 1),
        ("DELETE FROM journal_entries WHERE id=2", 3),
        ("UPDATE journal_entries SET id=CASE id WHEN 2 THEN -3 ELSE -2 END WHERE id>1", -3),
    ],
    ids=["altered", "of another type", "removed", "moved"],
)
def test_a_tampered_journal_exits_with_1_and_names_the_row(home, statement, row):
    tamper(home, statement)
    result = evolve(home, "journal", "verify")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Row {row} was tampered with: ")
    document = evolve(home, "journal", "verify", "--json")
    assert document.exit_code == 1
    judged = json.loads(document.stdout)
    assert (judged["intact"], judged["id"]) == (False, row)


def test_only_the_rows_before_a_tampered_one_are_listed(home):
    tamper(home, "UPDATE journal_entries SET cost_nano='cheap' WHERE id=2")
    result = evolve(home, "journal")
    assert result.exit_code == 1
    (line,) = result.stdout.splitlines()
    assert line.split()[0] == "1"
    assert "Row 2 was tampered with" in result.stderr


def test_each_entry_is_one_line_that_cannot_steer_a_terminal(home):
    lines = evolve(home, "journal").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["1", "2", "3"]
    assert "octo/hello#12-2 merged: Merged in #17. $0.1235: count it" in lines[1]
    assert "\x1b" not in "".join(lines)


def test_the_newest_entries_can_be_asked_for(home):
    shown = json.loads(evolve(home, "journal", "--limit", "2", "--json").stdout)
    assert [entry["id"] for entry in shown["entries"]] == [2, 3]
    assert shown["chain"]["intact"] is True


def test_one_entry_is_shown_whole_and_escaped(home):
    text = evolve(home, "journal", "show", "2").stdout
    assert "count it \\x1b[31m" in text
    assert "\x1b" not in text
    entry = json.loads(evolve(home, "journal", "show", "2", "--json").stdout)
    assert (entry["attempt"], entry["cost_nano"], entry["models"]) == (
        2,
        123_456_789,
        ["claude-haiku-5-5"],
    )
    assert len(entry["hash"]) == len(entry["previous"]) == 64


def test_a_tampered_entry_can_be_looked_at_but_exits_with_1(home):
    tamper(home, "UPDATE journal_entries SET cost_nano='cheap' WHERE id=2")
    shown = evolve(home, "journal", "show", "2")
    assert shown.exit_code == 1
    assert "cheap" in shown.stdout
    assert evolve(home, "journal", "show", "1").exit_code == 0


def test_an_entry_that_is_not_there_exits_with_1_and_says_where_to_look(home):
    result = evolve(home, "journal", "show", "9")
    assert result.exit_code == 1
    assert "`evolve journal` lists" in result.stderr


def test_the_export_for_programs_holds_the_whole_chain(home):
    result = evolve(home, "journal", "export", "--format", "jsonl")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["id"] for row in rows] == [1, 2, 3]
    assert [row["previous"] for row in rows[1:]] == [row["hash"] for row in rows[:-1]]
    assert rows[0]["timestamp"] == NOW.isoformat()
    assert "\x1b" not in result.stdout


def test_the_export_for_people_is_a_section_an_entry_that_cannot_steer_a_terminal(home):
    text = evolve(home, "journal", "export").stdout
    assert [line.split(".")[0] for line in text.splitlines() if line.startswith("## ")] == [
        "## 1",
        "## 2",
        "## 3",
    ]
    assert "test the last page" in text
    assert "\x1b" not in text


def test_the_export_ends_at_a_tampered_row_and_says_so(home):
    tamper(home, "UPDATE journal_entries SET cost_nano=1 WHERE id=2")
    result = evolve(home, "journal", "export", "--format", "jsonl")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 1
    assert "Row 2 was tampered with: its contents were altered" in result.stderr


def test_a_published_head_shows_that_the_last_row_is_gone(home):
    head = json.loads(evolve(home, "journal", "verify", "--json").stdout)["head"]
    assert evolve(home, "journal", "verify", "--head", head).stdout.endswith(
        "; the published head is in it\n"
    )
    tamper(home, "DELETE FROM journal_entries WHERE id=3")
    assert evolve(home, "journal", "verify").exit_code == 0
    result = evolve(home, "journal", "verify", "--head", head)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"The head {head} is none of the 2 rows")


def test_what_is_no_head_is_refused_as_a_usage_error(home):
    assert evolve(home, "journal", "verify", "--head", "abc").exit_code == 2
