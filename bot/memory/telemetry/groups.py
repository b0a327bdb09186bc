"""Attempts by what they have in common, and what became of each group: one pass over them all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from bot.domain.statistics import Figure, Pairs, Share, Times
from bot.kernel.values import Usd
from bot.memory.telemetry.courses import Course

NOBODY = "none"
"""The group of attempts that have nothing of the kind, such as no recalled lesson."""


class By(StrEnum):
    """What attempts are grouped by."""

    KIND = "kind"
    SIZE = "size"
    AREA = "area"
    MODEL = "model"
    ROLE = "role"
    LESSON = "lesson"
    VERSION = "version"
    PROMPT = "prompt"


def keys_of(course: Course, by: By) -> tuple[str, ...]:
    """The groups that an attempt is in; it may be in several, as with models."""
    match by:
        case By.KIND:
            return (course.kind,)
        case By.SIZE:
            return (course.size,)
        case By.AREA:
            return (course.area,)
        case By.MODEL:
            return tuple(sorted(course.models)) or (NOBODY,)
        case By.ROLE:
            return tuple(sorted(course.roles)) or (NOBODY,)
        case By.LESSON:
            return tuple(f"{lesson}" for lesson in course.lessons) or (NOBODY,)
        case By.VERSION:
            return (course.version,)
        case By.PROMPT:
            return (course.prompt,)
        case never:
            assert_never(never)


@dataclass(frozen=True, slots=True)
class Results:
    """What became of a group of attempts.

    `merged` is of the decided ones, `reverted` of the merged, `survived` of the merges that are
    seven days old or had to be taken back before. `cost` is of all, in USD; dollars a merge and
    merges a dollar are of the decided ones, so that what failed is paid by what was merged. `hours`
    from admission to merge are the geometric mean.
    """

    attempts: int
    cost: Usd
    proven: Share
    merged: Share
    reverted: Share
    survived: Share
    usd_a_merge: Figure | None
    merges_a_usd: Figure | None
    hours: Figure | None


class Count:
    """Adds up one group; every attempt is looked at once."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.attempts, self.proven, self.merged, self.decided = 0, 0, 0, 0
        self.reverted, self.survived, self.old = 0, 0, 0
        self._nano = 0
        self._money, self._times = Pairs(), Times()

    def add(self, course: Course) -> None:
        """One more attempt."""
        self.attempts += 1
        self._nano += course.cost.nano
        self.proven += course.proven
        if not course.decided:
            return
        merged = course.merged is not None
        self.decided += 1
        self.merged += merged
        self.reverted += course.reverted
        self._money.add(course.cost.nano / 10**9, float(merged))
        survived = course.survived(self._now)
        if survived is not None:
            self.old += 1
            self.survived += survived
        if course.merged is not None and course.admitted is not None:
            self._times.add((course.merged - course.admitted).total_seconds())

    def results(self) -> Results:
        """The group as it is now."""
        usual = self._times.usual()
        return Results(
            attempts=self.attempts,
            cost=Usd(self._nano),
            proven=Share(self.proven, self.attempts),
            merged=Share(self.merged, self.decided),
            reverted=Share(self.reverted, self.merged),
            survived=Share(self.survived, self.old),
            usd_a_merge=self._money.x_a_y(),
            merges_a_usd=self._money.y_a_x(),
            hours=None if usual is None else _in_hours(usual),
        )


def _in_hours(seconds: Figure) -> Figure:
    low_high = seconds.interval
    within = None if low_high is None else (low_high[0] / 3600, low_high[1] / 3600)
    return Figure(seconds.value / 3600, within)


def results_of(courses: Iterable[Course], now: datetime) -> Results:
    """All of them as one group."""
    count = Count(now)
    for course in courses:
        count.add(course)
    return count.results()


def grouped(courses: Iterable[Course], by: By, now: datetime) -> dict[str, Results]:
    """Each group's results, the largest first, equals by name."""
    counts: dict[str, Count] = {}
    for course in courses:
        for key in keys_of(course, by):
            if key not in counts:
                counts[key] = Count(now)
            counts[key].add(course)
    order = sorted(counts, key=lambda key: (-counts[key].attempts, key))
    return {key: counts[key].results() for key in order}
