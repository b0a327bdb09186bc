"""Opening, reading, changing and reviewing pull requests."""

import json

import pytest

from forge.world.entities import Level, Pull
from forge.world.pulls import open_pull
from forge.world.pushes import delete_branch, push_commit_as
from forge.world.reviews import approve, line_comment, request_changes
from tests.forge.client import Scene

TEXT = "".join(f"line {number}\n" for number in range(1, 31))


@pytest.fixture
def pull(scene: Scene) -> Pull:
    """bob's pull request: line 10 of a file changed, a file added."""
    push_commit_as(scene.world, scene.ada, scene.repo, "main", {"text": TEXT}, "text")
    changed = TEXT.replace("line 10\n", "line ten\n")
    files = {"text": changed, "new.py": "a = 1\nb = 2\n"}
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", files, "topic\n\nwhy")
    return open_pull(scene.world, scene.bob, scene.repo, "topic", "main", "Topic", "Closes #9")


def events(scene: Scene, event: str) -> list[dict]:
    assert scene.forge.wait_idle()
    return [json.loads(got.body) for got in scene.receiver.got if got.event == event]


def opened(scene: Scene, **fields: object):
    body = {"head": "topic", "base": "main", "title": "Topic"} | fields
    return scene.send("POST", scene.in_repo("/pulls"), body)


def test_an_app_opens_a_pull_request_and_reads_it_back(scene: Scene):
    sha = push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"a": "1\n"}, "a")
    answer = opened(scene, body="why")
    assert answer.status_code == 201
    read = scene.get(scene.in_repo(f"/pulls/{answer.json()['number']}")).json()
    assert read["head"] | {"repo": None, "user": None} == {
        "label": "ada:topic",
        "ref": "topic",
        "sha": sha,
        "repo": None,
        "user": None,
    }
    assert (read["mergeable"], read["mergeable_state"], read["merged"]) == (True, "clean", False)
    assert (read["additions"], read["deletions"], read["changed_files"], read["commits"]) == (
        1,
        0,
        1,
        1,
    )
    assert read["user"]["login"] == "helper[bot]"
    (event,) = events(scene, "pull_request")
    assert (event["action"], event["pull_request"]["head"]["sha"]) == ("opened", sha)
    assert event["installation"]["id"] == scene.installation.id


def test_a_second_pull_request_between_the_same_branches_gets_422(scene: Scene, pull: Pull):
    answer = opened(scene)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {
            "resource": "PullRequest",
            "code": "custom",
            "message": "A pull request already exists for ada:topic.",
        }
    ]


def test_a_head_without_commits_of_its_own_gets_422(scene: Scene):
    scene.send(
        "POST",
        scene.in_repo("/git/refs"),
        {"ref": "refs/heads/same", "sha": scene.world.git(scene.repo).branch("main")},
    )
    answer = opened(scene, head="same")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["message"] == "No commits between main and same"


@pytest.mark.parametrize("wrong", [{"head": "nothing"}, {"base": "nothing"}])
def test_a_branch_that_does_not_exist_gets_422(scene: Scene, pull: Pull, wrong: dict):
    answer = opened(scene, **wrong)
    (field,) = wrong
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"resource": "PullRequest", "field": field, "code": "invalid"}
    ]


def test_a_token_without_the_permission_gets_403(scene: Scene, pull: Pull):
    token = scene.token_with(issues=Level.WRITE)
    for method, path in (("GET", "/pulls"), ("POST", "/pulls"), ("GET", "/pulls/1/files")):
        answer = scene.send(method, scene.in_repo(path), {} if method == "POST" else None, token)
        assert answer.status_code == 403
        assert answer.json()["message"] == "Resource not accessible by integration"


def test_pull_requests_are_found_by_head_base_and_state(scene: Scene, pull: Pull):
    def numbers(query: str) -> list[int]:
        answer = scene.get(scene.in_repo(f"/pulls?{query}"))
        return [one["number"] for one in answer.json()]

    assert numbers("head=ada:topic") == [pull.number]
    assert numbers("head=ada:other") == []
    assert numbers("base=main&state=all") == [pull.number]
    assert numbers("base=other") == []
    assert numbers("state=closed") == []


def test_the_list_of_files_shows_each_patch(scene: Scene, pull: Pull):
    new, text = scene.get(scene.in_repo(f"/pulls/{pull.number}/files")).json()
    assert (new["filename"], new["status"], new["additions"]) == ("new.py", "added", 2)
    assert "-line 10\n+line ten" in text["patch"]
    commits = scene.get(scene.in_repo(f"/pulls/{pull.number}/commits")).json()
    assert [commit["commit"]["message"] for commit in commits] == ["topic\n\nwhy"]
    assert commits[0]["author"]["login"] == "bob"


def test_the_diff_is_served_to_who_asks_for_it(scene: Scene, pull: Pull):
    path = scene.in_repo(f"/pulls/{pull.number}")
    answer = scene.get(path, accept="application/vnd.github.diff")
    assert answer.text.startswith("diff --git a/new.py b/new.py\n")


def test_a_push_to_the_head_branch_synchronizes(scene: Scene, pull: Pull):
    before = pull.head_sha
    after = push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"more": "1"}, "more")
    event = events(scene, "pull_request")[-1]
    assert (event["action"], event["before"], event["after"]) == ("synchronize", before, after)
    assert pull.head_sha == after
    assert scene.world.git(scene.repo).refs()[f"refs/pull/{pull.number}/head"] == after


def test_a_conflict_makes_it_unmergeable(scene: Scene, pull: Pull):
    rival = TEXT.replace("line 10\n", "line X\n")
    push_commit_as(scene.world, scene.ada, scene.repo, "main", {"text": rival}, "rival")
    read = scene.get(scene.in_repo(f"/pulls/{pull.number}")).json()
    assert (read["mergeable"], read["mergeable_state"]) == (False, "dirty")
    assert read["changed_files"] == 2


def test_title_body_and_state_can_be_changed(scene: Scene, pull: Pull):
    path = scene.in_repo(f"/pulls/{pull.number}")
    changed = scene.send("PATCH", path, {"title": "Better", "body": None, "state": "closed"})
    assert changed.status_code == 200
    read = changed.json()
    assert (read["title"], read["body"], read["state"]) == ("Better", "", "closed")
    assert scene.send("PATCH", path, {"state": "open"}).json()["state"] == "open"
    actions = [event["action"] for event in events(scene, "pull_request")]
    assert actions == ["opened", "edited", "closed", "reopened"]
    assert scene.send("PATCH", path, {"base": "nothing"}).status_code == 422


def test_a_pull_request_closes_with_its_branch_and_cannot_be_reopened(scene: Scene, pull: Pull):
    delete_branch(scene.world, scene.bob, scene.repo, "topic")
    path = scene.in_repo(f"/pulls/{pull.number}")
    assert scene.get(path).json()["state"] == "closed"
    assert scene.send("PATCH", path, {"state": "open"}).status_code == 422


def test_a_review_is_asked_for_given_and_told(scene: Scene, pull: Pull):
    path = scene.in_repo(f"/pulls/{pull.number}")
    asked = scene.send("POST", path + "/requested_reviewers", {"reviewers": ["ada"]})
    assert asked.status_code == 201
    assert [user["login"] for user in asked.json()["requested_reviewers"]] == ["ada"]
    own = scene.send("POST", path + "/requested_reviewers", {"reviewers": ["bob"]})
    stranger = scene.send("POST", path + "/requested_reviewers", {"reviewers": ["eve"]})
    assert (own.status_code, stranger.status_code) == (422, 422)
    approve(scene.world, scene.ada, pull, "fine")
    assert scene.get(path + "/requested_reviewers").json()["users"] == []
    (review,) = scene.get(path + "/reviews").json()
    assert (review["state"], review["commit_id"], review["user"]["login"]) == (
        "APPROVED",
        pull.head_sha,
        "ada",
    )
    (event,) = events(scene, "pull_request_review")
    assert (event["action"], event["review"]["state"]) == ("submitted", "approved")
    asked_events = [e["action"] for e in events(scene, "pull_request")]
    assert asked_events == ["opened", "review_requested"]


def test_nobody_approves_their_own_pull_request(scene: Scene, pull: Pull):
    path = scene.in_repo(f"/pulls/{pull.number}/reviews")
    token = scene.token_of(scene.bob)
    answer = scene.send("POST", path, {"event": "APPROVE"}, token)
    assert answer.status_code == 422
    assert answer.json()["errors"] == ["Can not approve your own pull request"]
    assert scene.send("POST", path, {"event": "COMMENT", "body": "hm"}, token).status_code == 200


def test_a_pending_review_is_seen_by_its_author_alone_until_it_is_submitted(
    scene: Scene, pull: Pull
):
    path = scene.in_repo(f"/pulls/{pull.number}/reviews")
    comments = [{"path": "new.py", "line": 2, "body": "why 2?"}]
    made = scene.send("POST", path, {"comments": comments}).json()
    assert made["state"] == "PENDING"
    assert scene.get(path, scene.token_of(scene.ada)).json() == []
    assert scene.get(scene.in_repo(f"/pulls/{pull.number}/comments")).json() == []
    body = {"event": "REQUEST_CHANGES", "body": "please"}
    done = scene.send("POST", f"{path}/{made['id']}/events", body)
    assert done.json()["state"] == "CHANGES_REQUESTED"
    (comment,) = scene.get(f"{path}/{made['id']}/comments").json()
    assert (comment["path"], comment["line"], comment["body"]) == ("new.py", 2, "why 2?")
    gone = scene.send("PUT", f"{path}/{made['id']}/dismissals", {"message": "done"})
    assert gone.json()["state"] == "DISMISSED"
    actions = [event["action"] for event in events(scene, "pull_request_review")]
    assert actions == ["submitted", "dismissed"]


def test_a_comment_on_a_line_makes_a_thread_that_can_be_answered(scene: Scene, pull: Pull):
    first = line_comment(scene.world, scene.ada, pull, "text", 10, "spell it 10")
    assert first.diff_hunk.endswith("\n-line 10\n+line ten")
    path = scene.in_repo(f"/pulls/{pull.number}/comments")
    answer = scene.send("POST", f"{path}/{first.id}/replies", {"body": "done"})
    assert answer.status_code == 201
    assert answer.json()["in_reply_to_id"] == first.id
    other = scene.send("POST", path, {"body": "again", "in_reply_to": answer.json()["id"]})
    assert other.json()["in_reply_to_id"] == first.id
    listed = scene.get(path).json()
    assert [one["body"] for one in listed] == ["spell it 10", "done", "again"]
    assert [thread.comments[0] for thread in pull.threads] == [first]
    created = events(scene, "pull_request_review_comment")
    assert [event["comment"]["body"] for event in created] == ["spell it 10", "done", "again"]


def test_a_comment_on_a_line_that_the_diff_does_not_show_gets_422(scene: Scene, pull: Pull):
    path = scene.in_repo(f"/pulls/{pull.number}/comments")
    body = {"body": "x", "path": "text", "line": 29, "commit_id": pull.head_sha}
    assert scene.send("POST", path, body).status_code == 422
    assert scene.send("POST", path, body | {"path": "nowhere"}).status_code == 422
    assert scene.send("POST", path, body | {"line": 11}).status_code == 201


def test_a_comment_moves_with_its_line_and_is_outdated_when_the_line_goes(scene: Scene, pull: Pull):
    comment = line_comment(scene.world, scene.ada, pull, "text", 10, "hm")
    grown = "zero\n" + TEXT.replace("line 10\n", "line ten\n")
    head = push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"text": grown}, "grown")
    assert (comment.line, comment.commit_sha) == (11, head)
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"text": TEXT}, "back")
    shown = scene.get(scene.in_repo(f"/pulls/comments/{comment.id}")).json()
    assert (shown["line"], shown["position"], shown["original_line"]) == (None, None, 10)


def test_requested_changes_need_words(scene: Scene, pull: Pull):
    path = scene.in_repo(f"/pulls/{pull.number}/reviews")
    assert scene.send("POST", path, {"event": "REQUEST_CHANGES"}).status_code == 422
    assert request_changes(scene.world, scene.ada, pull, "no").state == "CHANGES_REQUESTED"
