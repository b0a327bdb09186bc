"""The service's schedule: each time of the expression is one run, whoever asks for it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.demo.sample import POLICY
from bot.domain.run import Order
from bot.domain.subject import Repo
from bot.engine.schedule import LATE, due, start_due
from bot.kernel.values import Usd
from bot.settings import BadSettings, Settings, read_settings
from tests.engine.conftest import Found

EVERY_8 = "0 */8 * * *"
EIGHT = datetime(2026, 11, 25, 8, tzinfo=UTC)


class Noted:
    """Where runs would be started: by id, as a durable queue has them."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.asked = 0

    def cycle(self, repo: Repo, order: Order) -> None:
        self.asked += 1
        self.orders.setdefault(order.run.id, order)


@pytest.mark.parametrize(
    ("at", "slot"),
    [
        (EIGHT - timedelta(seconds=1), None),
        (EIGHT, EIGHT),
        (EIGHT + timedelta(seconds=59), EIGHT),
        (EIGHT + LATE, EIGHT),
        (EIGHT + LATE + timedelta(minutes=1), None),
        (EIGHT + timedelta(hours=8), EIGHT + timedelta(hours=8)),
    ],
)
def test_a_time_is_due_from_then_on_for_a_quarter_of_an_hour(at, slot):
    assert due(EVERY_8, at) == slot


@given(st.integers(0, 10**6), st.integers(-12, 12))
def test_whoever_looks_within_the_quarter_sees_the_same_time(seconds, hours):
    now = EIGHT + timedelta(seconds=seconds)
    elsewhere = now.astimezone(timezone(timedelta(hours=hours)))
    slot = due("*/30 * * * *", elsewhere)
    assert slot == due("*/30 * * * *", now)
    assert slot is None or (
        slot.minute in (0, 30) and timedelta() <= now - slot < LATE + timedelta(minutes=1)
    )


def test_two_processes_and_a_restart_start_one_run_with_what_the_policy_orders(found: Found):
    town = found(policy=POLICY + "run:\n  max_changes: 2\n  budget: 1.50\n")
    noted = Noted()
    for late in (0, 40, 600):
        assert start_due(town.services, noted, EVERY_8, EIGHT + timedelta(seconds=late)) == 1
    assert noted.asked == 3
    ((run, order),) = noted.orders.items()
    assert run == f"cycle:{town.installed.full}:20261125T080000Z"
    assert (order.max_changes, order.run.cap) == (2, Usd.of("1.50"))


def test_a_paused_repository_and_one_that_allows_no_changes_have_no_run(found: Found):
    town = found(policy=POLICY + "run:\n  max_changes: 0\n")
    noted = Noted()
    assert start_due(town.services, noted, EVERY_8, EIGHT) == 0
    town.records.controls.pause(town.installed.full, "ada", EIGHT)
    assert start_due(town.services, noted, EVERY_8, EIGHT) == 0
    assert noted.orders == {}


@pytest.mark.parametrize("said", ["every day", "0 */8 * *", "61 * * * *", "0 0 31 2 *", "@daily"])
def test_an_expression_that_never_comes_true_is_named_at_the_start(said):
    bad = read_settings({"EVOLVE_SCHEDULE": said})
    assert isinstance(bad, BadSettings)
    assert [one.variable for one in bad.problems] == ["EVOLVE_SCHEDULE"]


@pytest.mark.parametrize("said", ["off", "0 */8 * * *", " 15  3 * * MON "])
def test_an_expression_that_does_is_taken(said):
    settings = read_settings({"EVOLVE_SCHEDULE": said})
    assert isinstance(settings, Settings)
    assert settings.evolve_schedule == " ".join(said.split())
