"""Figures from few trials, each with its 95% interval: exact and repeatable, nothing is drawn."""

from bot.domain.statistics.differences import difference
from bot.domain.statistics.figures import Figure, Interval
from bot.domain.statistics.quantiles import Z, student
from bot.domain.statistics.ratios import Pairs
from bot.domain.statistics.shares import Share
from bot.domain.statistics.times import Times
from bot.domain.statistics.trials import trials_needed

__all__ = [
    "Figure",
    "Interval",
    "Pairs",
    "Share",
    "Times",
    "Z",
    "difference",
    "student",
    "trials_needed",
]
