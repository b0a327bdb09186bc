"""What becomes of a task that is under way, and of its pull request: each rule as a sentence."""

from dataclasses import replace

import pytest

from bot.domain.actions import (
    Admit,
    AskHuman,
    Conclude,
    Disown,
    Ignore,
    Merge,
    RejectPolicy,
    Remember,
    Wait,
)
from bot.domain.commands import Retry
from bot.domain.decide import decide
from bot.domain.decide_pull import NO_CHECKS
from bot.domain.facts import Gone, IssueState, PullState, Reason
from bot.domain.task import Ending, Task
from bot.kernel.ci import CiAbsent, CiPending, CiRed
from bot.kernel.merge_gate import (
    MergePolicy,
)
from bot.kernel.patch_gate import PatchRefused
from bot.kernel.proof import Strength
from bot.kernel.values import Breach, Risk
from tests.domain.deciding import (
    BROKEN,
    HEAD,
    ISSUE,
    LABELLED,
    MERGE_SHA,
    PUBLISHED,
    PULL,
    READY,
    UNDER_WAY,
    WRITER,
    ended,
    facts,
    told,
)

WHY = Reason(5, WRITER, "Too slow.")

# A task between admission and its pull request.


@pytest.mark.parametrize("task", UNDER_WAY)
def test_a_task_under_way_is_waited_for(task: Task):
    assert decide(facts(LABELLED, task)) == Wait(task.state)


@pytest.mark.parametrize("task", [*UNDER_WAY, PUBLISHED])
@pytest.mark.parametrize("edit", [{"title": "another"}, {"body": "another"}])
def test_an_edited_text_ends_the_task_and_asks_for_a_new_admission(task: Task, edit):
    action = decide(facts(replace(LABELLED, **edit), task, PULL))
    assert isinstance(action, Conclude)
    assert action.ending is Ending.STOPPED
    assert "changed after it was admitted" in action.reason


@pytest.mark.parametrize("task", [*UNDER_WAY, PUBLISHED])
def test_a_closed_issue_ends_the_task(task: Task):
    action = decide(facts(replace(LABELLED, state=IssueState.CLOSED), task, PULL))
    assert isinstance(action, Conclude)
    assert action.ending is Ending.STOPPED


@pytest.mark.parametrize("task", [*UNDER_WAY, PUBLISHED])
def test_a_deleted_issue_ends_the_task(task: Task):
    action = decide(facts(Gone(), task))
    assert isinstance(action, Conclude)
    assert action.ending is Ending.STOPPED


@pytest.mark.parametrize("task", [None, *map(ended, Ending)])
def test_a_deleted_issue_without_work_is_ignored(task):
    assert isinstance(decide(facts(Gone(), task)), Ignore)


# The pull request.


def test_what_the_gate_permits_is_merged_at_exactly_that_commit():
    action = decide(facts(LABELLED, PUBLISHED, PULL))
    assert isinstance(action, Merge)
    assert (action.pull, action.permit.sha) == (13, HEAD)


@pytest.mark.parametrize(
    ("ci", "told"),
    [(CiPending(("test",)), "waiting for CI: test"), (CiAbsent(), NO_CHECKS)],
)
def test_ci_is_waited_for_and_people_are_told_what_for(ci, told):
    pull = replace(PULL, gate=replace(READY, ci=ci))
    assert decide(facts(LABELLED, PUBLISHED, pull)) == Wait(told)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"ci": CiRed(("test",))}, "ci-red"),
        ({"merge_policy": MergePolicy.HUMAN}, "policy-human"),
        ({"risk": Risk.HIGH}, "risk"),
        ({"patch": PatchRefused((Breach("secret", "x"),))}, "patch"),
        ({"paused": True}, "paused"),
        ({"strength": Strength.EXIT_ONLY}, "weak-proof"),
    ],
)
def test_what_the_gate_holds_back_is_put_before_a_person_with_the_reason(change, rule: str):
    pull = replace(PULL, gate=replace(READY, **change))
    action = decide(facts(LABELLED, PUBLISHED, pull))
    assert isinstance(action, AskHuman)
    assert rule in {reason.rule for reason in action.reasons}


def test_a_merged_pull_request_ends_the_task_as_merged_even_after_an_edit():
    pull = replace(PULL, state=PullState.MERGED, merge_sha=MERGE_SHA)
    issue = replace(LABELLED, state=IssueState.CLOSED, title="another")
    action = decide(facts(issue, PUBLISHED, pull))
    assert isinstance(action, Conclude)
    assert action.ending is Ending.MERGED
    assert MERGE_SHA in action.reason


def test_a_pull_request_closed_by_hand_ends_the_task():
    action = decide(facts(LABELLED, PUBLISHED, replace(PULL, state=PullState.CLOSED)))
    assert isinstance(action, Conclude)
    assert action.ending is Ending.STOPPED


def test_a_pull_request_that_is_gone_ends_the_task():
    action = decide(facts(LABELLED, PUBLISHED))
    assert isinstance(action, Conclude)
    assert action.ending is Ending.FAILED


def test_a_bad_policy_holds_an_open_pull_request_and_says_so():
    assert decide(facts(LABELLED, PUBLISHED, PULL, BROKEN)) == RejectPolicy(BROKEN)


def test_a_merge_is_seen_also_under_a_bad_policy():
    pull = replace(PULL, state=PullState.MERGED, merge_sha=MERGE_SHA)
    action = decide(facts(LABELLED, PUBLISHED, pull, BROKEN))
    assert isinstance(action, Conclude)
    assert action.ending is Ending.MERGED


def test_a_pull_request_opened_again_after_the_end_is_disowned_unless_work_is_under_way():
    there = replace(facts(ISSUE, ended(Ending.STOPPED)), reopened=13)
    assert decide(there) == Disown(13)
    assert decide(replace(there, reasons=(WHY,))) == Remember(WHY)
    for task in UNDER_WAY:
        assert isinstance(decide(replace(there, issue=LABELLED, task=task)), Wait)
    assert isinstance(decide(replace(there, issue=told(Retry()))), Admit)
