"""Lessons of any kind, for properties that hold for all of them."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.domain.lessons.bound import Decided, Rates
from bot.domain.lessons.lesson import (
    About,
    Active,
    Anchor,
    Draft,
    Lesson,
    Recipe,
    Retired,
    Sort,
    Source,
    Standing,
    Tally,
    Tentative,
    Why,
)
from bot.domain.subject import Repo
from bot.kernel.values import Kind

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
REPO = Repo("octo", "hello", 7)
NOTHING, HERE, UNTRIED = About(), Active(), Tally()

PATHS = st.frozensets(st.sampled_from(["a.py", "b.py", "lib/c.py", "lib/d.py"]), max_size=3)
WORDS = st.frozensets(
    st.sampled_from(["page", "count", "slug", "dash", "login", "cache", "retry"]), max_size=5
)
ABOUTS = st.builds(
    About,
    kind=st.sampled_from([None, *Kind]),
    area=st.sampled_from([".", "lib"]),
    paths=PATHS,
    symbols=st.frozensets(st.sampled_from(["read", "Page.count"]), max_size=2),
    terms=WORDS,
    failures=st.frozensets(st.sampled_from(["valueerror: n", "keyerror: a"]), max_size=1),
)
STANDINGS = st.sampled_from([Active(), Active(), Tentative(), Retired(Why.OUTDONE, AT)])
TALLIES = st.builds(
    lambda good, bad, open_: Tally(good + bad + open_, good, bad),
    st.integers(0, 40),
    st.integers(0, 40),
    st.integers(0, 3),
)
RATES = st.builds(
    Rates,
    shown=st.builds(Decided, st.integers(0, 50), st.integers(0, 50)),
    withheld=st.builds(Decided, st.integers(0, 50), st.integers(0, 50)),
)
TEXTS = st.sampled_from(
    ["", "A page is lost", "The page goes missing", "Slugs have two dashes " * 12, "word " * 90]
)


def lesson(
    number: int = 1,
    sort: Sort = Sort.WRONG,
    text: str = "The last page is lost",
    about: About = NOTHING,
    anchors: tuple[Anchor, ...] = (),
    standing: Standing = HERE,
    tally: Tally = UNTRIED,
    recipe: Recipe | None = None,
) -> Lesson:
    """One lesson, as it is kept."""
    return Lesson(number, draft(number, sort, text, about, anchors, recipe), standing, tally)


def draft(
    number: int = 1,
    sort: Sort = Sort.WRONG,
    text: str = "The last page is lost",
    about: About = NOTHING,
    anchors: tuple[Anchor, ...] = (),
    recipe: Recipe | None = None,
) -> Draft:
    """A lesson before it is kept."""
    source = Source(f"o/r#{number}/1", number, 1, "refused")
    return Draft(REPO, sort, text, about, anchors, source, AT, recipe=recipe).trimmed()


SORTS = st.sampled_from(list(Sort))


@st.composite
def kept(draw: st.DrawFn, most: int = 8) -> tuple[Lesson, ...]:
    """Some lessons of one repository."""
    return tuple(
        lesson(
            number,
            draw(SORTS),
            draw(TEXTS),
            draw(ABOUTS),
            standing=draw(STANDINGS),
            tally=draw(TALLIES),
        )
        for number in range(1, draw(st.integers(0, most)) + 1)
    )
