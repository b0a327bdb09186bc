import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from enum import Enum, auto
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.database.engine import open_database
from bot.adapters.database.ledger import SqlLedger
from bot.domain.subject import Repo
from bot.kernel.budget import Caps, OverBudget, Usage
from bot.kernel.values import Usd
from bot.memory.ledger import ChargeState, Held, Interrupted, Reservation, Scope, Settled
from tests.adapters.databases import NOW, REPO, fresh_url, later

MUCH = Usd.of("1000")
CAPS = Caps(call=MUCH, change=MUCH, run=MUCH, day=MUCH, month=MUCH, installation=MUCH)
SCOPE = Scope(REPO, task=1, attempt=1, run="run-1")
USAGE = Usage(100, 20, 3, 4)


@pytest.fixture
def ledger(tmp_path):
    engine = open_database(fresh_url(tmp_path))
    yield SqlLedger(engine)
    engine.dispose()


def reservation(key: str, dollars: str, scope: Scope = SCOPE, at: datetime = NOW) -> Reservation:
    return Reservation(key, scope, "claude", "implement", Usd.of(dollars), at)


def test_money_is_held_at_its_worst_case_and_settled_at_its_cost(ledger):
    assert ledger.reserve(reservation("a", "0.50"), CAPS) == Held("a")
    assert ledger.total() == ledger.spent_on(1, 1) == Usd.of("0.50")
    ledger.settle("a", Usd.of("0.123456789"), USAGE)
    assert ledger.total() == ledger.spent_on(1, 1) == Usd.of("0.123456789")
    (charge,) = ledger.charges()
    assert (charge.state, charge.usage) == (ChargeState.SETTLED, USAGE)
    assert (charge.reserved, charge.charged) == (Usd.of("0.50"), Usd.of("0.123456789"))
    assert (charge.scope, charge.at) == (SCOPE, NOW)


def test_a_reservation_that_was_never_settled_counts_as_spent_and_says_so_when_repeated(ledger):
    ledger.reserve(reservation("a", "0.50"), CAPS)
    assert ledger.reserve(reservation("a", "0.50"), CAPS) == Interrupted("a")
    assert ledger.total() == Usd.of("0.50")
    assert len(ledger.charges()) == 1


def test_a_step_repeated_after_its_end_is_told_what_it_cost(ledger):
    ledger.reserve(reservation("a", "0.50"), CAPS)
    ledger.settle("a", Usd.of("0.2"), USAGE)
    assert ledger.reserve(reservation("a", "0.50"), CAPS) == Settled("a", Usd.of("0.2"))


def test_settling_and_releasing_twice_is_settling_and_releasing_once(ledger):
    for key in ("a", "b"):
        ledger.reserve(reservation(key, "0.50"), CAPS)
    for _ in range(2):
        ledger.settle("a", Usd.of("0.2"), USAGE)
        ledger.release("b")
    assert ledger.total() == Usd.of("0.2")


def test_released_money_can_be_reserved_again_under_the_same_key(ledger):
    caps = replace(CAPS, change=Usd.of("0.60"))
    ledger.reserve(reservation("a", "0.50"), caps)
    ledger.release("a")
    assert ledger.total() == Usd(0)
    assert ledger.reserve(reservation("b", "0.20"), caps) == Held("b")
    refused = ledger.reserve(reservation("a", "0.50"), caps)
    assert refused == OverBudget("change", Usd.of("0.60"), Usd.of("0.20"), Usd.of("0.50"))
    assert ledger.reserve(reservation("a", "0.40"), caps) == Held("a")
    assert ledger.total() == Usd.of("0.60")


def test_what_contradicts_the_books_is_an_error_and_changes_nothing(ledger):
    ledger.reserve(reservation("a", "0.50"), CAPS)
    ledger.settle("a", Usd.of("0.2"), USAGE)
    with pytest.raises(ValueError, match="settled at"):
        ledger.settle("a", Usd.of("0.3"), USAGE)
    with pytest.raises(ValueError, match="settled at"):
        ledger.release("a")
    for unknown in (lambda: ledger.settle("z", Usd(1), USAGE), lambda: ledger.release("z")):
        with pytest.raises(KeyError):
            unknown()
    assert ledger.total() == Usd.of("0.2")


OTHER_CHANGE = replace(SCOPE, attempt=2)
OTHER_RUN = replace(SCOPE, task=2, run="run-2")
OTHER_INSTALLATION = Scope(Repo("else", "where", 8), 3, 1, "run-3")
NEXT_DAY, NEXT_MONTH = NOW + timedelta(days=1), NOW + timedelta(days=20)


@pytest.mark.parametrize(
    ("cap", "outside", "at"),
    [
        ("change", OTHER_CHANGE, NOW),
        ("run", OTHER_RUN, NOW),
        ("day", SCOPE, NEXT_DAY),
        ("month", SCOPE, NEXT_MONTH),
        ("installation", OTHER_INSTALLATION, NOW),
        ("installation", SCOPE, NEXT_MONTH),
    ],
)
def test_each_cap_holds_within_its_own_circle_and_not_outside(ledger, cap, outside, at):
    caps = replace(CAPS, **{cap: Usd.of("1.00")})
    assert ledger.reserve(reservation("a", "0.60"), caps) == Held("a")
    refused = ledger.reserve(reservation("b", "0.60"), caps)
    assert refused == OverBudget(cap, Usd.of("1.00"), Usd.of("0.60"), Usd.of("0.60"))
    assert ledger.reserve(reservation("c", "0.60", outside, at), caps) == Held("c")


def test_one_call_above_its_cap_is_refused_and_leaves_no_row(ledger):
    refused = ledger.reserve(reservation("a", "0.51"), replace(CAPS, call=Usd.of("0.50")))
    assert isinstance(refused, OverBudget)
    assert refused.cap == "call"
    assert ledger.charges() == ()


def test_the_day_is_that_of_utc_wherever_the_clock_stands(ledger):
    caps = replace(CAPS, day=Usd.of("1.00"))
    midnight = datetime(2026, 11, 24, 0, 30, tzinfo=timezone(timedelta(hours=3)))
    assert ledger.reserve(reservation("a", "0.60"), caps) == Held("a")
    assert isinstance(ledger.reserve(reservation("b", "0.60", at=midnight), caps), OverBudget)


def test_charges_are_listed_in_the_order_of_reservation_and_by_task(ledger):
    for key, scope in (("b", SCOPE), ("a", OTHER_RUN), ("c", OTHER_CHANGE)):
        ledger.reserve(reservation(key, "0.01", scope, later(-len(key))), CAPS)
    assert [charge.key for charge in ledger.charges()] == ["b", "a", "c"]
    assert [charge.key for charge in ledger.charges(task=1)] == ["b", "c"]
    assert ledger.spent_on(1, 2) == Usd.of("0.01")


class End(Enum):
    SETTLED = auto()
    RELEASED = auto()
    CRASHED = auto()


@dataclass(frozen=True)
class Call:
    scope: Scope
    day: int
    amount: int
    end: End
    percent: int


CALLS = st.builds(
    Call,
    scope=st.sampled_from([SCOPE, OTHER_CHANGE, OTHER_RUN, OTHER_INSTALLATION]),
    day=st.integers(0, 1),
    amount=st.integers(0, 60),
    end=st.sampled_from(End),
    percent=st.integers(0, 100),
)
SCHEDULES = st.lists(st.lists(CALLS, max_size=5), min_size=3, max_size=3)
SMALL_CAPS = st.builds(Caps, *(st.integers(10, 120).map(Usd) for _ in range(6)))


def circles(scope: Scope, at: datetime) -> tuple[tuple[str, object], ...]:
    return (
        ("change", (scope.task, scope.attempt)),
        ("run", scope.run),
        ("day", at.date()),
        ("month", at.month),
        ("installation", (scope.repo.installation, at.month)),
    )


def exceeded(ledger: SqlLedger, caps: Caps) -> list[tuple[str, object]]:
    """Every circle in which more is gone than its cap allows, counted anew from the rows."""
    gone: dict[tuple[str, object], int] = {}
    for charge in ledger.charges():
        counted = {
            ChargeState.OPEN: charge.reserved,
            ChargeState.SETTLED: charge.charged,
            ChargeState.RELEASED: Usd(0),
        }[charge.state]
        for circle in circles(charge.scope, charge.at):
            gone[circle] = gone.get(circle, 0) + counted.nano
    return [circle for circle, spent in gone.items() if spent > getattr(caps, circle[0]).nano]


@settings(max_examples=25)
@given(SCHEDULES, SMALL_CAPS)
def test_no_cap_is_ever_exceeded_whatever_threads_reserve_settle_release_or_crash(schedule, caps):
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(fresh_url(Path(folder)))
        ledger = SqlLedger(engine)

        def work(worker: int) -> list[tuple[str, object]]:
            found: list[tuple[str, object]] = []
            for number, call in enumerate(schedule[worker]):
                key, at = f"{worker}-{number}", NOW + timedelta(days=call.day)
                wanted = Reservation(key, call.scope, "m", "r", Usd(call.amount), at)
                if ledger.reserve(wanted, caps) == Held(key):
                    found += exceeded(ledger, caps)
                    if call.end is End.SETTLED:
                        ledger.settle(key, Usd(call.amount * call.percent // 100), USAGE)
                    elif call.end is End.RELEASED:
                        ledger.release(key)
            return found

        with ThreadPoolExecutor(3) as pool:
            assert [found for one in pool.map(work, range(3)) for found in one] == []
        assert exceeded(ledger, caps) == []
        engine.dispose()


SPENDING = """
import sys
from tests.adapters.test_database_ledger import CAPS, SCOPE
from dataclasses import replace
from bot.adapters.database.engine import open_database
from bot.adapters.database.ledger import SqlLedger
from bot.adapters.database.migrate import migrate
from bot.kernel.values import Usd
from bot.memory.ledger import Reservation
from tests.adapters.databases import NOW

url, name = sys.argv[1:]
migrate(url)
ledger = SqlLedger(open_database(url))
caps = replace(CAPS, day=Usd(45))
for number in range(30):
    ledger.reserve(Reservation(f"{name}-{number}", SCOPE, "m", "r", Usd(1), NOW), caps)
"""


def test_two_processes_that_start_on_an_empty_file_share_one_day_to_the_last_nanodollar(tmp_path):
    url = f"sqlite:///{tmp_path}/evolve.db"
    spenders = [
        subprocess.Popen([sys.executable, "-c", SPENDING, url, name]) for name in ("one", "two")
    ]
    assert [spender.wait(timeout=60) for spender in spenders] == [0, 0]
    engine = open_database(url)
    assert SqlLedger(engine).total() == Usd(45)
    engine.dispose()


def spent_by(ledger: SqlLedger, cap: str, worst: list[int], factor: float, first: int) -> Usd:
    """A run whose vendor bills `factor` times the worst case of every call; what it came to.

    Its calls are those of several tasks and attempts, and some are cut off.
    """
    caps = replace(CAPS, run=Usd.of(cap))
    for number, nano in enumerate([first, *worst]):
        scope = replace(SCOPE, task=number % 4, attempt=number % 3)
        held = Reservation(f"k{number}", scope, "m", "r", Usd(nano), NOW)
        cut_off = number % 5 == 4
        if isinstance(ledger.reserve(held, caps), Held) and not cut_off:
            ledger.settle(f"k{number}", Usd(int(nano * factor)), USAGE)
    return ledger.spent_in(SCOPE.run)


@settings(max_examples=25)
@given(
    worst=st.lists(st.integers(1, 400_000_000), max_size=12),
    factor=st.floats(0, 1),
    first=st.integers(1, 400_000_000),
)
def test_no_run_passes_its_cap_where_the_worst_case_is_the_worst_case(worst, factor, first):
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(fresh_url(Path(folder)))
        try:
            assert spent_by(SqlLedger(engine), "2.00", worst, factor, first) <= Usd.of("2.00")
        finally:
            engine.dispose()


@settings(max_examples=25)
@given(worst=st.lists(st.integers(1, 400_000_000), max_size=12), factor=st.floats(1, 6))
def test_a_vendor_that_bills_above_the_worst_case_is_not_believed_again_in_that_run(worst, factor):
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(fresh_url(Path(folder)))
        try:
            # The first call of a run is triage on the cheap model: that is where it shows.
            assert spent_by(SqlLedger(engine), "2.00", worst, factor, 2_000_000) <= Usd.of("2.00")
        finally:
            engine.dispose()
