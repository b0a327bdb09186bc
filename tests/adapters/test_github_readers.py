"""GitHub's JSON to our types: what is missing, null or new breaks nothing and grants nothing."""

from datetime import UTC, datetime

import pytest

from bot.adapters.github import ci, demands, readers
from bot.adapters.github.doctor import Level, lacking_events, lacking_permissions
from bot.adapters.github.record import Record, Unreadable
from bot.kernel.authority import Actor, Permission
from bot.kernel.ci import Check, CheckState, Required
from bot.stages.github import Identity, PullState

OURS = Identity(app_id=5, user_id=9, login="evolve-bot[bot]")
PULL = {
    "number": 3,
    "state": "open",
    "head": {"sha": "a" * 40, "ref": "evolve/1-1", "repo": {"full_name": "octo/hello"}},
    "base": {"ref": "main"},
    "merge_commit_sha": "b" * 40,
    "created_at": "2026-01-01T00:00:00Z",
}


def test_a_deleted_account_is_the_ghost_and_nobody():
    assert readers.actor(None) == readers.actor(Record({"login": "x"})) == readers.GHOST
    assert readers.GHOST.id == 0


def test_a_bot_is_known_by_its_type_and_not_by_its_name():
    assert readers.actor(Record({"id": 1, "login": "a[bot]", "type": "User"})).is_bot is False
    assert readers.actor(Record({"id": 1, "login": "a", "type": "Bot"})).is_bot is True


def test_an_issue_without_a_body_has_an_empty_one():
    issue = readers.issue_read(Record({"number": 1, "title": "t", "body": None, "state": "open"}))
    assert (issue.body, issue.votes, issue.labels, issue.is_pull) == ("", 0, frozenset(), False)


def test_labels_may_be_names_or_objects():
    assert readers.labels(Record({"labels": ["a", {"name": "b"}, {"name": None}, 3]})) == {"a", "b"}


def test_an_issue_without_a_number_is_no_issue():
    with pytest.raises(Unreadable, match="no number"):
        readers.issue_read(Record({"title": "t"}))


def test_votes_are_thumbs_up():
    issue = readers.issue_read(Record({"number": 1, "reactions": {"+1": 4, "-1": 9}}))
    assert issue.votes == 4


@pytest.mark.parametrize(
    ("members", "state", "merge_sha"),
    [
        ({}, PullState.OPEN, None),
        ({"state": "closed"}, PullState.CLOSED, None),
        ({"state": "closed", "merged": True}, PullState.MERGED, "b" * 40),
        ({"state": "closed", "merged_at": "2026-01-01T00:00:00Z"}, PullState.MERGED, "b" * 40),
        ({"state": "closed", "merged_at": None, "merged": False}, PullState.CLOSED, None),
    ],
)
def test_a_merge_commit_counts_only_after_the_merge(members, state, merge_sha):
    pull = readers.pull_read(Record(PULL | members))
    assert (pull.state, pull.merge_sha) == (state, merge_sha)


def test_a_pull_request_whose_fork_was_deleted_is_from_nowhere():
    pull = readers.pull_read(Record(PULL | {"head": PULL["head"] | {"repo": None}}))
    assert pull.head_repo == ""


def test_a_comment_is_edited_when_it_was_changed_later():
    times = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
    as_written = readers.comment_read(Record({"id": 1, **times}))
    changed = readers.comment_read(Record({"id": 1, **times, "updated_at": "2026-01-02T00:00:00Z"}))
    assert (as_written.edited, changed.edited) == (False, True)
    assert as_written.at == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_label_event_without_an_actor_has_none():
    event = {"event": "labeled", "label": {"name": "go"}, "created_at": "2026-01-01T00:00:00Z"}
    read = readers.label_event(Record(event | {"actor": None}))
    assert read is not None
    assert read.actor is None
    assert readers.label_event(Record(event | {"event": "unlabeled"})) is None


@pytest.mark.parametrize(
    ("role", "base", "expected"),
    [
        ("maintain", "write", Permission.MAINTAIN),
        ("triage", "read", Permission.TRIAGE),
        ("release-captain", "write", Permission.WRITE),
        ("release-captain", "owner-of-everything", Permission.NONE),
        ("", "admin", Permission.ADMIN),
    ],
)
def test_a_custom_role_is_worth_what_it_extends(role, base, expected):
    record = Record({"role_name": role, "permission": base, "user": {"login": "Ada"}})
    assert readers.permission(record, "ada") is expected


def test_the_permission_of_somebody_else_is_not_ours_to_use():
    record = Record({"role_name": "admin", "permission": "admin", "user": {"login": "grace"}})
    assert readers.permission(record, "ada") is None


@pytest.mark.parametrize(
    ("status", "conclusion", "state"),
    [
        ("completed", "success", CheckState.SUCCESS),
        ("completed", "startup_failure", CheckState.FAILURE),
        ("completed", "a_word_of_tomorrow", CheckState.FAILURE),
        ("completed", None, CheckState.FAILURE),
        ("in_progress", None, CheckState.RUNNING),
        ("waiting", None, CheckState.QUEUED),
        ("queued", "success", CheckState.QUEUED),
    ],
)
def test_a_check_run_is_green_only_when_it_says_so(status, conclusion, state):
    run = {"name": "ci", "status": status, "conclusion": conclusion, "app": {"id": 15368}}
    assert ci.check_of_run(Record(run)) == Check("ci", 15368, state)


@pytest.mark.parametrize(
    ("state", "expected"),
    [("success", "success"), ("pending", "running"), ("error", "failure"), ("odd", "failure")],
)
def test_a_status_is_its_apps_a_persons_or_our_own(state, expected):
    status = {"context": "lint", "state": state}
    persons = ci.check_of_status(Record(status | {"creator": {"id": 1}}), OURS, None)
    an_apps = ci.check_of_status(Record(status | {"creator": {"id": 2}}), OURS, 7)
    mine = ci.check_of_status(Record(status | {"creator": {"id": 9}}), OURS, None)
    assert persons == Check("lint", None, CheckState(expected))
    assert an_apps == Check("lint", 7, CheckState(expected))
    assert mine.app_id == OURS.app_id


def test_required_checks_of_a_protection_name_their_source():
    checks = [{"context": "a", "app_id": 7}, {"context": "b", "app_id": -1}, {"context": "c"}]
    inner = {"required_status_checks": {"checks": checks, "contexts": ["a", "b", "c", "old"]}}
    expected = (Required("a", 7), Required("b"), Required("c"), Required("old"))
    assert demands.required_of_protection(Record(inner)) == expected
    assert demands.required_of_protection(Record({"protection": inner})) == expected
    assert demands.required_of_protection(Record({"protection": {"enabled": False}})) == ()


def test_required_checks_of_a_ruleset_name_their_source():
    needed = [{"context": "a", "integration_id": 7}, {"context": "b"}]
    rule = {"type": "required_status_checks", "parameters": {"required_status_checks": needed}}
    assert demands.required_of_rule(Record(rule)) == (Required("a", 7), Required("b"))
    assert demands.required_of_rule(Record({"type": "deletion"})) == ()


def test_numbers_and_flags_are_not_taken_for_each_other():
    record = Record({"n": True, "f": 1, "t": 3})
    assert (record.number("n"), record.flag("f"), record.text("t")) == (None, False, "")


def test_the_doctor_names_each_missing_permission_and_event():
    app = Record({"permissions": {"contents": "read", "issues": "write"}, "events": ["issues"]})
    (permissions,) = lacking_permissions(app, "the App", "https://h/apps/x")
    (events,) = lacking_events(app)
    assert permissions.level is Level.FAULT
    assert "contents: write" in permissions.what
    assert "issues" not in permissions.what
    assert "https://h/apps/x" in permissions.mend
    assert events.level is Level.WARNING
    assert "check_run" in events.what


def test_an_actor_is_read_whole():
    assert readers.actor(Record({"id": 4, "login": "ada", "type": "User"})) == Actor(
        4, "ada", False
    )
