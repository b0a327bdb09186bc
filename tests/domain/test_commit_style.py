"""A title looks like those that the repository has already, and harms nobody."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commit_style import Conventional, FirstLetter, Plain, headline, read_style
from bot.kernel.values import Kind

CONVENTIONAL = (
    "feat(parser): read dates",
    "fix(parser): a date without a year",
    "fix(cli)!: no colours in a pipe",
    "docs: how to install",
    "perf(cli): start faster",
    "chore: tidy",
)
SENTENCES = (
    "Read dates",
    "Mend a date without a year",
    "Show no colours in a pipe",
    "Say how to install",
    "Start faster",
)


def test_most_conventional_subjects_make_the_style_conventional():
    style = read_style((*CONVENTIONAL, *SENTENCES[:3]))
    assert style == Conventional(FirstLetter.LOWER, ("cli", "parser"), "chore")


def test_few_conventional_subjects_among_sentences_are_no_style():
    assert read_style((*CONVENTIONAL[:3], *SENTENCES)) == Plain(FirstLetter.UPPER)


def test_a_short_history_shows_no_habit():
    assert read_style(CONVENTIONAL[:4]) == Plain(FirstLetter.EITHER)
    assert read_style(()) == Plain()


def test_what_git_github_and_release_tools_write_is_not_counted():
    tools = (
        "Merge pull request #3 from octo/x",
        'Revert "feat: read dates"',
        "fixup! feat: read dates",
        "Bump lodash from 1 to 2",
        "v1.2.3",
        "1.2.4",
        "Release 1.2.5",
        "Initial commit",
    )
    assert read_style((*CONVENTIONAL, *tools)) == read_style(CONVENTIONAL)


def test_scopes_are_used_only_where_most_titles_have_one():
    seldom = tuple(re.sub(r"\(cli\)", "", one) for one in CONVENTIONAL)
    style = read_style(seldom)
    assert isinstance(style, Conventional)
    assert style.scopes == ()


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (Kind.FIX, "fix: Dates go missing"),
        (Kind.FEATURE, "feat: Dates go missing"),
        (Kind.PERFORMANCE, "perf: Dates go missing"),
        (Kind.REFACTOR, "refactor: Dates go missing"),
        (Kind.DOCS, "docs: Dates go missing"),
        (Kind.DEPENDENCY, "build: Dates go missing"),
    ],
)
def test_each_kind_has_its_conventional_type(kind, title):
    assert headline(Conventional(), kind, "Dates go missing", ()) == title


@pytest.mark.parametrize(
    ("paths", "scope"),
    [
        (("src/parser/dates.py",), "(parser)"),
        (("src/parser.py", "src/parser/dates.py"), "(parser)"),
        (("src/parser/dates.py", "src/cli/main.py"), ""),
        (("src/cli/parser.py",), ""),
        (("src/other.py",), ""),
        ((), ""),
    ],
)
def test_a_scope_is_named_only_if_all_paths_are_of_it_and_of_no_other(paths, scope):
    style = Conventional(scopes=("cli", "parser"))
    assert headline(style, Kind.FIX, "no dates", paths) == f"fix{scope}: no dates"


@pytest.mark.parametrize(
    ("first", "title", "told"),
    [
        (FirstLetter.UPPER, "dates go missing", "Dates go missing"),
        (FirstLetter.LOWER, "Dates go missing", "dates go missing"),
        (FirstLetter.EITHER, "dates go missing.", "dates go missing"),
        (FirstLetter.UPPER, "slug() drops a letter", "slug() drops a letter"),
        (FirstLetter.UPPER, "read_date is slow", "read_date is slow"),
        (FirstLetter.LOWER, "HTTP errors are lost", "HTTP errors are lost"),
        (FirstLetter.LOWER, "GitHub is not asked", "GitHub is not asked"),
        (FirstLetter.LOWER, "Don't ask twice", "don't ask twice"),
        (FirstLetter.EITHER, "[Bug]: dates go missing", "dates go missing"),
        (FirstLetter.EITHER, "bug: fix(dates): dates go missing", "dates go missing"),
        (FirstLetter.EITHER, "\U0001f41b dates go missing", "dates go missing"),
        (FirstLetter.EITHER, ":bug: dates go missing", "dates go missing"),
        (FirstLetter.EITHER, "fix the dates", "fix the dates"),
        (FirstLetter.EITHER, "Feature request: read dates", "read dates"),
        (FirstLetter.EITHER, "[Bug]", "fix"),
        (FirstLetter.EITHER, "Ada's @team [skip ci]\nbug", "Ada's @ team (skip ci] bug"),
    ],
)
def test_the_title_is_the_issues_own_in_the_writing_of_the_repository(first, title, told):
    assert headline(Plain(first), Kind.FIX, title, ()) == told
    assert headline(Conventional(first), Kind.FIX, title, ()) == f"fix: {told}"


def test_a_later_commit_says_first_what_it_does():
    def told(style):
        return headline(style, Kind.FIX, "Dates go missing", (), lead="make CI pass")

    assert told(Plain(FirstLetter.UPPER)) == "Make CI pass: Dates go missing"
    assert told(Conventional(FirstLetter.LOWER)) == "fix: make CI pass: dates go missing"


STYLES = st.one_of(
    st.builds(Plain, st.sampled_from(FirstLetter)),
    st.builds(Conventional, st.sampled_from(FirstLetter), st.just(("a", "b"))),
)


@given(STYLES, st.sampled_from(Kind), st.text(max_size=300), st.integers(40, 120))
def test_a_title_is_one_line_fits_and_calls_and_closes_nothing(style, kind, title, most):
    for shown in (title, f"closes #7 @ada {title} [skip ci] https://x.example"):
        told = headline(style, kind, shown, ("a/x.py",), most)
        assert told.strip()
        assert len(told.splitlines()) == 1
        assert len(told) <= most
        assert not re.search(r"@\w|#\d|\[skip|://", told)


@given(st.lists(st.text(max_size=80), max_size=60))
def test_any_history_has_a_style(subjects):
    assert isinstance(read_style(subjects), Plain | Conventional)
