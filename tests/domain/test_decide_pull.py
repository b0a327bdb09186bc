"""What the bot does about its open pull request, fact by fact."""

from dataclasses import replace

import pytest

from bot.domain.actions import Action, AskHuman, GoOn, Merge, Obeyed, Reply, Rerun, Revise, Wait
from bot.domain.blame import Blame
from bot.domain.commands import Approve, Continue, Instruct, Retry
from bot.domain.decide import decide
from bot.domain.decide_pull import content_with
from bot.domain.facts import Mergeable, PullFacts, RedCheck
from bot.domain.revision import Came, Cause, Revision, Wanted
from bot.domain.task import TaskState
from bot.kernel.ci import CiPending, CiRed
from bot.kernel.merge_gate import Approval, MergePolicy, Permission
from bot.kernel.values import Usd
from tests.domain.deciding import (
    HEAD,
    LABELLED,
    NOON,
    OTHER,
    PUBLISHED,
    PULL,
    READY,
    WRITER,
    facts,
    told,
)

RED = replace(PULL, gate=replace(READY, ci=CiRed(("test",))))
OURS = RedCheck("test", Blame.CHANGE, may_rerun=True, red_on_base=False)
ASKED = replace(PULL, asked=("remark:1",), gate=replace(READY, merge_policy=MergePolicy.HUMAN))
HELD_FOR_CI = replace(READY, ci=CiPending(("test",)))


def about(pull: PullFacts) -> Action:
    return decide(facts(LABELLED, PUBLISHED, pull))


def after(pull: PullFacts, *revisions: Revision) -> Action:
    return about(replace(pull, revisions=revisions))


def revision(cause: Cause, came: Came, number: int = 1, head=HEAD, heard=()) -> Revision:
    return Revision(7, 1, number, Wanted(cause, head, heard), NOON, came, "so it went")


def red(*checks: RedCheck) -> PullFacts:
    return replace(RED, red=checks)


def reasons(action: Action) -> set[str]:
    assert isinstance(action, AskHuman), action
    return {reason.rule for reason in action.reasons}


def test_a_red_check_that_names_the_change_is_repaired():
    assert about(red(OURS)) == Revise(Wanted(Cause.REPAIR, HEAD))


def test_a_red_check_that_seems_to_be_nobodys_fault_runs_once_more_first():
    flaky = replace(OURS, blame=Blame.ELSEWHERE)
    assert about(red(flaky)) == Rerun(("test",))


def test_red_twice_is_repaired_whatever_it_printed():
    again = replace(OURS, blame=Blame.ELSEWHERE, may_rerun=False)
    assert about(red(again)) == Revise(Wanted(Cause.REPAIR, HEAD))


def test_a_machine_that_failed_twice_is_put_before_a_person_and_nothing_is_paid():
    machine = replace(OURS, blame=Blame.INFRASTRUCTURE, may_rerun=False)
    assert "infrastructure" in reasons(about(red(machine)))


def test_what_the_base_fails_too_is_not_repaired_here():
    assert "base-red" in reasons(about(red(replace(OURS, red_on_base=True))))


def test_ci_is_repaired_three_times_and_not_a_fourth():
    two = [revision(Cause.REPAIR, Came.PUSHED, n, head=OTHER) for n in (1, 2)]
    assert isinstance(after(red(OURS), *two), Revise)
    three = [*two, revision(Cause.REPAIR, Came.FAILED, 3, head=OTHER)]
    assert "repairs" in reasons(after(red(OURS), *three))


def test_what_was_dropped_counts_as_never_tried():
    dropped = [revision(Cause.REPAIR, Came.DROPPED, n) for n in (1, 2, 3)]
    assert isinstance(after(red(OURS), *dropped), Revise)


def test_a_repair_that_failed_is_not_tried_again_on_the_same_head_and_its_reason_is_told():
    action = after(red(OURS), revision(Cause.REPAIR, Came.FAILED))
    assert {"repair-failed", "ci-red"} <= reasons(action)
    assert isinstance(action, AskHuman)
    assert action.reasons[0].detail == "so it went"


def test_people_are_answered_before_ci_is_waited_for():
    assert about(replace(ASKED, gate=HELD_FOR_CI)) == Revise(
        Wanted(Cause.ANSWER, HEAD, ("remark:1",))
    )


def test_an_open_question_holds_a_merge_that_the_bot_may_make_by_itself():
    assert isinstance(about(replace(PULL, asked=("remark:1",))), Revise)


def test_an_approval_of_this_head_does_not_silence_what_somebody_else_asked():
    approved = (Approval(WRITER, Permission.WRITE, HEAD),)
    pull = replace(PULL, asked=("remark:1",), gate=replace(READY, approvals=approved))
    assert about(pull) == Revise(Wanted(Cause.ANSWER, HEAD, ("remark:1",)))


def test_an_approval_lets_merge_what_the_bot_may_not_answer_any_more():
    ten = [revision(Cause.ANSWER, Came.PUSHED, n, OTHER, (f"remark:{n}",)) for n in range(10, 20)]
    approved = (Approval(WRITER, Permission.WRITE, HEAD),)
    pull = replace(PULL, asked=("remark:1",), gate=replace(READY, approvals=approved))
    assert isinstance(after(pull, *ten), Merge)


@pytest.mark.parametrize("permission", [None, Permission.READ])
def test_nobody_without_write_access_is_content_for_others(permission):
    assert content_with(replace(READY, approvals=(Approval(WRITER, permission, HEAD),))) == set()


def test_only_who_approved_this_very_head_is_content_with_it():
    of_another = Approval(WRITER, Permission.WRITE, OTHER)
    by_a_bot = Approval(replace(WRITER, is_bot=True), Permission.WRITE, HEAD)
    by_the_author = Approval(WRITER, Permission.WRITE, HEAD)
    assert content_with(replace(READY, approvals=(of_another, by_a_bot))) == set()
    assert content_with(replace(READY, approvals=(by_the_author,), author_id=WRITER.id)) == set()
    assert content_with(replace(READY, approvals=(by_the_author,))) == {WRITER.id}


def test_what_somebody_else_pushed_is_proven_before_anything_else():
    pushed = replace(ASKED, gate=replace(READY, head=OTHER))
    assert about(pushed) == Revise(Wanted(Cause.ADOPT, OTHER))


def test_what_somebody_else_pushed_and_does_not_hold_waits_for_a_person():
    pushed = replace(PULL, gate=replace(READY, head=OTHER))
    action = after(pushed, revision(Cause.ADOPT, Came.FAILED, head=OTHER))
    assert {"adopt-failed", "untested-head"} <= reasons(action)


def test_people_may_ask_to_have_mended_what_somebody_pushed_and_does_not_hold():
    pushed = replace(ASKED, gate=replace(READY, head=OTHER))
    action = after(pushed, revision(Cause.ADOPT, Came.FAILED, head=OTHER))
    assert action == Revise(Wanted(Cause.ANSWER, OTHER, ("remark:1",)))


@pytest.mark.parametrize("came", [Came.FAILED, Came.OVER_BUDGET, Came.UNCHANGED])
def test_what_people_asked_for_in_vain_holds_a_merge_that_nobody_approved(came):
    in_vain = revision(Cause.ANSWER, came, heard=("remark:1",))
    assert "not-done" in reasons(after(PULL, in_vain))
    later = replace(in_vain, wanted=replace(in_vain.wanted, head=OTHER))
    assert "not-done" in reasons(after(PULL, later)), "another head does not make it done"
    content = (Approval(WRITER, Permission.WRITE, HEAD),)
    assert isinstance(after(replace(PULL, gate=replace(READY, approvals=content)), in_vain), Merge)


def test_a_question_that_the_bot_may_not_answer_any_more_holds_the_merge():
    ten = [revision(Cause.ANSWER, Came.PUSHED, n, OTHER, (f"remark:{n}",)) for n in range(10, 20)]
    pull = replace(PULL, asked=("remark:1",))
    assert isinstance(after(pull, *ten[1:]), Revise)
    assert reasons(after(pull, *ten)) == {"unanswered"}
    broken = replace(pull, gate=RED.gate, red=(OURS,))
    assert after(broken, *ten) == Revise(Wanted(Cause.REPAIR, HEAD)), "CI is repaired all the same"


def test_on_another_base_nothing_is_worked_on_because_its_policy_is_nobodys():
    for pull in (ASKED, red(OURS), replace(PULL, mergeable=Mergeable.CONFLICT)):
        elsewhere = replace(pull, gate=replace(pull.gate, base_is_default=False))
        assert "base" in reasons(about(elsewhere))


def test_a_revision_that_is_dropped_again_and_again_is_put_before_a_person():
    dropped = [revision(Cause.REPAIR, Came.DROPPED, n) for n in range(1, 21)]
    assert isinstance(after(red(OURS), *dropped[1:]), Revise)
    assert "dropped" in reasons(after(red(OURS), *dropped))


def test_a_conflict_with_the_base_is_resolved():
    pull = replace(PULL, mergeable=Mergeable.CONFLICT, gate=HELD_FOR_CI)
    assert about(pull) == Revise(Wanted(Cause.REBASE, HEAD))


def test_a_branch_with_somebody_elses_commits_is_not_rewritten():
    pull = replace(PULL, mergeable=Mergeable.CONFLICT, gate=HELD_FOR_CI)
    action = after(pull, revision(Cause.ADOPT, Came.UNCHANGED))
    assert "conflict" in reasons(action)


def test_a_branch_that_must_be_up_to_date_is_brought_there_when_all_else_allows_the_merge():
    behind = replace(PULL, mergeable=Mergeable.BEHIND)
    assert about(behind) == Revise(Wanted(Cause.REBASE, HEAD))
    assert isinstance(about(replace(behind, gate=HELD_FOR_CI)), Wait)


def test_while_a_revision_is_under_way_nothing_else_is_begun():
    revising = replace(PUBLISHED, state=TaskState.REVISING)
    assert isinstance(decide(facts(LABELLED, revising, red(OURS))), Wait)


def test_a_revision_over_budget_goes_on_with_more_money():
    over = revision(Cause.REPAIR, Came.OVER_BUDGET)
    issue = told(Continue(Usd.of("1")), issue=LABELLED)
    pull = replace(red(OURS), revisions=(over,))
    assert decide(facts(issue, PUBLISHED, pull)) == GoOn(41, over, Usd.of("1"))


def test_a_revision_that_failed_is_tried_again_when_somebody_says_so():
    failed = revision(Cause.REPAIR, Came.FAILED)
    pull = replace(red(OURS), revisions=(failed,))
    issue = told(Retry(), issue=LABELLED)
    assert decide(facts(issue, PUBLISHED, pull)) == GoOn(41, failed, Usd())
    assert isinstance(decide(facts(issue, PUBLISHED, red(OURS))), Reply)


def test_an_approval_in_words_counts_only_with_the_commit():
    for sha in (HEAD, HEAD[:12]):
        named = told(Approve(sha), issue=LABELLED)
        assert decide(facts(named, PUBLISHED, PULL)) == Obeyed(41)
    for sha in ("", OTHER, OTHER[:12], HEAD[:11], HEAD[:7]):
        action = decide(facts(told(Approve(sha), issue=LABELLED), PUBLISHED, PULL))
        assert isinstance(action, Reply)
        assert HEAD[:12] in action.line


def test_an_instruction_without_an_open_pull_request_is_answered():
    assert isinstance(decide(facts(told(Instruct("do it")))), Reply)
