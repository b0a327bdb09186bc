"""How lessons are credited, joined, narrowed down, and let go."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lessons.bound import Decided, Rates, lower, upper
from bot.domain.lessons.credit import Credit, Fate, credit_of, fate_of
from bot.domain.lessons.keeping import (
    CAPACITY,
    HARMFUL_FROM,
    NEWCOMERS,
    USELESS_FROM,
    Add,
    Confirm,
    Recur,
    join,
    leaving,
    outdone,
)
from bot.domain.lessons.lesson import (
    About,
    Active,
    Anchor,
    Recipe,
    Sort,
    Tally,
    Tentative,
    Why,
)
from bot.domain.similar.fingerprint import fingerprint
from bot.domain.task import Ending
from tests.domain.lessons_drawn import RATES, TALLIES, draft, kept, lesson

credits_ = st.sampled_from(list(Credit))
HALF = Rates(shown=Decided(50, 50), withheld=Decided(25, 25))


@given(credits_, credits_, credits_)
def test_an_attempt_counts_once_in_whatever_order_its_outcomes_come(one, two, three):
    joined = {a.joined(b).joined(c) for a, b, c in permutations((one, two, three))}
    assert len(joined) == 1
    (found,) = joined
    assert found.joined(one) is found


def test_a_merge_is_good_until_it_is_taken_back():
    merged, reverted = credit_of(Fate.MERGED), credit_of(Fate.REVERTED)
    assert merged is Credit.GOOD
    assert merged.joined(reverted) is Credit.BAD
    assert reverted.joined(merged) is Credit.BAD


@given(st.sampled_from(list(Ending)), st.booleans())
def test_only_a_merge_is_good_and_only_a_change_at_fault_is_bad(ending, at_fault):
    credit = credit_of(fate_of(ending, at_fault=at_fault))
    assert (credit is Credit.GOOD) is (ending is Ending.MERGED)
    failed = ending in {Ending.REFUSED, Ending.FAILED} and at_fault
    assert (credit is Credit.BAD) is failed


@given(st.integers(0, 60), st.integers(0, 60), st.sampled_from([0.2533, 1.0, 1.96]))
def test_the_bounds_hold_the_share_between_them(good, bad, z):
    of = good + bad
    low, high = lower(good, of, z), upper(good, of, z)
    assert 0.0 <= low <= high <= 1.0
    if of:
        assert low <= good / of + 1e-12
        assert high >= good / of - 1e-12
    assert lower(good + 1, of + 1, z) >= low - 1e-12
    assert lower(good, of + 1, z) <= low + 1e-12


@given(RATES)
def test_the_share_of_the_controls_is_between_theirs_and_that_of_all(rates):
    control = rates.control
    if control is None:
        assert rates == Rates()
        return
    overall = (rates.shown.good + rates.withheld.good) / (rates.shown.of + rates.withheld.of)
    own = rates.withheld.good / rates.withheld.of if rates.withheld.of else overall
    assert min(own, overall) - 1e-12 <= control <= max(own, overall) + 1e-12


@given(TALLIES, RATES, st.integers(1, 9))
def test_a_lesson_that_is_outdone_stays_so_with_more_bad_ends(tally, rates, more):
    worse = replace(tally, bad=tally.bad + more)
    if outdone(lesson(tally=tally), rates):
        assert outdone(lesson(tally=worse), rates)


@given(TALLIES, RATES)
def test_nothing_is_outdone_by_a_few_trials_or_while_nothing_is_known(tally, rates):
    few = Tally(0, min(tally.good, 2), min(tally.bad, 2))
    assert few.decided < HARMFUL_FROM
    assert not outdone(lesson(tally=few), rates)
    assert not outdone(lesson(tally=tally), Rates())


def test_a_harmful_lesson_goes_soon_a_useless_one_later_and_a_good_one_stays():
    assert outdone(lesson(tally=Tally(6, 0, 6)), HALF)
    even = Tally(USELESS_FROM, USELESS_FROM // 2, USELESS_FROM // 2)
    assert outdone(lesson(tally=even), HALF)
    assert not outdone(lesson(tally=Tally(10, 5, 5)), HALF)
    assert not outdone(lesson(tally=Tally(40, 28, 12)), HALF)


def gone_after(trials: int, share: float, control: float) -> float:
    """The chance that a lesson with this share of good ends is outdone within so many trials."""
    total = 1_000
    good = round(control * total)
    rates = Rates(withheld=Decided(good, total - good))
    alive = {0: 1.0}
    for trial in range(1, trials + 1):
        after: dict[int, float] = {}
        for count, chance in alive.items():
            after[count + 1] = after.get(count + 1, 0.0) + chance * share
            after[count] = after.get(count, 0.0) + chance * (1 - share)
        alive = {
            count: chance
            for count, chance in after.items()
            if not outdone(lesson(tally=Tally(trial, count, trial - count)), rates)
        }
    return 1.0 - sum(alive.values())


@pytest.mark.parametrize(
    ("control", "share", "within_20", "within_40"),
    [
        (0.5, 0.3, 0.983, 0.999),
        (0.5, 0.5, 0.590, 0.806),
        (0.5, 0.7, 0.049, 0.088),
        (0.7, 0.5, 0.979, 0.999),
        (0.7, 0.7, 0.585, 0.795),
        (0.7, 0.9, 0.012, 0.018),
    ],
)
def test_the_chances_of_the_decision_page_are_those_of_the_rule(
    control, share, within_20, within_40
):
    assert gone_after(20, share, control) == pytest.approx(within_20, abs=0.001)
    assert gone_after(40, share, control) == pytest.approx(within_40, abs=0.001)


def test_a_recipe_goes_once_it_failed_more_often_than_it_worked():
    assert not outdone(lesson(sort=Sort.SETUP, tally=Tally(2, 1, 1)), HALF)
    assert outdone(lesson(sort=Sort.SETUP, tally=Tally(3, 1, 2)), Rates())


@given(kept(), RATES, st.randoms(use_true_random=False))
def test_who_has_to_go_does_not_depend_on_the_order_and_is_active(lessons, rates, dice):
    shuffled = list(lessons)
    dice.shuffle(shuffled)
    gone = leaving(lessons, rates)
    assert gone == leaving(shuffled, rates)
    active = {one.id for one in lessons if isinstance(one.standing, Active)}
    assert {one for one, _ in gone} <= active
    stayed = [one for one in lessons if one.id not in dict(gone)]
    assert leaving(stayed, rates) == (), "once is enough"


def test_of_too_many_the_one_with_the_lowest_bound_goes_and_newcomers_are_spared():
    tried = [lesson(n, tally=Tally(10, 9, 1)) for n in range(1, CAPACITY - NEWCOMERS + 2)]
    tried[40] = lesson(41, tally=Tally(10, 4, 6))
    young = [lesson(1_000 + n) for n in range(NEWCOMERS)]
    assert leaving([*tried[:-1], *young], Rates()) == ()
    assert leaving([*tried, *young], Rates()) == ((41, Why.EVICTED),)
    older = lesson(999)  # it had its time
    assert leaving([*tried[:-1], older, *young], Rates()) == ((999, Why.EVICTED),), (
        "it had its time"
    )


@given(st.integers(CAPACITY, CAPACITY + 40))
def test_a_repository_never_keeps_more_than_its_capacity(many):
    lessons = [lesson(number) for number in range(1, many + 1)]
    assert many - len(leaving(lessons, Rates())) == CAPACITY


FILES = tuple(Anchor(path, path[0] * 40) for path in ("a.py", "b.py"))
WIDE = About(paths=frozenset({"a.py", "b.py"}))
NARROW = About(paths=frozenset({"a.py"}))
SAID, AGAIN = "The last page is lost when counting", "When counting, the final page is lost"


def test_what_says_the_same_of_the_same_files_is_evidence_and_no_second_copy():
    known = lesson(3, text=SAID, about=NARROW, anchors=FILES[:1])
    assert join(draft(text=AGAIN, about=NARROW, anchors=FILES[:1]), (known,)) == Confirm(3)


def test_what_says_something_else_or_of_other_files_or_of_another_sort_is_new():
    known = lesson(3, text=SAID, about=NARROW, anchors=FILES[:1])
    other = draft(text="Slugs have two dashes", about=NARROW, anchors=FILES[:1])
    elsewhere = draft(text=AGAIN, anchors=FILES[1:])
    assert join(other, (known,)) == Add()
    assert join(elsewhere, (known,)) == Add()
    assert join(draft(sort=Sort.CONVENTION, text=AGAIN), (known,)) == Add()


def test_a_wide_lesson_that_misled_is_narrowed_down_and_one_that_helped_is_not():
    new = draft(text=AGAIN, about=NARROW, anchors=FILES[:1])
    wide = lesson(3, text=SAID, about=WIDE, anchors=FILES)
    misled = replace(wide, tally=Tally(2, 1, 1))
    helped = replace(wide, tally=Tally(3, 2, 1))
    assert join(new, (misled,)) == Add(refines=(3,))
    assert join(new, (helped,)) == Confirm(3)
    assert join(new, (wide,)) == Confirm(3)


def failed(number: int, *causes: str, area: str = "lib", path: str = "a.py"):
    """What the failure of a task teaches: on code of its own, for reasons that others may share."""
    about = About(
        area=area,
        paths=frozenset({f"{area}/{number}{path}"}),
        failures=frozenset(map(fingerprint, causes)),
    )
    anchors = (Anchor(f"{area}/{number}{path}", "b" * 40),)
    return replace(
        draft(number, Sort.WRONG, f"Task {number} failed", about, anchors), causes=causes
    )


LOST, SMALL = "assertion-loosened: test_once: lost `assert 1`", "too-large: 80 lines, at most 50"


def test_what_two_tasks_of_one_directory_fail_for_becomes_a_lesson_for_all_of_it():
    first = replace(lesson(1), draft=failed(1, LOST, SMALL))
    again = join(failed(2, LOST), (first,))
    assert isinstance(again, Recur)
    assert again.lesson == 1
    common = again.draft
    assert (common.sort, common.anchors, common.about.paths) == (Sort.RECURRING, (), frozenset())
    assert common.about.area == "lib"
    assert LOST in common.text
    assert SMALL not in common.text, "only the first one failed for that"


def test_a_third_one_is_evidence_and_only_for_the_same_reason_and_directory():
    first = replace(lesson(1), draft=failed(1, LOST))
    again = join(failed(2, LOST), (first,))
    assert isinstance(again, Recur)
    common = replace(lesson(2), draft=again.draft)
    assert join(failed(3, LOST), (common,)) == Confirm(2)
    assert join(failed(3, SMALL), (common,)) == Add()
    assert join(failed(3, LOST, area="doc"), (common,)) == Add()


def test_one_task_that_fails_twice_for_one_reason_shows_nothing_of_others():
    first = replace(lesson(1), draft=failed(1, LOST))
    second = replace(failed(1, LOST, path="b.py"), text="It failed in another way altogether")
    assert join(second, (first,)) == Add()


def test_a_tentative_one_neither_confirms_nor_narrows_anything():
    known = lesson(3, text=SAID, anchors=FILES[:1])
    waiting = replace(draft(text=SAID, anchors=FILES[:1]), standing=Tentative())
    assert join(waiting, (known,)) == Add()


def test_there_is_one_recipe_and_another_that_works_takes_its_place():
    uv, pip = (
        Recipe("uv sync", "pytest", "report.xml"),
        Recipe("pip install .", "pytest", "report.xml"),
    )
    known = lesson(3, Sort.SETUP, anchors=FILES, recipe=uv)
    assert join(draft(sort=Sort.SETUP, anchors=FILES, recipe=uv), (known,)) == Confirm(3)
    assert join(draft(sort=Sort.SETUP, anchors=FILES, recipe=pip), (known,)) == Add((3,))
    assert join(draft(sort=Sort.SETUP, anchors=FILES[:1], recipe=uv), (known,)) == Add((3,))


@given(kept())
def test_joining_does_not_depend_on_the_order(lessons):
    new = draft(text="The last page is lost")
    assert join(new, lessons) == join(new, lessons[::-1])
