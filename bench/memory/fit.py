"""Fit the weights of the likeness on the training set, and print them.

    python -m bench.memory.fit

A logistic regression with a little shrinking of the standardised weights, found coordinate by
coordinate with Newton's step; a weight may not take the sign that its feature cannot mean (more in
common never makes two proposals less alike). The figures beside the thresholds are of models that
did not see the group which they judge: five folds by group, dealt ten times.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import astuple, fields
from operator import mul

from bench.memory.pairs import TRAINING, Pair, pairs
from bot.domain.similar.likeness import Common, common

AGAINST = 6
"""The last so many features of `Common` speak against it."""
SHRINK, STEPS_MOST, SETTLED, FARTHEST = 0.003, 400, 1e-4, 2.0
DEALS, FOLDS = 10, 5
Vector = Sequence[float]
Row = tuple[Vector, bool]
Model = tuple[float, list[float]]


def main() -> None:
    """Print thresholds by folds, then origin and weights of all the training set."""
    training = [pair for pair in pairs() if pair.half in TRAINING]
    deals = folded(training)
    print(f"area under the curve {sum(area(training, one) for one in deals) / DEALS:.3f}")
    for threshold in (0.3, 0.35, 0.4, 0.45, 0.475, 0.5, 0.525, 0.55, 0.6, 0.65, 0.7):
        told = [
            (s >= threshold, p.same) for one in deals for s, p in zip(one, training, strict=True)
        ]
        right = sum(t and same for t, same in told)
        precision, recall = right / sum(t for t, _ in told), right / sum(s for _, s in told)
        print(f"threshold {threshold:.3f}: precision {precision:.3f}, recall {recall:.3f}")
    origin, weights = fit([(features(p), p.same) for p in training])
    print(f"ORIGIN = {origin:.2f}")
    for field, weight in zip(fields(Common), weights, strict=True):
        print(f"    {weight:.2f},  # {field.name}")


def folded(some: Sequence[Pair]) -> list[list[float]]:
    """Each pair's score by a fit without its group, once for each deal of the folds."""
    rows = [(features(pair), pair.same) for pair in some]
    groups = sorted({pair.group for pair in some})
    deals = list[list[float]]()
    for seed in range(DEALS):
        dealt = random.Random(seed).sample(groups, len(groups))
        fold = {group: number % FOLDS for number, group in enumerate(dealt)}
        of = [fold[pair.group] for pair in some]
        fits = [
            fit([row for row, its in zip(rows, of, strict=True) if its != number])
            for number in range(FOLDS)
        ]
        deals.append([score(fits[its], x) for (x, _), its in zip(rows, of, strict=True)])
    return deals


def area(some: Sequence[Pair], scores: Sequence[float]) -> float:
    """How often one that is the same scores above one that is not."""
    same = [score for score, pair in zip(scores, some, strict=True) if pair.same]
    others = [score for score, pair in zip(scores, some, strict=True) if not pair.same]
    return sum(a > b for a in same for b in others) / (len(same) * len(others))


def fit(rows: Sequence[Row]) -> Model:
    """Origin and weights."""
    columns = [list(column) for column in zip(*(x for x, _ in rows), strict=True)]
    means = [sum(column) / len(rows) for column in columns]
    spreads = [
        math.sqrt(sum((one - mean) ** 2 for one in column) / len(rows)) or 1.0
        for column, mean in zip(columns, means, strict=True)
    ]
    standard = [
        [(one - mean) / spread for one in column]
        for column, mean, spread in zip(columns, means, spreads, strict=True)
    ]
    same = [float(is_same) for _, is_same in rows]
    moves = [[1.0] * len(rows), *standard]
    found, sums = [0.0] * len(moves), [0.0] * len(rows)
    for _ in range(STEPS_MOST):
        most = 0.0
        for at, move in enumerate(moves):
            shrink = SHRINK if at else 0.0
            likely = [1 / (1 + math.exp(-one)) for one in sums]
            missed = (a - b for a, b in zip(likely, same, strict=True))
            slope = sum(map(mul, missed, move)) / len(rows) + shrink * found[at]
            bends = sum(p * (1 - p) * z * z for p, z in zip(likely, move, strict=True)) / len(rows)
            step = max(-FARTHEST, min(FARTHEST, slope / (bends + shrink + 1e-9)))
            moved = found[at] - step
            if at:
                moved = max(0.0, moved) if at <= len(columns) - AGAINST else min(0.0, moved)
            change, found[at] = moved - found[at], moved
            if change:
                sums = [one + change * z for one, z in zip(sums, move, strict=True)]
            most = max(most, abs(change))
        if most < SETTLED:
            break
    weights = [one / spread for one, spread in zip(found[1:], spreads, strict=True)]
    return found[0] - sum(map(mul, means, weights)), weights


def features(pair: Pair) -> Vector:
    """What the two have in common."""
    return astuple(common(pair.failed, pair.proposed))


def score(model: Model, x: Vector) -> float:
    """The logistic."""
    origin, weights = model
    return 1 / (1 + math.exp(-origin - sum(map(mul, weights, x))))


if __name__ == "__main__":
    main()
