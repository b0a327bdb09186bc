"""Many schedules one after the other in one database."""

from bench.budget.databases import fresh_ledger
from bench.budget.interleave import Tally, play
from bench.budget.schedules import generate

BATCH = 500
"""Schedules that share a database: few enough that its sums stay quick."""


def play_batch(seed: int, first: int, count: int) -> Tally:
    """The schedules of these numbers."""
    tally = Tally()
    with fresh_ledger() as (ledger, books):
        for place in range(count):
            tally.add(play(generate(seed, first + place, place), ledger, books))
    return tally


def batches(schedules: int) -> list[tuple[int, int]]:
    """First number and size of each batch."""
    return [(first, min(BATCH, schedules - first)) for first in range(0, schedules, BATCH)]
