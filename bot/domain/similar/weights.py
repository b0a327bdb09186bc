"""Fitted on the training set of `bench/memory/pairs.jsonl` by `python -m bench.memory.fit`.

The order is that of `likeness.Common`. `SIMILAR` is where the one is as likely as the other; there
precision and recall are equal when cross-validated.
"""

ORIGIN = -4.63
WEIGHTS = (
    *(8.83, 2.34, 3.86, 0.41, 1.86, 2.13, 3.05, 3.39),
    *(-2.28, -3.25, -0.47, -5.45, -10.30, -17.37),
)
SIMILAR = 0.5
