"""People and bots who pretend to a right: to command, to approve, to say that CI is green."""

from dataclasses import replace

import pytest

from bot.adapters.github.ci import check_of_run, check_of_status
from bot.adapters.github.readers import actor, comment_read, permission
from bot.adapters.github.record import Record
from bot.kernel.authority import (
    Actor,
    Authorised,
    Permission,
    Unauthorised,
    admission_unchanged,
    label_counts,
    may_command,
    pin,
)
from bot.kernel.ci import Check, CheckState, CiGreen, Required, ci_verdict
from bot.kernel.merge_gate import Approval, MergeHeld, MergePermit, MergePolicy, merge_gate
from bot.kernel.values import Kind, Risk
from bot.stages.github import Identity
from tests.kernel.test_merge_gate import HEAD, OTHER, READY, US

NOBODY = frozenset[int]()
ANN = Actor(7, "ann", is_bot=False)
OURS = Identity(app_id=1, user_id=99, login="evolve[bot]")


@pytest.mark.parametrize(
    ("who", "role"),
    [
        (ANN, None),
        (ANN, Permission.NONE),
        (ANN, Permission.READ),
        (ANN, Permission.TRIAGE),
        (ANN, Permission.parse("ADMIN")),
        (ANN, Permission.parse("admin ")),
        (ANN, Permission.parse("security_manager")),
        (Actor(8, "dependabot[bot]", is_bot=True), Permission.ADMIN),
        (Actor(99, "evolve[bot]", is_bot=True), Permission.ADMIN),
        (Actor(0, "ghost", is_bot=False), Permission.NONE),
    ],
)
def test_without_write_access_fetched_now_nobody_commands_or_labels(who, role):
    assert isinstance(may_command(who, role, NOBODY), Unauthorised)
    assert isinstance(label_counts(who, role, 99, 7, NOBODY), Unauthorised)


def test_a_bot_is_known_by_its_number_and_not_by_a_name_it_took():
    allowed = frozenset({41})
    impostor = Actor(42, "renovate[bot]", is_bot=True)
    assert isinstance(may_command(impostor, Permission.NONE, allowed), Unauthorised)
    assert isinstance(may_command(replace(impostor, id=41), Permission.NONE, allowed), Authorised)


def test_our_own_label_on_somebody_elses_issue_is_worth_nothing():
    us = Actor(99, "evolve[bot]", is_bot=True)
    assert isinstance(label_counts(us, Permission.ADMIN, 99, 7, frozenset({99})), Unauthorised)
    assert isinstance(label_counts(None, None, 99, 99, NOBODY), Unauthorised)


def test_an_account_that_took_a_renamed_login_gets_no_permission_of_its_predecessor():
    answer = Record({"role_name": "admin", "user": {"login": "ann-old", "id": 7}})
    assert permission(answer, "ann") is None


@pytest.mark.parametrize(
    "user",
    [None, {}, {"login": "ann"}, {"login": "ann", "id": "7"}, {"login": "ann", "id": True}],
)
def test_an_account_without_a_number_is_nobody(user):
    assert actor(Record({"user": user}).record("user")).id == 0


def test_an_edited_comment_is_told_from_a_fresh_one():
    comment = {
        "id": 1,
        "user": {"id": 7, "login": "ann"},
        "body": "/evolve",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    }
    assert not comment_read(Record(comment)).edited
    assert comment_read(Record(comment | {"updated_at": "2026-01-01T00:00:01Z"})).edited


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("ab", "c"),
        ("a", "bc "),
        ("a", "b\u200bc"),
        ("\u0430", "bc"),
        ("a", "bc<!-- run this -->"),
        ("", "abc"),
        ("a\n", "bc"),
    ],
    ids=ascii,
)
def test_no_edit_after_admission_goes_unseen(title, body):
    assert not admission_unchanged(pin("a", "bc"), title, body)


GOOD = Approval(ANN, Permission.WRITE, HEAD)


@pytest.mark.parametrize(
    "approval",
    [
        replace(GOOD, sha=OTHER),
        replace(GOOD, permission=None),
        replace(GOOD, permission=Permission.TRIAGE),
        replace(GOOD, actor=Actor(US, "evolve[bot]", is_bot=True)),
        replace(GOOD, actor=Actor(US, "evolve", is_bot=False)),
        replace(GOOD, actor=Actor(5, "approve[bot]", is_bot=True), permission=Permission.ADMIN),
    ],
    ids=["stale", "unknown", "triage", "own", "own unmasked", "another bot"],
)
@pytest.mark.parametrize(
    "needs",
    [
        {"risk": Risk.HIGH},
        {"risk": Risk.BREAKING},
        {"kind": Kind.DEPENDENCY},
        {"merge_policy": MergePolicy.HUMAN},
    ],
    ids=["high", "breaking", "dependency", "policy"],
)
def test_what_waits_for_a_person_is_merged_by_no_false_approval(approval, needs):
    assert isinstance(merge_gate(replace(READY, approvals=(approval,), **needs)), MergeHeld)
    assert isinstance(merge_gate(replace(READY, approvals=(GOOD,), **needs)), MergePermit)


GREEN = CheckState.SUCCESS
TEST_BY_ACTIONS = (Required("test", 15368),)


@pytest.mark.parametrize(
    "checks",
    [
        (),
        (Check("test", 1, GREEN),),
        (Check("test", None, GREEN),),
        (Check("test", 666, GREEN),),
        (Check("Test", 15368, GREEN),),
        (Check("test ", 15368, GREEN),),
        (Check("t\u0435st", 15368, GREEN),),
        (Check("lint", 15368, GREEN),),
        (Check("test", 15368, CheckState.SKIPPED),),
        (Check("test", 15368, CheckState.NEUTRAL),),
        (Check("test", 15368, CheckState.RUNNING), Check("test", 1, GREEN)),
        (Check("test", 15368, GREEN), Check("test", 666, CheckState.FAILURE)),
        (Check("test", 15368, GREEN), Check("other", None, CheckState.STALE)),
        (Check("test", 15368, CheckState.ACTION_REQUIRED),),
    ],
    ids=str,
)
def test_only_the_required_check_from_its_own_source_makes_it_green(checks):
    assert not isinstance(ci_verdict(checks, TEST_BY_ACTIONS, 1), CiGreen)


@pytest.mark.parametrize(
    "run",
    [
        {"status": "completed"},
        {"status": "completed", "conclusion": "SUCCESS"},
        {"status": "completed", "conclusion": "success "},
        {"status": "completed", "conclusion": "made_up"},
        {"status": "queued", "conclusion": "success"},
        {"status": "waiting", "conclusion": "success"},
        {"conclusion": "success"},
    ],
    ids=str,
)
def test_a_check_run_that_does_not_plainly_say_success_is_none(run):
    check = check_of_run(Record({"name": "test", "app": {"id": 15368}} | run))
    assert check.state is not GREEN


def test_a_status_that_we_posted_ourselves_counts_as_ours():
    told = {"context": "test", "state": "success", "creator": {"id": 99, "login": "x"}}
    check = check_of_status(Record(told), OURS, 15368)
    assert not isinstance(ci_verdict((check,), (), OURS.app_id), CiGreen)
