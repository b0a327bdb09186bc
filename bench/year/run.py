"""A simulated year on the forge: what learning is worth, and that useless lessons do no harm.

    python -m bench.year.run [--days 365] [--seed 1] [--jobs 2] [--arms off,on,useless]

The whole bot works through the same year three times: with learning switched off, with it on, and
with it on while the model pays no heed to any lesson. The model's stand-in is able at some kinds of
change more than at others, and falls into the pitfall of two directories until a fitting lesson
warns it. Everything else is real: the forge, git, the sandbox, the proofs, CI, the runs and the
merges; only the durable engine is in memory, and the clock is told which day it is. What the
model's stand-in bills is on the ledger.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from bench.year.figures import Year, interval, per_dollar, ratio
from bench.year.jobs import PITFALLS
from bench.year.play import ARMS, Arm, play

QUARTERS = 4


def main() -> None:
    """Play the arms side by side and print how they compare."""
    asked = _arguments()
    arms = [arm for arm in ARMS if arm.name in asked.arms.split(",")]
    began = time.monotonic()
    years = _played(arms, asked.seed, asked.days, asked.jobs)
    print(f"{asked.days} days, seed {asked.seed}, {time.monotonic() - began:.0f} s\n")
    _table([years[arm.name] for arm in arms], asked.seed)
    print()
    for better, worse in (("on", "off"), ("useless", "off")):
        if better in years and worse in years:
            _compared(years[better], years[worse], asked.seed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--arms", default="off,on,useless")
    return parser.parse_args()


def _played(arms: Sequence[Arm], seed: int, days: int, jobs: int) -> dict[str, Year]:
    with ProcessPoolExecutor(jobs) as pool:
        futures = [pool.submit(play, arm, seed, days) for arm in arms]
        years = {}
        for done in as_completed(futures):
            year = done.result()
            years[year.arm] = year
            merged = sum(one.merged for one in year.attempts)
            print(f"{year.arm}: {merged} merged", file=sys.stderr, flush=True)
        return years


def _table(years: Sequence[Year], seed: int) -> None:
    names = ("learning", "tried", "merged", "dollars", "merges a dollar, 95%")
    falls = tuple(f"falls Q{quarter + 1}" for quarter in range(QUARTERS))
    more = ("lessons in use", "outdone", "barred")
    widths = [max(len(name), 8) + 2 for name in (*names, *falls, *more)]
    print("".join(name.rjust(w) for name, w in zip((*names, *falls, *more), widths, strict=True)))
    for year in years:
        weeks = year.weeks()
        low, high = interval(weeks, seed)
        cells = (
            year.arm,
            str(sum(one.tried for one in year.attempts)),
            str(sum(one.merged for one in year.attempts)),
            f"{sum(one.dollars for one in year.attempts):.2f}",
            f"{per_dollar(weeks):.1f} [{low:.1f}, {high:.1f}]",
            *(f"{fell} of {of}" for fell, of in _quarters(year)),
            str(year.active),
            str(year.evicted),
            str(year.barred),
        )
        print("".join(cell.rjust(w) for cell, w in zip(cells, widths, strict=True)))
    print(
        f"\nFalls: attempts that fell into the pitfall of {' or '.join(sorted(PITFALLS))}, of all"
        " that were made there."
    )


def _quarters(year: Year) -> list[tuple[int, int]]:
    found = []
    for quarter in range(QUARTERS):
        since, until = (year.days * part // QUARTERS for part in (quarter, quarter + 1))
        there = [
            one
            for one in year.attempts
            if one.tried and one.area in PITFALLS and since <= one.day < until
        ]
        found.append((sum(one.fell for one in there), len(there)))
    return found


def _compared(better: Year, worse: Year, seed: int) -> None:
    whole, low, high = ratio(better.weeks(), worse.weeks(), seed)
    print(
        f"{better.arm} against {worse.arm}: {whole:.2f} times the merges a dollar,"
        f" 95% [{low:.2f}, {high:.2f}]"
    )


if __name__ == "__main__":
    main()
