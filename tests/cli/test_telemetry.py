"""`evolve telemetry`: each role with its cost and its effect, for people and for scripts."""

import json
import sqlite3

import pytest

from bot.kernel.budget import Caps, Usage
from bot.kernel.values import Usd
from bot.memory.ledger import Held, Reservation, Scope
from bot.memory.tasks import StageMark
from bot.memory.telemetry import SENT_BACK
from tests.adapters.databases import NOW
from tests.cli.commands import REPO, admitted, evolve, records_in
from tests.memory.pasts import entry

LOTS = Usd.of(1000)
CAPS = Caps(LOTS, LOTS, LOTS, LOTS, LOTS, LOTS)


@pytest.fixture
def records(tmp_path):
    opened = records_in(tmp_path)
    yield opened
    opened.database.dispose()


def paid(records, task: int, role: str, dollars: str) -> None:
    key = f"{task}/{role}"
    wanted = Reservation(key, Scope(REPO, task, 1, "run"), "m", role, Usd.of("0.50"), NOW)
    assert records.ledger.reserve(wanted, CAPS) == Held(key)
    records.ledger.settle(key, Usd.of(dollars), Usage(1_000, 50))


@pytest.fixture
def told(records):
    """A change that was sent back and merged, and one that failed before its proof."""
    first, second = admitted(records, 12).id, admitted(records, 13).id
    for role, dollars in (("implement", "0.20"), ("review", "0.0125")):
        paid(records, first, role, dollars)
    paid(records, second, "implement", "0.30")
    records.tasks.mark(StageMark(first, 1, "prove", SENT_BACK, NOW))
    for issue, outcome in ((12, "awaiting review: #3"), (12, "merged: x"), (13, "failed: y")):
        records.journal.append(entry(issue, outcome))
    return records


def test_nothing_was_paid_for_yet(tmp_path, records):
    assert evolve(tmp_path, "telemetry").stdout == "Nothing was paid for yet.\n"
    assert json.loads(evolve(tmp_path, "telemetry", "--json").stdout)["roles"] == {}


def test_a_log_gets_a_line_for_each_role_and_what_came_of_the_reviewers_no(tmp_path, told):
    lines = evolve(tmp_path, "telemetry").stdout.splitlines()
    assert lines[:3] == [
        "implement  2  2000 / 100  $0.50  with it 2: 1 proven, 1 of 2 merged (9% to 91%)"
        "  without it none",
        "review  1  1000 / 50  $0.0125  with it 1: 1 proven, 1 of 1 merged (21% to 100%)"
        "  without it none",
        "review sent back 1 of 1; then 1 of 1 merged (21% to 100%)",
    ]
    assert "not assigned to a role by chance" in lines[3]


def test_a_script_gets_the_figures(tmp_path, told):
    roles = json.loads(evolve(tmp_path, "telemetry", "--json").stdout)["roles"]
    assert roles["review"]["usd"] == "0.012500000"
    assert roles["implement"]["with"]["merged"]["count"] == 1
    assert roles["implement"]["with"]["merged"]["wilson_95"] == pytest.approx(
        [0.0945, 0.9055], abs=1e-4
    )
    assert roles["review"]["sent_back"]["attempts"] == 1


def test_what_an_altered_journal_says_is_not_believed(tmp_path, told):
    connection = sqlite3.connect(tmp_path / "evolve.db")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE journal_entries SET outcome = 'merged: z' WHERE id = 3")
    connection.commit()
    connection.close()
    roles = json.loads(evolve(tmp_path, "telemetry", "--json").stdout)["roles"]
    assert roles["implement"]["with"]["merged"]["of"] == 1
