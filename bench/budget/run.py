"""Whether a budget cap can be exceeded: many schedules against the real ledger on SQLite.

Run from the root of the repository: `python -m bench.budget.run --schedules 100000 --seed 1`.
Exits with 1 when a promise did not hold, and names the schedule so that it can be played again.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed

from bench.budget.batch import batches, play_batch
from bench.budget.interleave import Tally
from bench.budget.rivals import play_processes, play_threads

SHOWN = 10


def main() -> None:
    """Play the schedules and print what was found."""
    asked = _arguments()
    print(f"seed {asked.seed}; caps: call, change, run, day, month, installation\n")
    print(
        f"{'':28}{'schedules':>10}{'operations':>12}{'refused':>9}{'crashes':>9}{'violations':>12}"
    )
    began = time.monotonic()
    total = Tally()
    for name, tallies in (
        ("interleaved by seed", _interleaved(asked.seed, asked.schedules, asked.jobs)),
        ("threads", (play_threads(asked.seed, n) for n in range(asked.threads))),
        (
            "processes, really killed",
            (play_processes(asked.seed, n) for n in range(asked.processes)),
        ),
    ):
        tally = _sum(tallies, name)
        _row(name, tally)
        total.add(tally)
    _row("all", total)
    print(f"\n{time.monotonic() - began:.0f} s with {asked.jobs} processes")
    for violation in total.violations[:SHOWN]:
        print(f"VIOLATION {violation}")
    sys.exit(1 if total.violations else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=300, help="schedules with real threads")
    parser.add_argument("--processes", type=int, default=20, help="schedules with real processes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _interleaved(seed: int, schedules: int, jobs: int) -> Iterable[Tally]:
    with ProcessPoolExecutor(jobs) as pool:
        futures = [pool.submit(play_batch, seed, *batch) for batch in batches(schedules)]
        for future in as_completed(futures):
            yield future.result()


def _sum(tallies: Iterable[Tally], name: str) -> Tally:
    total = Tally()
    for tally in tallies:
        total.add(tally)
        if sys.stderr.isatty():
            print(f"\r{name}: {total.schedules}", end="\r", file=sys.stderr, flush=True)
    return total


def _row(name: str, tally: Tally) -> None:
    counts = f"{tally.schedules:>10,}{tally.operations:>12,}{tally.refusals:>9,}{tally.crashes:>9,}"
    print(f"{name:28}{counts}{len(tally.violations):>12,}", flush=True)


if __name__ == "__main__":
    main()
