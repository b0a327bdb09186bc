"""Fit the weights of the likeness on the tuning half alone, and print them.

    python -m bench.memory.fit

Plain gradient descent with a little shrinking; a weight may not take the sign that its feature
cannot mean (more in common never makes two proposals less alike). The figures beside the thresholds
are of models that did not see the group which they judge (six folds by group).
"""

import math
from collections.abc import Sequence
from dataclasses import astuple, fields

from bench.memory.pairs import Pair, pairs
from bot.domain.similar.likeness import Common, common

AGAINST = 5
"""The last so many features of `Common` speak against it."""
STEPS, RATE, SHRINK, FOLDS = 6_000, 1.0, 0.0005, 6
Vector = Sequence[float]


def main() -> None:
    """Print thresholds by folds, then origin and weights of all the tuning half."""
    tuning = [pair for pair in pairs() if pair.half == "tuning"]
    scores = folded(tuning)
    for threshold in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7):
        told = [score >= threshold for score in scores]
        right = sum(t and p.same for t, p in zip(told, tuning, strict=True))
        precision, recall = right / sum(told), right / sum(p.same for p in tuning)
        print(f"threshold {threshold:.2f}: precision {precision:.3f}, recall {recall:.3f}")
    origin, weights = fit(tuning)
    print(f"ORIGIN = {origin:.2f}")
    for field, weight in zip(fields(Common), weights, strict=True):
        print(f"    {weight:.2f},  # {field.name}")


def folded(tuning: Sequence[Pair]) -> list[float]:
    """Each pair's score by a fit without its group."""
    groups = sorted({pair.group for pair in tuning})
    fold = {group: number % FOLDS for number, group in enumerate(groups)}
    fits = [fit([p for p in tuning if fold[p.group] != number]) for number in range(FOLDS)]
    return [score(*fits[fold[p.group]], features(p)) for p in tuning]


def fit(some: Sequence[Pair]) -> tuple[float, list[float]]:
    """Origin and weights."""
    rows = [(features(pair), float(pair.same)) for pair in some]
    size = len(rows[0][0])
    origin, weights = 0.0, [0.0] * size
    for _ in range(STEPS):
        missed = [(x, score(origin, weights, x) - y) for x, y in rows]
        origin -= RATE * sum(error for _, error in missed) / len(rows)
        for at in range(size):
            slope = sum(error * x[at] for x, error in missed) / len(rows)
            moved = weights[at] - RATE * (slope + SHRINK * weights[at])
            weights[at] = max(0.0, moved) if at < size - AGAINST else min(0.0, moved)
    return origin, weights


def features(pair: Pair) -> Vector:
    """What the two have in common."""
    return astuple(common(pair.failed, pair.proposed))


def score(origin: float, weights: Vector, x: Vector) -> float:
    """The logistic."""
    return 1 / (1 + math.exp(-origin - sum(w * one for w, one in zip(weights, x, strict=True))))


if __name__ == "__main__":
    main()
