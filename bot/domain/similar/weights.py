"""Fitted on the tuning half of `bench/memory/pairs.jsonl` by `python -m bench.memory.fit`.

The order is that of `likeness.Common`. `SIMILAR` is where the one is as likely as the other.
"""

ORIGIN = -6.43
WEIGHTS = (3.79, 5.91, 1.05, 0.19, 2.38, 1.87, -1.33, -3.35, -1.51, -3.24, -9.35)
SIMILAR = 0.5
