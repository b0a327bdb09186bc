"""The watch over a merge."""

from datetime import timedelta

import pytest

from bot.domain.watch import (
    WATCHED,
    EndWatch,
    KeepWatching,
    Outcome,
    Revert,
    RunAgain,
    Watch,
    WatchFacts,
    judge,
)
from bot.kernel.ci import CiAbsent, CiGreen, CiPending, CiRed
from bot.kernel.values import Sha
from tests.domain.deciding import NOON, TASK

WATCH = Watch(7, 1, TASK.subject, 13, Sha("a" * 40), Sha("b" * 40), NOON)
GREEN, RED = CiGreen(("lint", "test"), ()), CiRed(("test",))
SOON, LATE = NOON + timedelta(minutes=5), NOON + WATCHED + timedelta(seconds=1)


def seen(now, before=GREEN, rerun=(), at=SOON, ended=("lint", "test"), excused=()):
    return judge(WatchFacts(WATCH, now, before, frozenset(ended), frozenset(excused), rerun, at))


def test_a_check_that_was_green_before_and_is_red_now_accuses_the_merge():
    assert seen(RED) == Revert(("test",))


def test_it_is_run_once_more_first_where_that_is_possible():
    assert seen(RED, rerun=("test", "other")) == RunAgain(("test",))


@pytest.mark.parametrize("before", [CiRed(("test",)), CiAbsent()])
def test_a_check_that_was_not_green_before_accuses_nobody(before):
    assert seen(RED, before) == EndWatch(Outcome.NOT_OURS)


def test_while_ci_has_not_ended_on_the_commit_before_nothing_is_said_of_the_merge():
    before = CiPending(("test",))
    assert seen(RED, before) == KeepWatching()
    assert seen(RED, before, at=LATE) == EndWatch(Outcome.NOT_OURS)


def test_a_quick_check_that_passed_does_not_end_the_watch_over_a_slow_one():
    quick = CiGreen(("lint",), ())
    assert seen(quick, ended=("lint",)) == KeepWatching()
    assert seen(quick, ended=("lint",), at=LATE) == EndWatch(Outcome.FINE)


def test_what_was_red_before_does_not_end_the_watch_over_what_still_runs():
    assert seen(CiRed(("audit",)), ended=("audit", "lint")) == KeepWatching()


def test_a_check_that_was_cancelled_accuses_nobody():
    assert seen(RED, excused=("test",)) == KeepWatching()
    assert seen(RED, excused=("test",), rerun=("test",)) == RunAgain(("test",))
    assert seen(RED, excused=("test",), rerun=("test",), at=LATE) == EndWatch(Outcome.UNKNOWN)
    both = CiRed(("lint", "test"))
    assert seen(both, excused=("test",)) == Revert(("lint",))


def test_a_check_that_will_not_run_again_is_asked_for_a_day_and_no_longer():
    assert seen(RED, rerun=("test",), at=LATE) == Revert(("test",))


def test_a_check_that_is_new_accuses_nobody():
    assert seen(CiRed(("audit",))) == EndWatch(Outcome.NOT_OURS)


def test_a_merge_on_which_ci_passes_is_fine():
    assert seen(GREEN) == EndWatch(Outcome.FINE)


@pytest.mark.parametrize("now", [CiPending(("test",)), CiAbsent()])
def test_ci_is_waited_for_a_day_and_no_longer(now):
    assert seen(now) == KeepWatching()
    assert seen(now, at=LATE) == EndWatch(Outcome.UNKNOWN)
