"""`evolve telemetry`: attempts in groups, experiments, and roles; for people and for scripts."""

import json
import sqlite3
from dataclasses import replace

import pytest

from bot.domain.pathway import Pathway
from bot.domain.subject import Subject
from bot.kernel.budget import Caps, Usage
from bot.kernel.values import Kind, Usd
from bot.memory.ledger import Held, Reservation, Scope
from bot.memory.tasks import QUEUED, StageMark
from bot.memory.telemetry import SENT_BACK
from tests.adapters.databases import NOW, later
from tests.adapters.test_database_assignments import ONE
from tests.cli.commands import REPO, admitted, evolve, records_in
from tests.memory.attempts import CONTROL, TREATED
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
    shown = evolve(tmp_path, "telemetry", "--by", "role").stdout
    assert shown == "Nothing was tried yet.\nNothing was paid for yet.\n"
    told = json.loads(evolve(tmp_path, "telemetry", "--by", "role", "--json").stdout)
    assert (told["roles"], told["groups"]) == ({}, {})


def test_a_log_gets_a_line_for_each_role_and_what_came_of_the_reviewers_no(tmp_path, told):
    lines = evolve(tmp_path, "telemetry", "--by", "role").stdout.splitlines()[1:]
    assert lines[:3] == [
        "implement  2  2000 / 100  $0.50  with it 2: 1 proven, 1 of 2 merged (9% to 91%)"
        "  without it none",
        "review  1  1000 / 50  $0.0125  with it 1: 1 proven, 1 of 1 merged (21% to 100%)"
        "  without it none",
        "review sent back 1 of 1; then 1 of 1 merged (21% to 100%)",
    ]
    assert "not assigned to a role by chance" in lines[3]


def test_a_script_gets_the_figures(tmp_path, told):
    roles = json.loads(evolve(tmp_path, "telemetry", "--by", "role", "--json").stdout)["roles"]
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
    roles = json.loads(evolve(tmp_path, "telemetry", "--by", "role", "--json").stdout)["roles"]
    assert roles["implement"]["with"]["merged"]["of"] == 1


def begun(records, number: int, outcome: str, **conditions: object) -> None:
    """An attempt that was assigned its conditions, paid, and ended so."""
    task = admitted(records, number).id
    made = replace(ONE, task=task, subject=Subject(REPO, number), lessons=(), **conditions)
    records.assignments.record(made)
    records.tasks.mark(StageMark(task, 1, QUEUED, "asked by ada", NOW))
    paid(records, task, "implement", "0.20")
    told = replace(entry(number, outcome), timestamp=later(7200), pull=3)
    records.journal.append(told)


@pytest.fixture
def tried(records):
    """Four fixes, two of them merged with all helps and none without, and one in another place."""
    for number, outcome in ((20, "merged: x"), (21, "merged: x"), (22, "failed: x")):
        begun(records, number, outcome, arms=TREATED)
    begun(records, 23, "failed: x", arms=CONTROL)
    begun(records, 24, "awaiting review: #9", arms=CONTROL, kind=Kind.DOCS, area="docs")
    return records


def test_a_log_gets_a_line_for_each_group_with_every_figure_and_its_interval(tmp_path, tried):
    lines = evolve(tmp_path, "telemetry").stdout.splitlines()
    assert lines[0] == (
        "fix  4  2 of 4 (15% to 85%) proven  2 of 4 (15% to 85%) merged"
        "  0 of 2 (0% to 66%) reverted  none of 0 survived  $0.40 (too few to tell) a merge"
        "  2.0 h (2.0 h to 2.0 h) to the merge"
    )
    assert lines[1] == (
        "docs  1  1 of 1 (21% to 100%) proven  none of 0 merged  none of 0 reverted"
        "  none of 0 survived  nothing known a merge  nothing known to the merge"
    )
    assert "drawn by chance" in lines[2]


def test_experiments_are_told_in_plain_words(tmp_path, tried):
    lines = evolve(tmp_path, "telemetry", "--by", "area").stdout.splitlines()
    lessons = next(line for line in lines if line.startswith("lessons: "))
    assert lessons.startswith(
        "lessons: 2 of 3 merged with it, 0 of 1 without it; +67 points (-25 to +94):"
        " cannot be told yet, about "
    )
    assert "more decided attempts are needed" in lessons
    assert any(line.startswith("success by kind: ") for line in lines)


def test_a_script_gets_groups_experiments_and_chances(tmp_path, tried):
    told = json.loads(evolve(tmp_path, "telemetry", "--json").stdout)
    assert told["by"] == "kind"
    assert told["groups"]["fix"]["merged"]["count"] == 2
    assert told["groups"]["fix"]["usd_a_merge"] == {"value": 0.4, "interval_95": None}
    assert told["experiments"]["what works here"]["told"] is False
    assert told["experiments"]["what works here"]["more_attempts_needed"] > 0
    (chance,) = told["success"]
    assert (chance["kind"], chance["merged"], chance["decided"]) == ("fix", 2, 4)
    assert chance["chance"] == pytest.approx((4 * 0.75 + 2) / 8)
    assert "roles" not in told


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("size", {"never published", "6-20 lines"}),
        ("area", {"src", "docs"}),
        ("model", {"m"}),
        ("role", {"implement"}),
        ("lesson", {"none"}),
        ("version", {"1"}),
        ("prompt", {""}),
    ],
)
def test_attempts_are_grouped_by_whatever_is_asked(tmp_path, tried, by: str, groups: set[str]):
    tried.assignments.sized(tried.tasks.of(Subject(REPO, 20)).id, 1, 12, Pathway.TOOL)
    told = json.loads(evolve(tmp_path, "telemetry", "--by", by, "--json").stdout)
    assert set(told["groups"]) == groups


def test_one_repository_can_be_looked_at_alone(tmp_path, tried):
    told = evolve(tmp_path, "telemetry", "--repo", "Octo/Hello", "--json").stdout
    assert json.loads(told)["groups"]["fix"]["attempts"] == 4
    assert "Nothing was tried yet" in evolve(tmp_path, "telemetry", "--repo", "octo/other").stdout
