"""How a new lesson joins those that are there, and which of them have to go.

Items are added and counters moved; no text is ever rewritten.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.domain.lessons.bound import Rates, lower, upper
from bot.domain.lessons.lesson import (
    About,
    Active,
    Draft,
    Lesson,
    Sort,
    Tentative,
    Why,
    terms_of,
)
from bot.domain.lessons.wording import recurring_text
from bot.domain.similar.fingerprint import fingerprint

ALIKE = 0.75
"""Dice's measure of two texts' ideas from which on they say the same."""
CAPACITY = 200
"""Lessons that a repository keeps for recall."""
NEWCOMERS = 20
"""The youngest so many are spared when there are too many: nobody could try them yet."""
HARMFUL_FROM, USELESS_FROM = 5, 20
"""Decided attempts before a lesson can be outdone; the figures are in
`docs/decisions/why-these-lessons.md`."""
Z60 = 0.2533
"""The normal distribution's 60th percentile: a little surer than a coin."""


@dataclass(frozen=True, slots=True)
class Add:
    """It says something new. Those that it narrows down are retired for it."""

    refines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirm:
    """This one says the same: the outcome is one more piece of evidence for it."""

    lesson: int


@dataclass(frozen=True, slots=True)
class Recur:
    """Another task failed for the same reason, on other code of the same directory: what they have
    in common is a lesson of its own, for all of that directory, and takes the place of this one."""

    lesson: int
    draft: Draft


Joining: TypeAlias = Add | Confirm | Recur


def join(draft: Draft, lessons: Iterable[Lesson]) -> Joining:
    """What becomes of a draft among the lessons of its repository.

    A tentative one stands by itself, and joins once it is accepted: its pull request may fail.
    """
    if isinstance(draft.standing, Tentative):
        return Add()
    lessons = tuple(lessons)
    met = (one for one in lessons if one.sort is draft.sort and isinstance(one.standing, Active))
    same = sorted(met, key=lambda one: one.id)
    if draft.sort is Sort.SETUP:
        return _recipe(draft, same)
    if draft.causes and (again := _again(draft, lessons)) is not None:
        return again
    like = [one for one in same if says_the_same(draft, one)]
    narrowed = tuple(one.id for one in like if _narrows(draft, one))
    return Add(narrowed) if narrowed or not like else Confirm(like[0].id)


def _again(draft: Draft, lessons: Iterable[Lesson]) -> Confirm | Recur | None:
    """Whether the reason is one that is known from other tasks of this directory."""
    here = [
        one
        for one in lessons
        if isinstance(one.standing, Active)
        and one.about.area == draft.about.area
        and shared_causes(draft, one)
    ]
    for one in sorted(here, key=lambda one: one.id):
        if one.sort is Sort.RECURRING:
            return Confirm(one.id)
    for one in sorted(here, key=lambda one: one.id):
        if one.sort is Sort.WRONG and one.draft.source.task != draft.source.task:
            return Recur(one.id, _common(draft, shared_causes(draft, one)))
    return None


def shared_causes(draft: Draft, lesson: Lesson) -> tuple[str, ...]:
    """The reasons of a draft that a lesson knows, but for what differs from one run to the next."""
    return tuple(one for one in draft.causes if fingerprint(one) in lesson.about.failures)


def _common(draft: Draft, causes: tuple[str, ...]) -> Draft:
    """What both have in common: it is bound to no file, and to no kind of change."""
    about = About(
        area=draft.about.area,
        terms=terms_of(*causes),
        failures=frozenset(map(fingerprint, causes)),
    )
    return replace(
        draft,
        sort=Sort.RECURRING,
        text=recurring_text(draft.about.area, causes),
        about=about,
        anchors=(),
    )


def says_the_same(draft: Draft, lesson: Lesson) -> bool:
    """Whether the words mean the same, of the same files as they were then."""
    mine, theirs = frozenset(draft.anchors), frozenset(lesson.draft.anchors)
    if mine and theirs and mine.isdisjoint(theirs):
        return False
    one, other = terms_of(draft.text), terms_of(lesson.text)
    return bool(one) and 2 * len(one & other) / (len(one) + len(other)) >= ALIKE


def _narrows(draft: Draft, lesson: Lesson) -> bool:
    """Whether it says it of fewer files, where the wider one has misled as often as it helped."""
    mine, theirs = draft.about.paths, lesson.about.paths
    misled = lesson.tally.bad > 0 and lesson.tally.bad >= lesson.tally.good
    return bool(mine) and mine < theirs and misled


def _recipe(draft: Draft, same: list[Lesson]) -> Joining:
    """There is one recipe for a repository: the same is confirmed, another takes its place."""
    for one in same:
        if one.draft.recipe == draft.recipe and one.draft.anchors == draft.anchors:
            return Confirm(one.id)
    return Add(tuple(one.id for one in same))


def outdone(lesson: Lesson, rates: Rates) -> bool:
    """Whether what was shown it does no better than what was not.

    Harmful: even its upper bound does not pass the controls' share. Useless: after many trials its
    lower bound does not, though it need only be surer than a coin. A recipe has no controls, and is
    no matter of chance: it goes once it failed more often than it worked.
    """
    tally = lesson.tally
    if lesson.sort is Sort.SETUP:
        return tally.bad > tally.good
    control = rates.control
    if control is None:
        return False
    harmful = tally.decided >= HARMFUL_FROM and upper(tally.good, tally.decided) <= control
    useless = tally.decided >= USELESS_FROM and lower(tally.good, tally.decided, Z60) <= control
    return harmful or useless


def leaving(lessons: Iterable[Lesson], rates: Rates) -> tuple[tuple[int, Why], ...]:
    """Which active lessons of a repository have to go, and why, in the order of their ids.

    Of too many those with the lowest bound go, of equals those that were tried the least, then the
    oldest: they had their time.
    """
    active = [one for one in lessons if isinstance(one.standing, Active)]
    beaten = {one.id: Why.OUTDONE for one in active if outdone(one, rates)}
    left = sorted((one for one in active if one.id not in beaten), key=lambda one: one.id)
    over = len(left) - CAPACITY
    if over > 0:
        tried = [one for one in left[:-NEWCOMERS] if one.sort is not Sort.SETUP]
        worst = sorted(tried, key=lambda one: (_bound(one), one.tally.recalled, one.id))
        beaten |= {one.id: Why.EVICTED for one in worst[:over]}
    return tuple(sorted(beaten.items()))


def _bound(one: Lesson) -> float:
    return lower(one.tally.good, one.tally.decided)
