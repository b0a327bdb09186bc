"""What a suite says about code that was broken on purpose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.broken import kills, runs_it
from bot.kernel.proof import CouldNotRun, ExitOnly, Outcome, Ran, TestId

P, F, E, S = Outcome.PASSED, Outcome.FAILED, Outcome.ERROR, Outcome.SKIPPED
A = TestId("a")


def ran(exit_code=None, **results):
    found = {TestId(name): outcome for name, outcome in results.items()}
    code = int(any(outcome in (F, E) for outcome in results.values()))
    return Ran(found, code if exit_code is None else exit_code)


@pytest.mark.parametrize("broken", [ran(a=F, b=P), ran(a=E), ran(module=E)])
def test_a_place_is_run_when_breaking_it_breaks_a_test(broken):
    assert runs_it((ran(a=P, b=P), ran(a=P, b=P)), broken)


@pytest.mark.parametrize(
    "broken",
    [
        ran(a=P, b=P),
        ran(a=S, b=P),
        ran(b=P),
        ran(a=P, b=P, new=F),
        ran(a=F, exit_code=137),
        Ran({}, 1),
        ExitOnly(1),
        CouldNotRun("killed"),
    ],
)
def test_what_fails_no_test_that_passed_before_runs_nothing(broken):
    assert not runs_it((ran(a=P, b=P), ran(a=P, b=P)), broken)


@pytest.mark.parametrize("twin", [ran(a=F, b=P), ran(b=P), ExitOnly(0), CouldNotRun("no disk")])
def test_a_test_that_fails_by_itself_or_at_any_touch_says_nothing(twin):
    assert not runs_it((ran(a=P, b=P), twin), ran(a=F, b=P))


def test_exit_codes_are_enough_when_the_twin_passes():
    assert runs_it((ExitOnly(0), ExitOnly(0)), ExitOnly(101))
    assert not runs_it((ExitOnly(0), ExitOnly(1)), ExitOnly(101))
    assert not runs_it((ExitOnly(0), ExitOnly(0)), ExitOnly(0))
    assert not runs_it((ExitOnly(0), ExitOnly(0)), ExitOnly(137))
    assert not runs_it((ExitOnly(0), ran(a=P)), ExitOnly(1))


def test_a_mutant_is_killed_by_the_new_tests_alone():
    assert kills(frozenset({A}), ran(a=F, b=P)) is True
    assert kills(frozenset({A}), ran(a=P, b=F)) is False


@pytest.mark.parametrize(
    "mutant", [ran(b=F), ran(module=E), ran(a=F, exit_code=137), ExitOnly(1), CouldNotRun("late")]
)
def test_a_mutant_that_does_not_build_is_neither_dead_nor_alive(mutant):
    assert kills(frozenset({A}), mutant) is None


def test_without_new_tests_nothing_can_be_told():
    assert kills(frozenset(), ran(b=F)) is None


runs = st.builds(
    Ran,
    st.dictionaries(st.sampled_from("abc").map(TestId), st.sampled_from(Outcome)),
    st.sampled_from([0, 1, 137]),
)


@given(st.lists(runs, min_size=1, max_size=3), runs)
def test_a_place_counts_only_for_a_steady_test_in_readable_runs(twins, broken):
    if runs_it(tuple(twins), broken):
        assert all(run.readable() for run in (*twins, broken))
        steady = {t for t in twins[0].results if all(run.results.get(t) is P for run in twins)}
        assert any(broken.results.get(test, E) in (F, E) for test in steady)
