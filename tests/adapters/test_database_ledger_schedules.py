"""A thousand schedules of `make bench-budget`, and proof that its witness can see."""

import sqlite3

import pytest

from bench.budget.batch import batches, play_batch
from bench.budget.databases import fresh_file, opened
from bench.budget.interleave import Tally
from bench.budget.rivals import play_processes, play_threads
from bench.budget.schedules import generate
from bot.kernel.values import Usd
from bot.memory.ledger import Reservation

SCHEDULES = 1_000


@pytest.mark.parametrize(("first", "count"), batches(SCHEDULES))
def test_no_cap_is_exceeded_in_a_thousand_schedules_of_workers_that_crash(first, count):
    tally = play_batch(7, first, count)
    assert tally.violations == []
    assert tally.schedules == count
    assert tally.operations > 4 * count
    assert min(tally.refusals, tally.crashes) > count / 4


def test_no_cap_is_exceeded_by_threads_that_run_at_once():
    tally = Tally()
    for number in range(10):
        tally.add(play_threads(7, number))
    assert tally.violations == []
    assert tally.operations > 30


def test_no_cap_is_exceeded_by_processes_that_are_killed_at_any_instruction():
    tally = play_processes(7, 1)
    assert tally.violations == []
    assert tally.operations + tally.crashes > 0


def test_the_witness_sees_a_cap_that_is_exceeded_behind_the_ledgers_back():
    schedule = generate(7, 1, 0)
    call = schedule.workers[0][0]
    with fresh_file() as path, opened(path) as (ledger, books):
        books.begin()
        wanted = Reservation("a", call.scope, call.model, "r", Usd(1), schedule.begins)
        ledger.reserve(wanted, schedule.caps)
        assert books.broken(schedule.caps) == []
        most = max(schedule.caps.month.nano, schedule.caps.day.nano)
        connection = sqlite3.connect(path)
        connection.execute("UPDATE charges SET reserved_nano = ?", (most + 1,))
        connection.commit()
        connection.close()
        assert {one.partition("'")[2].partition("'")[0] for one in books.broken(schedule.caps)} >= {
            "month",
            "day",
        }
