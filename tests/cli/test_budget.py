"""`evolve budget`: what counts as spent, in which circle, and for whom."""

import json
from datetime import UTC, datetime

import pytest

from bot.cli.budget import circles_of, exact
from bot.compose import operator_of
from bot.kernel.budget import Caps, Usage
from bot.kernel.values import Usd
from bot.memory.ledger import Held, Reservation, Scope
from bot.settings import Settings, read_settings
from tests.cli.commands import REPO, admitted, evolve, records_in

LOTS = Usd.of(1000)
CAPS = Caps(LOTS, LOTS, LOTS, LOTS, LOTS, LOTS)
DAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def records(tmp_path):
    opened = records_in(tmp_path)
    yield opened
    opened.database.dispose()


def reserve(records, task: int, key: str, dollars: str, at: datetime = DAY, model="haiku") -> str:
    scope = Scope(REPO, task, 1, "run")
    wanted = Reservation(key, scope, model, "implement", Usd.of(dollars), at)
    assert records.ledger.reserve(wanted, CAPS) == Held(key)
    return key


def settle(records, key: str, dollars: str) -> None:
    records.ledger.settle(key, Usd.of(dollars), Usage(1, 1))


def test_what_a_run_paid_for_no_task_is_shown_by_name(tmp_path, records):
    settle(records, reserve(records, 0, "a", "0.50"), "0.2")
    shown = json.loads(evolve(tmp_path, "budget", "--json").stdout)
    assert shown["tasks"] == {"proposals": "0.200000000"}


def test_open_reservations_count_in_full_settled_ones_as_charged_released_ones_not(
    tmp_path, records
):
    first, second = admitted(records, 12).id, admitted(records, 13).id
    settle(records, reserve(records, first, "a", "0.50"), "0.123456789")
    records.ledger.release(reserve(records, first, "b", "0.50"))
    reserve(records, second, "c", "0.25", model="sonnet")
    shown = json.loads(evolve(tmp_path, "budget", "--json").stdout)
    assert shown["total"] == {"spent": "0.373456789", "cap": None}
    assert shown["tasks"] == {"octo/hello#12": "0.123456789", "octo/hello#13": "0.250000000"}
    assert shown["models"] == {"haiku": "0.123456789", "sonnet": "0.250000000"}
    assert [(one["key"], one["reserved"]) for one in shown["open"]] == [("c", "0.250000000")]


def test_days_and_months_are_those_of_utc(records):
    task = admitted(records, 12).id
    for key, at in (
        ("year", DAY.replace(year=2025)),
        ("month", DAY.replace(day=1, hour=0)),
        ("yesterday", DAY.replace(day=22, hour=23)),
        ("today", DAY.replace(hour=0)),
    ):
        settle(records, reserve(records, task, key, "1", at), "1")
    settings = read_settings({"EVOLVE_BUDGET_PER_DAY": "3"})
    assert isinstance(settings, Settings)
    circles = circles_of(records.ledger.charges(), operator_of(settings), DAY)
    assert circles == {
        "today": (Usd.of(1), Usd.of(3)),
        "month": (Usd.of(3), Usd.of(93)),
        "total": (Usd.of(4), None),
    }


def test_a_log_gets_plain_lines(tmp_path, records):
    reserve(records, admitted(records, 12).id, "octo/hello#12/1/turn-1", "0.25")
    lines = evolve(tmp_path, "budget", EVOLVE_BUDGET_PER_DAY="4.00").stdout.splitlines()
    assert lines[0].endswith("of $4.00")
    assert lines[2] == "total  $0.25"
    assert lines[3:] == [
        "open  $0.25  haiku since 2026-11-23 12:00: octo/hello#12/1/turn-1",
        "task  $0.25  octo/hello#12",
        "model  $0.25  haiku",
    ]


def test_dollars_are_exact_to_the_nanodollar():
    assert exact(Usd(1)) == "0.000000001"
    assert exact(Usd.of("12.5")) == "12.500000000"


def test_a_wrong_variable_exits_with_3_and_is_named(tmp_path):
    result = evolve(tmp_path, "budget", EVOLVE_BUDGET_PER_DAY="lots")
    assert result.exit_code == 3
    assert "EVOLVE_BUDGET_PER_DAY" in result.stderr
