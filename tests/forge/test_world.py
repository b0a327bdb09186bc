"""The world itself: verbs change the state and say so, silently when told."""

import json

import pytest

from forge.world.comments import comment, delete_comment
from forge.world.entities import (
    Closed,
    Commented,
    CrossReferenced,
    Labeled,
    Reopened,
    Role,
    StateReason,
)
from forge.world.issues import close_issue, edit_issue, open_issue, reopen_issue
from forge.world.labels import add_label
from forge.world.people import create_user, set_permission
from tests.forge.client import Scene


def test_issues_count_from_one_and_share_their_numbers(scene: Scene) -> None:
    first = open_issue(scene.world, scene.ada, scene.repo, "one")
    second = open_issue(scene.world, scene.eve, scene.repo, "two")
    assert (first.number, second.number) == (1, 2)


def test_a_login_is_taken_without_regard_to_case(scene: Scene) -> None:
    with pytest.raises(ValueError, match="taken"):
        create_user(scene.world, "ADA")


def test_a_label_that_does_not_exist_is_made_by_putting_it_on(scene: Scene) -> None:
    issue = open_issue(scene.world, scene.ada, scene.repo, "x")
    add_label(scene.world, scene.bob, issue, "self-proposed")
    assert scene.repo.labels["self-proposed"].color == "ededed"
    last = issue.timeline[-1]
    assert isinstance(last, Labeled)
    assert last.actor is scene.bob


def test_putting_a_label_on_twice_is_one_event(scene: Scene) -> None:
    issue = open_issue(scene.world, scene.ada, scene.repo, "x")
    add_label(scene.world, scene.bob, issue, "bug")
    add_label(scene.world, scene.bob, issue, "BUG")
    assert len(issue.labels) == 1
    assert len(issue.timeline) == 1


def test_the_timeline_tells_closing_and_reopening_with_the_reason(scene: Scene) -> None:
    issue = open_issue(scene.world, scene.ada, scene.repo, "x")
    close_issue(scene.world, scene.bob, issue, StateReason.NOT_PLANNED)
    reopen_issue(scene.world, scene.ada, issue)
    closed, reopened = issue.timeline
    assert isinstance(closed, Closed)
    assert closed.reason is StateReason.NOT_PLANNED
    assert isinstance(reopened, Reopened)
    assert issue.state_reason is StateReason.REOPENED


def test_a_mention_is_a_cross_reference_once(scene: Scene) -> None:
    target = open_issue(scene.world, scene.ada, scene.repo, "target")
    source = open_issue(scene.world, scene.bob, scene.repo, "source", "see #1 and #1, not #99")
    comment(scene.world, scene.bob, source, f"again {scene.repo.full_name}#1")
    (event,) = target.timeline
    assert isinstance(event, CrossReferenced)
    assert event.source is source


def test_a_deleted_comment_leaves_the_timeline(scene: Scene) -> None:
    issue = open_issue(scene.world, scene.ada, scene.repo, "x")
    written = comment(scene.world, scene.bob, issue, "hello")
    assert isinstance(issue.timeline[0], Commented)
    delete_comment(scene.world, scene.bob, written)
    assert issue.timeline == []


def test_roles_are_the_owner_the_collaborators_and_the_public(scene: Scene) -> None:
    world, repo = scene.world, scene.repo
    assert world.role(repo, scene.ada) is Role.ADMIN
    assert world.role(repo, scene.bob) is Role.WRITE
    assert world.role(repo, scene.eve) is Role.READ
    repo.private = True
    assert world.role(repo, scene.eve) is Role.NONE
    set_permission(world, repo, scene.bob, Role.NONE)
    assert world.role(repo, scene.bob) is Role.NONE


def test_the_world_changes_silently_when_told(scene: Scene) -> None:
    with scene.world.silently():
        issue = open_issue(scene.world, scene.ada, scene.repo, "x")
    edit_issue(scene.world, scene.ada, issue, title="y")
    assert scene.forge.wait_idle()
    assert [json.loads(one.body)["action"] for one in scene.receiver.got] == ["edited"]


def test_in_process_listeners_hear_even_of_silent_changes(scene: Scene) -> None:
    heard: list[tuple[str, str | None]] = []
    scene.world.on_event.append(lambda event, action, repo, payload: heard.append((event, action)))
    with scene.world.silently():
        open_issue(scene.world, scene.ada, scene.repo, "x")
    assert heard == [("issues", "opened")]
