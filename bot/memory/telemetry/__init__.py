"""What became of attempts, by what they have in common, and what follows from that."""

from bot.domain.statistics import Share
from bot.memory.telemetry.arms import Effect, effects, told
from bot.memory.telemetry.chronicle import Chronicle
from bot.memory.telemetry.courses import REVERT, Course, Fate, Size
from bot.memory.telemetry.groups import By, Results, grouped, results_of
from bot.memory.telemetry.roles import (
    NOT_PROVEN,
    SENT_BACK,
    Cast,
    Group,
    RoleReport,
    casts_of,
    telemetry,
)

__all__ = [
    "NOT_PROVEN",
    "REVERT",
    "SENT_BACK",
    "By",
    "Cast",
    "Chronicle",
    "Course",
    "Effect",
    "Fate",
    "Group",
    "Results",
    "RoleReport",
    "Share",
    "Size",
    "casts_of",
    "effects",
    "grouped",
    "results_of",
    "telemetry",
    "told",
]
