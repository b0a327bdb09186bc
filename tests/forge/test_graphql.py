"""The GraphQL endpoint: any query that fits the schema, with REST's permissions and limits."""

import pytest

from forge.world.entities import Level, Pull
from forge.world.line_comments import edit_comment
from forge.world.people import create_repo
from forge.world.pulls import open_pull
from forge.world.pushes import push_commit_as
from forge.world.reviews import line_comment, reply
from tests.forge.client import Scene

THREADS = """
query Threads($owner: String!, $name: String!, $number: Int!, $first: Int = 100, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: $first, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes {
          id isResolved isOutdated path line resolvedBy { login }
          comments(first: 10) {
            nodes { fullDatabaseId lastEditedAt author { __typename login } replyTo { id } }
          }
        }
      }
    }
  }
}
"""
RESOLVE = """
mutation($thread: ID!) {
  resolveReviewThread(input: {threadId: $thread, clientMutationId: "m"}) {
    clientMutationId
    thread { isResolved resolvedBy { login } }
  }
}
"""


def ask(scene: Scene, query: str, token: str | None = None, **variables: object) -> dict:
    body = {"query": query, "variables": variables}
    url = f"{scene.forge.web_url}/api/graphql"
    headers = {"Authorization": f"Bearer {token or scene.token}"}
    answer = scene.client.http.post(url, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def pull(scene: Scene) -> Pull:
    """Bob's pull request with one thread of Ada's that the App answered."""
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"a": "1\n2\n3\n"}, "topic")
    made = open_pull(scene.world, scene.bob, scene.repo, "topic", "main", "Topic")
    first = line_comment(scene.world, scene.ada, made, "a", 2, "hm")
    reply(scene.world, scene.app.bot, first, "so?")
    return made


def threads(scene: Scene, pull: Pull, token: str | None = None, **more: object) -> dict:
    asked = {"owner": "ada", "name": "sums", "number": pull.number} | more
    return ask(scene, THREADS, token, **asked)


def test_threads_are_told_with_their_comments(scene: Scene, pull: Pull):
    found = threads(scene, pull)["data"]["repository"]["pullRequest"]["reviewThreads"]
    (thread,) = found["nodes"]
    assert (thread["path"], thread["line"]) == ("a", 2)
    assert (thread["isResolved"], thread["isOutdated"], thread["resolvedBy"]) == (
        False,
        False,
        None,
    )
    first, second = thread["comments"]["nodes"]
    assert int(second["fullDatabaseId"]) > int(first["fullDatabaseId"])
    assert first["author"] == {"__typename": "User", "login": "ada"}
    assert second["author"] == {"__typename": "Bot", "login": "helper"}
    assert first["replyTo"] is None
    assert second["replyTo"] is not None


def test_only_an_edit_is_an_edit(scene: Scene, pull: Pull):
    (comment, _) = pull.threads[0].comments
    scene.clock.advance(minutes=1)
    edit_comment(scene.world, scene.ada, comment, "hmm")
    found = threads(scene, pull)["data"]["repository"]["pullRequest"]["reviewThreads"]
    times = [one["lastEditedAt"] for one in found["nodes"][0]["comments"]["nodes"]]
    assert times == ["2026-11-01T12:01:00Z", None]


def test_a_thread_is_outdated_when_its_line_is_gone(scene: Scene, pull: Pull):
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"a": "1\nother\n3\n"}, "more")
    found = threads(scene, pull)["data"]["repository"]["pullRequest"]["reviewThreads"]
    (thread,) = found["nodes"]
    assert (thread["isOutdated"], thread["line"]) == (True, None)


def test_threads_come_in_pages(scene: Scene, pull: Pull):
    for number in range(3):
        line_comment(scene.world, scene.ada, pull, "a", 1, str(number))
    seen, after = [], None
    while True:
        page = threads(scene, pull, first=2, after=after)
        found = page["data"]["repository"]["pullRequest"]["reviewThreads"]
        seen += [one["id"] for one in found["nodes"]]
        if not found["pageInfo"]["hasNextPage"]:
            break
        after = found["pageInfo"]["endCursor"]
    assert len(set(seen)) == len(seen) == found["totalCount"] == 4


def test_the_last_page_can_be_asked_for(scene: Scene, pull: Pull):
    query = """{ node(id: "%s") { ... on PullRequestReviewThread {
        comments(last: 1) { nodes { body } edges { cursor node { body } }
                            pageInfo { hasPreviousPage hasNextPage } } } } }"""
    node = threads(scene, pull)["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"][0]
    found = ask(scene, query % node["id"])["data"]["node"]["comments"]
    assert found["nodes"] == [{"body": "so?"}]
    assert found["edges"][0]["node"] == {"body": "so?"}
    assert found["pageInfo"] == {"hasPreviousPage": True, "hasNextPage": False}


def test_who_asks_is_told(scene: Scene):
    query = "{ viewer { login databaseId } rateLimit { limit cost } }"
    app = ask(scene, query)["data"]
    assert app["viewer"] == {"login": "helper[bot]", "databaseId": scene.app.bot.id}
    assert app["rateLimit"] == {"limit": 5000, "cost": 1}
    assert ask(scene, query, scene.token_of(scene.ada))["data"]["viewer"]["login"] == "ada"


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ("", "MISSING_PAGINATION_BOUNDARIES"),
        ("(first: 101)", "EXCESSIVE_PAGINATION"),
        ('(first: 1, after: "x")', "INVALID_CURSOR_ARGUMENTS"),
    ],
)
def test_a_page_must_be_asked_for_rightly(scene: Scene, pull: Pull, arguments: str, kind: str):
    query = """{ repository(owner: "ada", name: "sums") { pullRequest(number: %d) {
        reviewThreads%s { totalCount } } } }"""
    answer = ask(scene, query % (pull.number, arguments))
    assert [error["type"] for error in answer["errors"]] == [kind]
    assert answer["data"] == {"repository": {"pullRequest": None}}


def resolve(scene: Scene, pull: Pull, token: str | None = None) -> dict:
    node = threads(scene, pull)["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"][0]
    return ask(scene, RESOLVE, token, thread=node["id"])


def test_a_thread_is_resolved_by_whoever_may_write_and_by_the_author(scene: Scene, pull: Pull):
    pull.issue.author = scene.eve
    for token, login in (
        (scene.token, "helper[bot]"),
        (scene.token_of(scene.bob), "bob"),
        (scene.token_of(scene.eve), "eve"),
    ):
        pull.threads[0].resolved_by = None
        told = resolve(scene, pull, token)["data"]["resolveReviewThread"]
        assert told["clientMutationId"] == "m"
        assert told["thread"] == {"isResolved": True, "resolvedBy": {"login": login}}


def test_a_thread_is_not_resolved_by_others(scene: Scene, pull: Pull):
    narrow = scene.token_with(pull_requests=Level.WRITE, contents=Level.READ)
    for token, said in (
        (narrow, "Resource not accessible by integration"),
        (
            scene.token_of(scene.eve),
            "eve does not have the correct permissions to execute `ResolveReviewThread`",
        ),
    ):
        answer = resolve(scene, pull, token)
        assert answer["data"] == {"resolveReviewThread": None}
        (error,) = answer["errors"]
        assert (error["type"], error["path"]) == ("FORBIDDEN", ["resolveReviewThread"])
        assert error["message"] == said
    assert pull.threads[0].resolved_by is None


def test_resolving_is_told_once_and_so_is_its_reverse(scene: Scene, pull: Pull):
    scene.app.events |= {"pull_request_review_thread"}
    scene.installation.events = scene.app.events
    resolve(scene, pull)
    resolve(scene, pull)
    node = threads(scene, pull)["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"][0]
    ask(scene, RESOLVE.replace("resolveReview", "unresolveReview"), thread=node["id"])
    assert pull.threads[0].resolved_by is None
    assert scene.forge.wait_idle()
    told = [got for got in scene.receiver.got if got.event == "pull_request_review_thread"]
    assert [b'"action":"resolved"' in got.body for got in told] == [True, False]


def test_what_the_caller_may_not_see_is_not_there(scene: Scene, pull: Pull):
    secret = create_repo(scene.world, scene.ada, "secret", {"a": "1\n"}, private=True)
    query = '{ repository(owner: "ada", name: "secret") { id } }'
    (error,) = ask(scene, query, scene.token_of(scene.eve))["errors"]
    assert error["type"] == "NOT_FOUND"
    assert error["message"] == "Could not resolve to a Repository with the name 'ada/secret'."
    assert ask(scene, query, scene.token_of(scene.ada))["data"]["repository"] is not None
    push_commit_as(scene.world, scene.ada, secret, "topic", {"a": "2\n"}, "c")
    hidden = open_pull(scene.world, scene.ada, secret, "topic", "main", "T")
    line_comment(scene.world, scene.ada, hidden, "a", 1, "x")
    asked = {"owner": "ada", "name": "secret", "number": hidden.number}
    seen = ask(scene, THREADS, scene.token_of(scene.ada), **asked)
    node = seen["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"][0]["id"]
    answer = ask(scene, RESOLVE, scene.token_of(scene.eve), thread=node)
    assert [error["type"] for error in answer["errors"]] == ["NOT_FOUND"]


def test_an_app_needs_the_permission_to_read_pull_requests(scene: Scene, pull: Pull):
    answer = threads(scene, pull, scene.token_with(issues=Level.READ))
    assert answer["data"] == {"repository": {"pullRequest": None}}
    assert [error["type"] for error in answer["errors"]] == ["FORBIDDEN"]


def test_a_query_that_makes_no_sense_is_answered_with_200(scene: Scene, pull: Pull):
    for query in ("{", "{ nothing }", "mutation { resolveReviewThread { thread { id } } }"):
        answer = ask(scene, query)
        assert "data" not in answer
        assert answer["errors"]
    assert "data" not in ask(scene, THREADS)
    missing = ask(scene, '{ node(id: "F_none") { id } }')
    assert missing["data"] == {"node": None}
    assert missing["errors"][0]["type"] == "NOT_FOUND"


def test_nobody_may_ask_without_a_token(scene: Scene):
    url = f"{scene.forge.web_url}/api/graphql"
    assert scene.client.http.post(url, json={"query": "{ viewer { login } }"}).status_code == 401
    token = {"Authorization": f"Bearer {scene.token}"}
    assert scene.client.http.post(url, json={"query": 3}, headers=token).status_code == 400
    assert scene.client.http.get(url, headers=token).status_code == 404


def test_graphql_has_an_hour_of_its_own(scene: Scene):
    ask(scene, "{ viewer { login } }")
    left = scene.get("/rate_limit").json()["resources"]
    assert (left["graphql"]["used"], left["core"]["used"]) == (1, 0)
    scene.forge.faults.primary_limit()
    answer = ask(scene, "{ viewer { login } }")
    assert [error["type"] for error in answer["errors"]] == ["RATE_LIMITED"]
