"""Lessons of earlier tasks, for stories about what becomes of them."""

from bot.domain.lessons.lesson import ANYTHING, About, Anchor, Draft, Lesson, Sort, Source
from forge.world.entities import Issue
from tests.engine.world import Town

PAGING = "shelf/paging.py"
HERE = About(area="shelf", paths=frozenset({PAGING}))


def taught(town: Town, issue: Issue, text: str, blob: str = ANYTHING, number: int = 1) -> int:
    """A lesson about the demo's file, from some earlier task."""
    source = Source(f"earlier-{number}", 900 + number, 1, "refused")
    anchors, at = (Anchor(PAGING, blob),), town.clock.now()
    here = town.subject(issue).repo
    return town.records.lessons.learn(Draft(here, Sort.WRONG, text, HERE, anchors, source, at))


def lesson(town: Town, number: int) -> Lesson:
    (one,) = town.records.lessons.some((number,))
    return one
