"""The last phase: it moves one parameter within its table, and keeps only what was shown to pay."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.tuning.world import Value, live
from bot.domain.experiment import Arm, Arms, Tuning
from bot.domain.policy import NO_MODEL, ModelPolicy
from bot.domain.tuning.evidence import (
    Figures,
    Outcome,
    Pair,
    Sample,
    capital,
    figures_of,
    gain,
    pairs_of,
)
from bot.domain.tuning.judge import LEAST_PAIRS, Ends, GoOn, judge, takes_more
from bot.domain.tuning.parameters import (
    ALLOWED,
    Move,
    Parameter,
    matters,
    moves,
    value_of,
    with_value,
)
from bot.domain.tuning.trial import (
    REST,
    Phase,
    Resting,
    Running,
    Step,
    Trial,
    TuningEvent,
    drawn_value,
    has_new_value,
    next_move,
    state_of,
)
from bot.kernel.values import Usd

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CENT = Usd.of("0.01")
MOVE = Move(Parameter.RECALL, 3, 2)
TRIAL = Trial(1, Phase.TRYING, MOVE, NOON, Usd.of("0.45"), 40)
WATCH = replace(TRIAL, phase=Phase.WATCHING, most=20)
MERGED, FAILED = Outcome(True, False, CENT * 30), Outcome(False, False, CENT * 30)
REVERTED = Outcome(False, True, CENT * 30)
ALL = frozenset(Parameter)
TREATED = Arms(Arm.TREATED, Arm.TREATED, Arm.TREATED)

outcomes = st.builds(
    lambda merged, reverted, cents: Outcome(
        merged and not reverted, merged and reverted, CENT * cents
    ),
    st.booleans(),
    st.booleans(),
    st.integers(0, 500),
)
tunings = st.builds(Tuning, st.integers(0, 3), st.integers(1, 3), st.booleans())


def pairs(*of: tuple[Outcome | None, Outcome | None]) -> tuple[Sample, ...]:
    """Whole blocks of one repository: the new value's outcome, then the old one's."""
    return tuple(
        Sample("octo/one", 2 * block + (not new), new, outcome)
        for block, both in enumerate(of)
        for new, outcome in zip((True, False), both, strict=True)
    )


def event(step: Step, move: Move, trial: int, at: datetime = NOON) -> TuningEvent:
    phase = Phase.TRYING if step in {Step.STARTED, Step.ADOPTED} else Phase.WATCHING
    return TuningEvent(7, trial, phase, step, move, CENT, at, Figures(), "why")


@given(tunings)
def test_every_move_is_one_step_of_one_parameter_inside_the_table(tuning):
    for move in moves(tuning):
        values = ALLOWED[move.parameter]
        assert move.before == value_of(tuning, move.parameter)
        assert abs(values.index(move.after) - values.index(move.before)) == 1
        moved = with_value(tuning, move.parameter, move.after)
        assert [one for one in Parameter if value_of(moved, one) != value_of(tuning, one)] == [
            move.parameter
        ]


@given(st.sampled_from(Parameter), st.integers(-9, 9))
def test_no_value_is_set_that_the_table_does_not_hold(parameter, value):
    if value in ALLOWED[parameter]:
        assert value_of(with_value(Tuning(), parameter, value), parameter) == value
    else:
        with pytest.raises(ValueError, match="never"):
            with_value(Tuning(), parameter, value)


@given(st.data())
def test_whatever_happens_the_values_never_leave_the_table_and_move_one_at_a_time(data):
    events: list[TuningEvent] = []
    now, before = NOON, Tuning()
    for _ in range(data.draw(st.integers(0, 20))):
        now += timedelta(days=data.draw(st.integers(0, 60)))
        at = state_of(events)
        match at:
            case Resting(tuning=tuning, next_trial=number):
                move = next_move(tuning, events, ALL, now)
                if move is None:
                    continue
                step = Step.STARTED
            case Running(trial=trial):
                move, number = trial.move, trial.number
                ends = {
                    Phase.TRYING: (Step.ADOPTED, Step.ROLLED_BACK),
                    Phase.WATCHING: (Step.KEPT, Step.ROLLED_BACK),
                }
                step = data.draw(st.sampled_from(ends[trial.phase]))
        events.append(event(step, move, number, now))
        after = state_of(events).tuning
        changed = [one for one in Parameter if value_of(after, one) != value_of(before, one)]
        assert len(changed) <= 1
        for parameter, values in ALLOWED.items():
            assert value_of(after, parameter) in values
        before = after


@given(st.text(max_size=10), st.integers(0, 1_000), st.integers(1, 50), st.sampled_from(Phase))
def test_one_attempt_of_each_block_gets_the_new_value(place, block, number, phase):
    trial = replace(TRIAL, number=number, phase=phase)
    drawn = [has_new_value(trial, place, 2 * block + position) for position in (0, 1)]
    assert sorted(drawn) == [False, True]
    assert {drawn_value(trial, place, 2 * block + position) for position in (0, 1)} == {2, 3}


def test_a_move_that_was_tried_rests_in_both_directions():
    events = [event(Step.STARTED, MOVE, 1), event(Step.ADOPTED, MOVE, 1), event(Step.KEPT, MOVE, 1)]
    tuning = state_of(events).tuning
    assert tuning == Tuning(recall=2)
    recall = frozenset({Parameter.RECALL})
    assert next_move(tuning, events, recall, NOON) == Move(Parameter.RECALL, 2, 1)
    events.append(event(Step.STARTED, Move(Parameter.RECALL, 2, 1), 2))
    assert next_move(tuning, events, recall, NOON) is None
    assert next_move(tuning, events, recall, NOON + REST) == Move(Parameter.RECALL, 2, 1)
    assert next_move(tuning, events, frozenset(), NOON + REST) is None


@given(st.sampled_from(Parameter), st.booleans(), st.booleans(), st.sampled_from(Arm))
def test_no_reviewer_is_tried_where_the_repository_wants_none(parameter, review, escalate, arm):
    models = ModelPolicy(
        review="claude-haiku-5-5" if review else NO_MODEL,
        escalate="claude-opus-5-5" if escalate else NO_MODEL,
    )
    wanted = {
        Parameter.REVIEWED: review,
        Parameter.ESCALATE_AFTER: escalate,
        Parameter.RECALL: arm is Arm.TREATED,
    }
    assert matters(parameter, models, replace(TREATED, lessons=arm)) is wanted[parameter]


@given(outcomes, outcomes, st.integers(0, 300))
def test_a_bet_gains_with_the_one_what_it_loses_with_the_other(new, old, cents):
    ceiling = CENT * cents
    assert -1 <= gain(new, old, ceiling) <= 1
    assert gain(new, old, ceiling) == -gain(old, new, ceiling)
    assert gain(new, new, ceiling) == 0


@given(st.lists(st.tuples(outcomes, outcomes), max_size=6))
def test_without_a_difference_the_capital_grows_on_average_not_at_all(of):
    """Over every way in which the two of each pair may be swapped, the mean is exactly 1."""
    ceiling = Usd.of("0.45")
    ends = [
        capital(
            [
                gain(*(pair[::-1] if flip else pair), ceiling)
                for pair, flip in zip(of, flips, strict=True)
            ]
        )
        for flips in product((False, True), repeat=len(of))
    ]
    assert sum(ends) / len(ends) == pytest.approx(1.0)


def test_a_block_counts_only_with_one_attempt_of_each_value():
    one, two = pairs((MERGED, FAILED))
    assert pairs_of((one, two)) == (Pair(MERGED, FAILED),)
    assert pairs_of((one,)) == ()
    assert pairs_of((one, two, replace(two, ordinal=one.ordinal))) == ()
    assert pairs_of((one, replace(two, place="octo/two"))) == ()


@given(st.lists(st.tuples(st.none() | outcomes, st.none() | outcomes), max_size=12))
def test_only_what_is_decided_is_counted_and_every_cent_of_it(of):
    found = figures_of(pairs_of(pairs(*of)), CENT)
    whole = [(new, old) for new, old in of if new is not None and old is not None]
    assert found.pairs == found.new.attempts == found.old.attempts == len(whole)
    assert found.new.cost == sum((new.cost for new, _ in whole), Usd())
    assert found.old.merged == sum(old.merged for _, old in whole)


def test_a_value_that_merges_more_is_adopted_but_never_after_a_handful():
    for count in range(1, 30):
        verdict = judge(TRIAL, pairs(*[(MERGED, FAILED)] * count), NOON)
        assert isinstance(verdict, GoOn if count < LEAST_PAIRS else Ends), count
    assert isinstance(verdict, Ends)
    assert verdict.step is Step.ADOPTED
    assert verdict.figures.new.merged == 29


@pytest.mark.parametrize("trial", [TRIAL, WATCH], ids=["trial", "watch"])
def test_one_merge_taken_back_more_than_without_it_ends_it_at_once(trial):
    verdict = judge(trial, pairs((MERGED, MERGED), (REVERTED, MERGED)), NOON)
    assert isinstance(verdict, Ends)
    assert verdict.step is Step.ROLLED_BACK
    assert verdict.why == "1 of its merges were taken back, and 0 of the others"
    even = judge(trial, pairs((REVERTED, REVERTED), (MERGED, MERGED)), NOON)
    assert isinstance(even, GoOn)


def test_a_value_that_only_saves_by_merging_less_is_dropped():
    cheap = Outcome(False, False, CENT)
    verdict = judge(TRIAL, pairs(*[(cheap, MERGED)] * 8), NOON)
    assert isinstance(verdict, Ends)
    assert verdict.step is Step.ROLLED_BACK
    assert "fewer of its attempts are merged" in verdict.why


def test_a_trial_without_a_difference_ends_when_it_is_full_or_too_long():
    of = [(MERGED, FAILED), (FAILED, MERGED)] * 20
    assert isinstance(judge(TRIAL, pairs(*of[:-1]), NOON), GoOn)
    full = judge(TRIAL, pairs(*of), NOON)
    late = judge(TRIAL, pairs(*of[:2]), NOON + timedelta(days=60))
    for verdict in (full, late):
        assert isinstance(verdict, Ends)
        assert verdict.step is Step.ROLLED_BACK
    assert isinstance(judge(TRIAL, pairs(*of[:-1], (None, MERGED)), NOON), GoOn), "one is open yet"


def test_what_was_adopted_is_kept_only_if_it_still_pays_at_the_end_of_its_watch():
    won, lost = [(MERGED, FAILED)], [(FAILED, MERGED)]
    kept = judge(WATCH, pairs(*won * 11, *lost * 9), NOON)
    even = judge(WATCH, pairs(*won * 10, *lost * 10), NOON)
    assert isinstance(kept, Ends)
    assert isinstance(even, Ends)
    assert (kept.step, even.step) == (Step.KEPT, Step.ROLLED_BACK)
    assert isinstance(judge(WATCH, pairs(*won * 19), NOON), GoOn)


def test_a_full_trial_takes_only_what_completes_a_block():
    small = replace(TRIAL, most=2)
    samples = pairs((MERGED, FAILED), (None, None))
    assert not takes_more(small, samples, "octo/one", 4)
    assert takes_more(small, samples[:3], "octo/one", 3)
    assert takes_more(small, samples[:2], "octo/two", 0)


def test_the_same_end_of_a_phase_has_one_key_whatever_it_is():
    adopted = event(Step.ADOPTED, MOVE, 3)
    dropped = replace(adopted, step=Step.ROLLED_BACK)
    assert adopted.key == dropped.key == "7/3/end of trial"
    assert event(Step.KEPT, MOVE, 3).key != adopted.key != event(Step.STARTED, MOVE, 3).key


TRIALS = 60


def adopted(old: Value, new: Value) -> int:
    """In how many of the simulated trials the value is adopted and stays."""
    return sum(live(old, new, seed).stayed for seed in range(TRIALS))


def test_a_better_value_is_adopted_in_most_trials():
    assert adopted(Value(0.4), Value(0.6, 0.237)) > TRIALS * 0.75


def test_a_worse_value_is_never_adopted():
    assert adopted(Value(0.6), Value(0.4)) == 0


def test_without_a_difference_hardly_any_trial_ends_in_an_adoption():
    """At 5% a trial, more than 7 of 60 come about once in 100; `make bench-tuning` counts more."""
    same = Value(0.5)
    assert sum(live(same, same, seed).adopted for seed in range(TRIALS)) <= 7
