"""Lessons are added, confirmed, narrowed down and counted, each outcome once."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.database.engine import open_database
from bot.adapters.database.lessons import SqlLessons
from bot.domain.lessons.credit import Credit
from bot.domain.lessons.lesson import (
    About,
    Active,
    Anchor,
    Draft,
    Recipe,
    Retired,
    Sort,
    Source,
    Tally,
    Tentative,
    Why,
)
from bot.domain.similar.fingerprint import fingerprint
from bot.domain.subject import Repo
from bot.kernel.values import Kind
from tests.adapters.databases import NOW, REPO, fresh_url, later

ONE = Draft(
    repo=REPO,
    sort=Sort.WRONG,
    text="The patch gate refused it: too-large: 80 lines, at most 50",
    about=About(
        kind=Kind.FIX,
        area="src",
        paths=frozenset({"src/a.py", "src/b.py"}),
        symbols=frozenset({"Page.count"}),
        terms=frozenset({"page", "count"}),
        failures=frozenset({"keyerror: n"}),
    ),
    anchors=(Anchor("src/a.py", "a" * 40), Anchor("src/b.py", "")),
    source=Source("octo/hello#12/1", 3, 1, "refused"),
    born=NOW,
)


def other(number: int, text: str = "", **changed) -> Draft:
    """What another task taught."""
    source = Source(f"octo/hello#{number}/1", number, 1, "failed")
    return replace(ONE, source=source, text=text or f"Something else, number {number}", **changed)


@pytest.fixture
def kept(tmp_path):
    engine = open_database(fresh_url(tmp_path))
    yield SqlLessons(engine)
    engine.dispose()


def standing(kept: SqlLessons, number: int):
    (one,) = kept.some((number,))
    return one.standing


def test_a_lesson_comes_back_as_it_was_learned(kept):
    number = kept.learn(ONE)
    (lesson,) = kept.active(REPO)
    assert (lesson.id, lesson.draft, lesson.standing) == (number, ONE, Active())
    assert (lesson.evidence, lesson.tally, lesson.withheld) == (1, Tally(), Tally())
    assert kept.some((number, 99)) == kept.all() == (lesson,)
    assert kept.active(Repo("octo", "other", 7)) == ()
    assert kept.active(replace(REPO, installation=8)) == (lesson,), "installed again"


def test_an_outcome_teaches_once_and_another_like_it_is_evidence(kept):
    number = kept.learn(ONE)
    assert kept.learn(ONE) == number
    again = replace(ONE, source=replace(ONE.source, key="octo/hello#13/1", task=4))
    assert kept.learn(again) == number
    assert kept.learn(again) == number
    (lesson,) = kept.all()
    assert lesson.evidence == 2
    assert lesson.text == ONE.text


def test_what_failed_again_elsewhere_takes_the_place_and_the_evidence_of_the_first(kept):
    cause = "assertion-loosened: test_once: lost `assert 1`"

    def failing(number: int) -> Draft:
        about = replace(
            ONE.about,
            paths=frozenset({f"src/{number}.py"}),
            failures=frozenset({fingerprint(cause)}),
        )
        anchors = (Anchor(f"src/{number}.py", "a" * 40),)
        return other(number, about=about, anchors=anchors, causes=(cause,))

    first = kept.learn(failing(20))
    common = kept.learn(failing(21))
    assert kept.learn(failing(22)) == kept.learn(failing(21)) == common
    assert standing(kept, first) == Retired(Why.REPEATED, NOW, by=common)
    (lesson,) = kept.active(REPO)
    assert (lesson.sort, lesson.evidence, lesson.draft.anchors) == (Sort.RECURRING, 3, ())
    assert cause in lesson.text


def test_a_narrower_one_takes_the_place_of_one_that_misled(kept):
    wide = kept.learn(ONE)
    kept.recalled(7, 1, (wide,), shown=True)
    kept.credit(7, 1, Credit.BAD, NOW)
    about = replace(ONE.about, paths=frozenset({"src/a.py"}))
    narrow = kept.learn(other(20, ONE.text, about=about))
    assert standing(kept, wide) == Retired(Why.REFINED, NOW, by=narrow)
    assert [one.id for one in kept.active(REPO)] == [narrow]


def test_a_tentative_lesson_waits_for_its_merge(kept):
    waiting = kept.learn(replace(ONE, standing=Tentative()))
    assert kept.active(REPO) == ()
    for _ in range(2):
        kept.accept(3, 1, later(1))
    assert standing(kept, waiting) == Active()
    kept.reject(3, 1, later(2))
    assert standing(kept, waiting) == Active(), "it is no longer tentative"


def test_a_tentative_lesson_goes_with_a_change_that_was_not_merged(kept):
    waiting = kept.learn(replace(ONE, standing=Tentative()))
    kept.reject(3, 1, later(1))
    kept.accept(3, 1, later(2))
    assert standing(kept, waiting) == Retired(Why.NOT_ACCEPTED, later(1))


def test_an_accepted_lesson_that_was_known_is_evidence_for_the_known_one(kept):
    known = kept.learn(ONE)
    source = Source("octo/hello#13/1/r1", 4, 1, "repaired")
    repeated = kept.learn(replace(ONE, source=source, standing=Tentative()))
    assert repeated != known
    for _ in range(2):
        kept.accept(4, 1, later(1))
    assert standing(kept, repeated) == Retired(Why.REPEATED, later(1), by=known)
    (lesson,) = kept.active(REPO)
    assert (lesson.id, lesson.evidence) == (known, 2)


def test_a_merge_that_is_taken_back_takes_its_practice_back_and_not_its_warnings(kept):
    warning = kept.learn(ONE)
    worked = replace(ONE, sort=Sort.WORKED, source=replace(ONE.source, key="octo/hello#12/1/w"))
    practice = kept.learn(worked)
    kept.take_back(3, 1, later(1))
    assert standing(kept, warning) == Active()
    assert standing(kept, practice) == Retired(Why.INVALID, later(1), "the merge was taken back")


def test_counters_move_by_outcomes_and_only_of_what_was_shown(kept):
    one, two = kept.learn(ONE), kept.learn(other(20))
    kept.recalled(7, 1, (one, two), shown=True)
    kept.recalled(8, 1, (one,), shown=False)
    kept.credit(8, 1, Credit.GOOD, NOW)
    for _ in range(2):
        kept.credit(7, 1, Credit.GOOD, NOW)
        kept.recalled(7, 1, (one, two), shown=True)
    first, second = kept.active(REPO)
    assert (first.tally, first.withheld) == (Tally(1, 1, 0), Tally(1, 1, 0))
    assert (second.tally, second.withheld) == (Tally(1, 1, 0), Tally())
    kept.credit(7, 1, Credit.BAD, NOW)
    kept.credit(7, 1, Credit.GOOD, NOW)
    assert [one.tally for one in kept.active(REPO)] == [Tally(1, 0, 1)] * 2


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from(list(Credit))), max_size=12),
    st.randoms(use_true_random=False),
)
def test_no_order_and_no_repetition_of_outcomes_changes_a_counter(tmp_path_factory, told, dice):
    tallies = []
    for order in (told, dice.sample(told, len(told)) + told):
        engine = open_database(fresh_url(tmp_path_factory.mktemp("lessons")))
        kept = SqlLessons(engine)
        number = kept.learn(ONE)
        for attempt in range(1, 5):
            kept.recalled(7, attempt, (number,), shown=True)
        for attempt, credit in order:
            kept.credit(7, attempt, credit, NOW)
        tallies.append(kept.some((number,))[0].tally)
        engine.dispose()
    assert tallies[0] == tallies[1]
    assert tallies[0].recalled == 4
    assert tallies[0].decided <= 4


def test_a_useless_lesson_is_retired_by_the_outcome_that_shows_it(kept):
    number = kept.learn(ONE)
    for task in range(1, 11):
        kept.recalled(100 + task, 1, (number,), shown=False)
        kept.credit(100 + task, 1, Credit.GOOD, NOW)
    for task in range(1, 6):
        assert standing(kept, number) == Active()
        kept.recalled(task, 1, (number,), shown=True)
        kept.credit(task, 1, Credit.BAD, later(task))
    assert standing(kept, number) == Retired(Why.OUTDONE, later(5))


def test_a_recipe_counts_for_itself_and_for_no_lesson_beside_it(kept):
    recipe = Recipe("uv sync", "pytest", "report.xml")
    first = kept.learn(other(20, sort=Sort.SETUP, recipe=recipe))
    lesson = kept.learn(ONE)
    kept.recalled(7, 1, (lesson,), shown=True)
    kept.credit_recipe(first, 7, 1, Credit.GOOD, NOW)
    kept.credit(7, 1, Credit.BAD, NOW)
    one, two = kept.active(REPO)
    assert (one.draft.recipe, one.tally) == (recipe, Tally(1, 1, 0))
    assert (two.draft.recipe, two.tally) == (None, Tally(1, 0, 1))
    for task in (8, 9):
        kept.credit_recipe(first, task, 1, Credit.BAD, later(task))
    assert standing(kept, first) == Retired(Why.OUTDONE, later(9))


def test_an_operator_may_dismiss_a_lesson_once(kept):
    number = kept.learn(ONE)
    assert kept.retire(number, Why.DISMISSED, later(1), "it is wrong")
    assert not kept.retire(number, Why.DISMISSED, later(2), "again")
    assert not kept.retire(99, Why.DISMISSED, NOW)
    assert standing(kept, number) == Retired(Why.DISMISSED, later(1), "it is wrong")
    assert kept.active(REPO) == ()
