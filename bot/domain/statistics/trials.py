"""How many trials it takes to tell a difference."""

from math import ceil

from bot.domain.statistics.quantiles import Z
from bot.domain.statistics.shares import Share

POWER_Z = 0.841621
"""The normal distribution's 80th percentile: four times of five a true difference is then seen."""

LEAST_DIFFERENCE = 0.05
"""Five in a hundred: nobody would act on less."""


def trials_needed(one: Share, other: Share, split: float) -> int:
    """Trials in all, `split` of them as `one`, that tell the difference seen between two shares.

    The usual formula for two proportions (J. L. Fleiss 1981), with one success and one failure
    added to each side (A. Agresti and B. Caffo 2000), so that none of none is no certainty.
    """
    p, q = ((share.count + 1) / (share.of + 2) for share in (one, other))
    apart = max(abs(p - q), LEAST_DIFFERENCE)
    spread = p * (1 - p) / split + q * (1 - q) / (1 - split)
    return ceil((Z + POWER_Z) ** 2 * spread / apart**2)
