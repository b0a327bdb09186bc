"""Silence is never consent."""

from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.ci import (
    Check,
    CheckState,
    CiAbsent,
    CiGreen,
    CiPending,
    CiRed,
    Required,
    ci_verdict,
)

US, ACTIONS, OTHER = 1, 2, 3
PASSED = CheckState.SUCCESS
checks = st.builds(
    Check,
    st.sampled_from(["test", "lint", "evolve"]),
    st.sampled_from([US, ACTIONS, OTHER, None]),
    st.sampled_from(CheckState),
)
required = st.builds(
    Required, st.sampled_from(["test", "lint"]), st.sampled_from([None, US, ACTIONS])
)


def verdict(*found, needs=()):
    return ci_verdict(found, needs, US)


def test_no_checks_at_all_is_not_green():
    assert verdict() == CiAbsent()


def test_a_passing_check_is_green_where_none_is_required():
    assert verdict(Check("test", ACTIONS, PASSED)) == CiGreen(("test",), ())
    assert verdict(Check("ci/old-status", None, PASSED)) == CiGreen(("ci/old-status",), ())


def test_our_own_check_never_counts():
    assert verdict(Check("evolve", US, PASSED)) == CiAbsent()
    own_failure = Check("evolve", US, CheckState.FAILURE)
    assert verdict(own_failure, Check("test", ACTIONS, PASSED)) == CiGreen(("test",), ())
    assert verdict(Check("test", US, PASSED), needs=(Required("test"),)) == CiPending(("test",))


def test_a_required_check_counts_only_from_its_expected_source():
    needs = (Required("test", ACTIONS),)
    assert verdict(Check("test", OTHER, PASSED), needs=needs) == CiPending(("test",))
    assert verdict(Check("test", None, PASSED), needs=needs) == CiPending(("test",))
    assert verdict(Check("test", ACTIONS, PASSED), needs=needs) == CiGreen(("test",), ("test",))


def test_a_required_check_that_has_not_reported_is_pending():
    found = verdict(Check("lint", ACTIONS, PASSED), needs=(Required("test"),))
    assert found == CiPending(("test",))


def test_skipped_and_neutral_checks_neither_fail_nor_pass():
    for state in (CheckState.SKIPPED, CheckState.NEUTRAL):
        assert verdict(Check("test", ACTIONS, state)) == CiAbsent()
        assert verdict(Check("test", ACTIONS, state), needs=(Required("test"),)) == CiAbsent()
        passing = Check("lint", ACTIONS, PASSED)
        assert verdict(Check("test", ACTIONS, state), passing) == CiGreen(("lint",), ())


def test_one_failure_makes_it_red_even_while_others_run():
    running = Check("lint", ACTIONS, CheckState.RUNNING)
    failed = Check("test", ACTIONS, CheckState.TIMED_OUT)
    assert verdict(running, failed) == CiRed(("test",))


@given(st.lists(checks, max_size=6).map(tuple), st.lists(required, max_size=3).map(tuple))
def test_green_means_that_a_foreign_check_passed_and_none_failed_or_is_pending(found, needs):
    foreign = [check for check in found if check.app_id != US]
    harmless = {PASSED, CheckState.NEUTRAL, CheckState.SKIPPED}
    if isinstance(ci_verdict(found, needs, US), CiGreen):
        assert any(check.state is PASSED for check in foreign)
        assert all(check.state in harmless for check in foreign)
        for one in needs:
            assert one.app_id == US or any(one.met_by(check) for check in foreign)


@given(st.lists(checks, max_size=6).map(tuple), checks)
def test_our_own_checks_change_nothing(found, extra):
    own = Check(extra.name, US, extra.state)
    assert ci_verdict((*found, own), (), US) == ci_verdict(found, (), US)
