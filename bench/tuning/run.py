"""How the last phase decides: many trials in an invented installation, and how each of them ended.

Run from the root of the repository: `python -m bench.tuning.run --trials 1000 --seed 1`.
Exits with 1 when values without any difference are adopted in more than 5% of the trials.
"""

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from statistics import mean

from bench.tuning.world import Course, Value, live
from bot.domain.tuning.judge import ADOPTED_AT
from bot.memory.telemetry import Share

CASES = {
    "no difference, half merged": (Value(0.5), Value(0.5)),
    "no difference, most merged": (Value(0.8), Value(0.8)),
    "no difference, 1% taken back": (Value(0.5, reverted=0.01), Value(0.5, reverted=0.01)),
    "a quarter better": (Value(0.5), Value(0.55, 0.27)),
    "half better": (Value(0.5), Value(0.6, 0.255)),
    "twice as good, merges more": (Value(0.4), Value(0.6, 0.237)),
    "twice as good, only cheaper": (Value(0.6), Value(0.6, 0.15)),
    "twice as good, 1% taken back": (
        Value(0.4, reverted=0.01),
        Value(0.6, 0.237, reverted=0.01),
    ),
    "a quarter worse": (Value(0.6), Value(0.5, 0.31)),
    "cheaper, but merges half": (Value(0.6), Value(0.3, 0.13)),
    "better, but 5% taken back": (Value(0.5), Value(0.65, 0.25, reverted=0.05)),
}
NULLS = 3
"""So many of the first cases have no difference."""


def main() -> None:
    """Live through the trials and print what came of them."""
    asked = _arguments()
    began = time.monotonic()
    print(f"seed {asked.seed}, {asked.trials} trials each; intervals are Wilson's, 95%\n")
    head = (
        "case",
        "merges per dollar",
        "adopted",
        "stayed after the watch",
        "pairs",
        "of the watch",
    )
    print(f"{head[0]:30}{head[1]:>20}{head[2]:>26}{head[3]:>26}{head[4]:>8}{head[5]:>14}")
    failed = False
    for number, (name, (old, new)) in enumerate(CASES.items()):
        if asked.only not in name:
            continue
        courses = _lived(old, new, asked)
        adopted = Share(sum(one.adopted for one in courses), len(courses))
        stayed = Share(sum(one.stayed for one in courses), len(courses))
        rates = f"{old.per_dollar:.2f} -> {new.per_dollar:.2f}"
        tried = mean(one.tried for one in courses)
        watches = [one.watched for one in courses if one.adopted]
        watched = f"{mean(watches):.0f}" if watches else "-"
        print(
            f"{name:30}{rates:>20}{_told(adopted):>26}{_told(stayed):>26}{tried:>8.0f}{watched:>14}",
            flush=True,
        )
        failed |= number < NULLS and adopted.count * ADOPTED_AT > adopted.of
        if asked.why:
            why = Counter(" ".join(one.why.split()[:6]) for one in courses)
            print(*(f"    {count:5} {words}" for words, count in why.most_common(6)), sep="\n")
    print(f"\n{time.monotonic() - began:.0f} s with {asked.jobs} processes")
    sys.exit(1 if failed else 0)


def _lived(old: Value, new: Value, asked: argparse.Namespace) -> list[Course]:
    seeds = range(asked.seed * 1_000_000, asked.seed * 1_000_000 + asked.trials)
    with ProcessPoolExecutor(asked.jobs) as pool:
        return list(pool.map(partial(live, old, new), seeds, chunksize=25))


def _told(share: Share) -> str:
    low, high = share.interval or (0.0, 0.0)
    return f"{share.count / share.of:.1%} ({low:.1%} to {high:.1%})"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", default="", help="cases with this in their names")
    parser.add_argument("--why", action="store_true", help="how the trials ended, too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
