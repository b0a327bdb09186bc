"""Fitted on the tuning half of `bench/memory/pairs.jsonl` by `python -m bench.memory.fit`.

The order is that of `likeness.Common`. `SIMILAR` is the threshold at which precision and recall
were equal among the folds of that half; the other half had no part in it.
"""

ORIGIN = -5.18
WEIGHTS = (1.49, 1.08, 3.97, 4.60, 0.09, 2.31, 2.41, -2.14, -4.27, -1.99, -4.33)
SIMILAR = 0.5
