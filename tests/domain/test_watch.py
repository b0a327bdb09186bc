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


def seen(now, before=GREEN, rerun=(), at=SOON):
    return judge(WatchFacts(WATCH, now, before, rerun, at))


def test_a_check_that_was_green_before_and_is_red_now_accuses_the_merge():
    assert seen(RED) == Revert(("test",))


def test_it_is_run_once_more_first_where_that_is_possible():
    assert seen(RED, rerun=("test", "other")) == RunAgain(("test",))


@pytest.mark.parametrize("before", [CiRed(("test",)), CiAbsent(), CiPending(("test",))])
def test_a_check_that_was_not_green_before_accuses_nobody(before):
    assert seen(RED, before) == EndWatch(Outcome.NOT_OURS)


def test_a_check_that_is_new_accuses_nobody():
    assert seen(CiRed(("audit",))) == EndWatch(Outcome.NOT_OURS)


def test_a_merge_on_which_ci_passes_is_fine():
    assert seen(GREEN) == EndWatch(Outcome.FINE)


@pytest.mark.parametrize("now", [CiPending(("test",)), CiAbsent()])
def test_ci_is_waited_for_a_day_and_no_longer(now):
    assert seen(now) == KeepWatching()
    assert seen(now, at=LATE) == EndWatch(Outcome.UNKNOWN)
