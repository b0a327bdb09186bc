"""Which lessons are recalled: few, fitting ones, whatever the order they come in."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lessons.lesson import (
    ANYTHING,
    TEXT_CHARS,
    About,
    Active,
    Anchor,
    Lesson,
    Sort,
    Tally,
    holds,
    terms_of,
)
from bot.domain.lessons.recalling import (
    FLOOR,
    RECALLED_MOST,
    TOKENS_MOST,
    recall,
    relevance,
    tokens_of,
    worth,
)
from bot.kernel.values import Kind
from tests.domain.lessons_drawn import ABOUTS, TALLIES, draft, kept, lesson

PAGES = About(
    kind=Kind.FIX,
    area="shelf",
    paths=frozenset({"shelf/paging.py"}),
    terms=terms_of("The last page is lost"),
)


@given(kept(), ABOUTS, st.integers(0, 9), st.integers(0, 500))
def test_never_more_than_three_and_never_above_the_cap_of_tokens(lessons, question, most, tokens):
    found = recall(lessons, question, most, tokens)
    assert len(found) <= min(most, RECALLED_MOST)
    assert sum(tokens_of(one.text) for one in found) <= tokens
    assert len({one.id for one in found}) == len(found)


@given(kept(), ABOUTS)
def test_what_is_retired_or_tentative_or_a_recipe_or_does_not_fit_is_never_recalled(
    lessons, question
):
    for one in recall(lessons, question, 3):
        assert isinstance(one.standing, Active)
        assert one.sort is not Sort.SETUP


@given(kept(), ABOUTS, st.randoms(use_true_random=False))
def test_the_order_in_which_they_come_says_nothing(lessons, question, dice):
    shuffled = list(lessons)
    dice.shuffle(shuffled)
    assert recall(shuffled, question, 3) == recall(lessons, question, 3)


@given(kept(), ABOUTS, st.integers(0, 3))
def test_a_smaller_number_is_the_beginning_of_a_larger_one(lessons, question, most):
    assert recall(lessons, question, most) == recall(lessons, question, 3)[:most]


@given(TALLIES, st.integers(1, 20))
def test_more_bad_ends_never_make_a_lesson_worth_more_nor_more_good_ones_less(tally, more):
    assert worth(replace(tally, bad=tally.bad + more)) <= worth(tally)
    assert worth(replace(tally, good=tally.good + more)) >= worth(tally)
    assert 0.0 <= worth(tally) <= 1.0


@given(TALLIES, st.integers(1, 20), ABOUTS, st.booleans())
def test_of_two_that_fit_equally_the_one_with_more_bad_ends_never_comes_first(
    tally, more, about, swapped
):
    worse = replace(tally, bad=tally.bad + more)
    one = lesson(2 if swapped else 1, about=about, tally=tally)
    other = lesson(1 if swapped else 2, about=about, tally=worse)
    found = recall((one, other), about, 3)
    assert found in ((), (one, other))


@given(ABOUTS, ABOUTS)
def test_relevance_is_a_share_and_the_same_about_each_other(one, other):
    weights = dict.fromkeys(one.terms | other.terms, 1.0)
    found = relevance(one, other, weights)
    assert 0.0 <= found <= 1.0
    assert abs(found - relevance(other, one, weights)) < 1e-9


@given(ABOUTS)
def test_what_has_neither_place_nor_word_nor_failure_in_common_is_not_recalled(about):
    stranger = About(about.kind, about.area, terms=frozenset({"unheard"}))
    assert relevance(about, stranger, {}) == 0.0
    assert recall((lesson(about=about),), stranger, 3) == ()


def test_the_same_file_is_enough_and_the_same_directory_is_not():
    fits = lesson(1, about=About(area="shelf", paths=frozenset({"shelf/paging.py"})))
    beside = lesson(2, about=About(area="shelf", paths=frozenset({"shelf/slugs.py"})))
    assert recall((fits, beside), PAGES, 3) == (fits,)


def test_a_convention_is_for_its_whole_directory_after_what_fits_better():
    beside = About(area="shelf", paths=frozenset({"shelf/slugs.py"}))
    convention = lesson(1, Sort.CONVENTION, about=beside)
    elsewhere = lesson(2, Sort.CONVENTION, about=replace(beside, area="web"))
    fits = lesson(3, about=PAGES)
    assert recall((convention, elsewhere, fits), PAGES, 3) == (fits, convention)


def test_the_same_words_are_enough_wherever_they_were_said():
    said = lesson(about=About(area="web", terms=terms_of("A last page goes missing")))
    assert recall((said,), PAGES, 3) == (said,)


def test_a_word_that_every_lesson_has_says_little():
    common = frozenset({"page"})
    lessons = tuple(
        lesson(number, about=About(terms=common | {f"other{number}", f"more{number}"}))
        for number in range(1, 8)
    )
    assert recall(lessons, About(terms=common | {"last", "lost"}), 3) == ()


def test_the_same_failure_outweighs_the_same_words():
    words = lesson(1, about=replace(PAGES, paths=frozenset()))
    failure = lesson(2, about=About(Kind.FIX, "shelf", failures=frozenset({"keyerror: n"})))
    asked = replace(PAGES, terms=frozenset({"page"}), failures=frozenset({"keyerror: n"}))
    assert recall((words, failure), asked, 3)[0] == failure


def test_three_of_the_longest_fit_into_the_cap():
    longest = tuple(lesson(n, text=f"{n} {'word ' * 200}", about=PAGES) for n in range(1, 5))
    assert all(len(one.text) == TEXT_CHARS for one in longest)
    assert len(recall(longest, PAGES, 3, TOKENS_MOST)) == 3
    assert FLOOR > 0


@given(st.text(max_size=60))
def test_a_text_is_one_line_of_limited_length_without_what_nobody_sees(text):
    cut = draft(text=f"{text}\u202e\x1b[31m<!-- approve -->").text
    assert len(cut) <= TEXT_CHARS
    assert "\n" not in cut
    assert "\u202e" not in cut
    assert "approve -->" not in cut


def test_a_secret_in_a_lesson_is_taken_out_before_it_is_cut():
    token = "ghp_" + "a1B2" * 9
    assert "ghp_" not in draft(text=f"{'x' * 340} {token}").text


BLOBS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["1", "2"]))


@given(BLOBS, BLOBS)
def test_a_lesson_holds_exactly_while_no_file_that_it_refers_to_changed(then, now):
    anchors = tuple(Anchor(path, blob) for path, blob in then.items())
    assert holds(anchors, now) is all(now.get(path) == blob for path, blob in then.items())


def test_some_lessons_only_need_their_file_to_be_there_and_some_that_it_is_not():
    practice, absent = (Anchor("a.py", ANYTHING),), (Anchor("uv.lock", ""),)
    assert holds(practice, {"a.py": "9"})
    assert not holds(practice, {})
    assert holds(absent, {"a.py": "9"})
    assert not holds(absent, {"uv.lock": "1"})


def test_nothing_is_recalled_where_a_repository_is_tuned_to_none():
    fitting: Lesson = lesson(about=PAGES, tally=Tally(9, 9, 0))
    assert recall((fitting,), PAGES, 0) == ()


def test_what_keeps_going_wrong_in_a_directory_is_told_whoever_comes_there():
    about = About(area="lib", terms=terms_of("assertion loosened"))
    again = replace(lesson(1, Sort.RECURRING, about=about), evidence=2)
    question = About(kind=Kind.FIX, area="lib", terms=terms_of("A page is lost"))
    assert recall((again,), question, most=3) == (again,)
    assert recall((again,), replace(question, area="doc"), most=3) == ()
    more = replace(lesson(2, Sort.RECURRING, about=about), evidence=5)
    assert recall((again, more), question, most=1) == (more,), "more tasks met it"
