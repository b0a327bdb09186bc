"""Conversations and failing CI on a bad day of GitHub, and on servers that are not GitHub."""

import pytest
from graphql import parse, validate

from bot.adapters.github.download import ends
from bot.adapters.github.talk_queries import REMARKS, RESOLVE, RESOLVED, THREADS
from bot.kernel.ci import CheckState
from bot.kernel.values import Sha
from bot.stages.failing import LONGEST_LOG
from bot.stages.github import NotAllowed, TryLater
from bot.stages.talk import Thread
from tests import oracle
from tests.adapters.scripted_github import REPO, Asked, Says, scripted, talking_to

ADA = {"id": 1, "login": "ada", "type": "User"}
SHA = Sha("a" * 40)
PULL = "/api/v3/repos/octo/hello/pulls/7"


def comment(number: int, **more: object) -> dict[str, object]:
    at = "2026-11-01T12:00:00Z"
    return {
        "id": number,
        "user": ADA,
        "body": f"remark {number}",
        "path": "a.py",
        "line": 3,
        "created_at": at,
        "updated_at": at,
        "pull_request_review_id": 50,
        **more,
    }


def thread(key: str = "PRRT_1") -> Thread:
    def answer(asked: Asked) -> Says:
        return Says(body=[comment(1)] if asked.path.startswith(f"{PULL}/comments") else [])

    with talking_to(without_graphql(answer)) as (github, _):
        (made,) = github.threads(REPO, 7)
    return Thread(key, made.path, made.line, made.resolved, made.remarks)


def without_graphql(answer):
    def or_not_there(asked: Asked) -> Says:
        if asked.path.endswith("graphql"):
            return Says(404, {"message": "Not Found"})
        return answer(asked)

    return or_not_there


def graphql_node(number: int, key: str, more: bool = False) -> dict[str, object]:
    author = {"__typename": "User", "login": "ada", "databaseId": 1}
    said = {
        "fullDatabaseId": str(number),
        "author": author,
        "body": "x",
    }
    page = {"hasNextPage": more, "endCursor": "c" if more else None}
    return {
        "id": key,
        "path": "a.py",
        "line": 3,
        "isResolved": True,
        "comments": {"pageInfo": page, "nodes": [said]},
    }


def graphql_page(*nodes: dict[str, object], cursor: str | None = None) -> dict[str, object]:
    page = {"hasNextPage": cursor is not None, "endCursor": cursor}
    threads = {"pageInfo": page, "nodes": list(nodes)}
    return {"data": {"repository": {"pullRequest": {"reviewThreads": threads}}}}


@pytest.mark.oracle
@pytest.mark.parametrize("query", [THREADS, REMARKS, RESOLVED, RESOLVE])
def test_what_we_ask_of_graphql_fits_the_schema_that_github_publishes(query: str):
    assert validate(oracle.graphql(), parse(query)) == []


@pytest.mark.parametrize(
    "says",
    [
        Says(404, raw=b"<html>no such page</html>"),
        Says(403, {"message": "Resource not accessible by integration"}),
        Says(200, {"errors": [{"message": "Field 'fullDatabaseId' doesn't exist"}]}),
        Says(200, {"data": {"repository": None}, "errors": [{"type": "FORBIDDEN"}]}),
    ],
    ids=["absent", "forbidden", "of an older schema", "forbidden within"],
)
def test_where_graphql_is_not_to_be_had_rest_tells_the_threads(says: Says):
    def answer(asked: Asked) -> Says:
        if asked.path.endswith("graphql"):
            return says
        if asked.path.startswith(f"{PULL}/comments"):
            return Says(body=[comment(2, in_reply_to_id=1), comment(1), comment(3, line=None)])
        return Says(500)

    with talking_to(answer) as (github, script):
        first, second = github.threads(REPO, 7)
        assert script.count("POST", "/api/graphql") == 1
    assert (first.key, first.line, first.resolved) == ("", 3, False)
    assert [one.id for one in first.remarks] == [1, 2]
    assert second.line is None


def test_replies_whose_beginning_was_deleted_are_still_one_thread():
    def answer(asked: Asked) -> Says:
        gone = [comment(2, in_reply_to_id=1), comment(3, in_reply_to_id=1)]
        return Says(body=gone if asked.path.startswith(f"{PULL}/comments") else [])

    with talking_to(without_graphql(answer)) as (github, _):
        (only,) = github.threads(REPO, 7)
        assert [one.id for one in only.remarks] == [2, 3]


def test_a_graphql_that_is_away_for_a_moment_is_asked_again_and_then_later():
    with talking_to(lambda _: Says(502)) as (github, script):
        with pytest.raises(TryLater):
            github.threads(REPO, 7)
        assert script.count("POST", "/api/graphql") == 3
        assert len(script.asked) == 3


@pytest.mark.parametrize(
    "error",
    [
        {"type": "RATE_LIMITED", "message": "API rate limit exceeded"},
        {"type": "RATE_LIMIT", "message": "API rate limit exceeded"},
        {"message": "You have exceeded a secondary rate limit."},
    ],
)
def test_a_spent_hour_of_graphql_is_no_missing_graphql(error: dict[str, object]):
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}
    with talking_to(lambda _: Says(200, {"errors": [error]}, headers)) as (github, script):
        for _ in range(2):
            with pytest.raises(TryLater, match="rate limit"):
                github.threads(REPO, 7)
        assert len(script.asked) == 1, "nothing more is asked until then"


def test_threads_and_their_remarks_come_from_all_pages():
    def answer(asked: Asked) -> Says:
        variables = asked.body["variables"]
        assert isinstance(variables, dict)
        if variables.get("thread") == "long":
            first = graphql_node(1, "long")["comments"]
            rest = graphql_node(101, "long")["comments"]
            assert isinstance(first, dict)
            asked_for = variables["after"]
            page = first | {"pageInfo": {"hasNextPage": True, "endCursor": "r"}}
            return Says(body={"data": {"node": {"comments": rest if asked_for else page}}})
        if variables["after"] is None:
            return Says(body=graphql_page(graphql_node(1, "long", more=True), cursor="t"))
        assert variables["after"] == "t"
        return Says(body=graphql_page(graphql_node(7_000_000_000, "short")))

    with talking_to(answer) as (github, _):
        long, short = github.threads(REPO, 7)
    assert [one.id for one in long.remarks] == [1, 101]
    assert [one.id for one in short.remarks] == [7_000_000_000]
    assert (long.key, long.resolved) == ("long", True)


def test_a_connection_without_an_end_ends():
    with (
        talking_to(lambda _: Says(body=graphql_page(cursor="again"))) as (github, script),
        pytest.raises(NotAllowed, match="more than 200 pages"),
    ):
        github.threads(REPO, 7)
    assert script.count("POST", "/api/graphql") == 200


@pytest.mark.parametrize(
    "says",
    [
        Says(403, {"message": "Resource not accessible by integration"}),
        Says(404, {"message": "Not Found"}),
        Says(
            200,
            {
                "data": {"resolveReviewThread": None},
                "errors": [{"type": "FORBIDDEN", "path": ["resolveReviewThread"]}],
            },
        ),
        Says(200, {"data": {"resolveReviewThread": {"thread": {"isResolved": False}}}}),
    ],
    ids=["403", "404", "forbidden within", "not done"],
)
def test_what_github_does_not_let_us_resolve_stays_open(says: Says):
    def answer(asked: Asked) -> Says:
        is_write = "mutation" in str(asked.body["query"])
        return says if is_write else Says(body={"data": {"node": {"isResolved": False}}})

    with talking_to(answer) as (github, script):
        assert github.ensure_resolved(REPO, thread()) is False
        assert sum("mutation" in str(one.body.get("query")) for one in script.asked) == 1


def test_a_thread_without_a_key_is_not_asked_for():
    with talking_to(lambda _: Says(500)) as (github, script):
        assert github.ensure_resolved(REPO, thread("")) is False
        assert script.asked == []


def test_a_reply_that_github_refuses_is_told():
    def answer(asked: Asked) -> Says:
        if asked.method == "POST":
            return Says(404, {"message": "Not Found"})
        return Says(body=[comment(1)])

    with talking_to(answer) as (github, _), pytest.raises(NotAllowed, match="404"):
        github.ensure_reply(REPO, 7, thread(), "<!-- m -->", "done")


def test_a_review_in_a_state_that_we_do_not_know_is_left_out():
    def answer(_: Asked) -> Says:
        known = {"id": 2, "state": "COMMENTED", "user": None, "commit_id": None}
        return Says(body=[{"id": 1, "state": "PONDERED"}, {"id": 3, "state": "PENDING"}, known])

    with talking_to(answer) as (github, _):
        (said,) = github.reviews_said(REPO, 7)
    assert (said.id, said.author.login, said.sha, said.body) == (2, "ghost", "", "")


def test_a_request_for_review_that_github_passes_over_is_not_taken_for_made():
    def answer(asked: Asked) -> Says:
        return Says(201, {"requested_reviewers": []}) if asked.method == "POST" else Says(body={})

    with talking_to(answer) as (github, _):
        assert github.ensure_reviewer(REPO, 7, "ada") is False


RUN = {
    "id": 40,
    "name": "ci / test",
    "status": "completed",
    "conclusion": "failure",
    "app": {"id": 15368},
    "details_url": "https://github.com/octo/hello/actions/runs/4/job/40",
    "output": {"title": None, "summary": None, "annotations_count": 2},
}
JOB = {
    "id": 40,
    "run_id": 4,
    "run_attempt": 2,
    "name": "test",
    "check_run_url": "https://api.github.com/repos/octo/hello/check-runs/40",
}
NOTE = {"path": "a.py", "start_line": None, "annotation_level": "odd", "title": "t"}


def failing(logs: Says):
    def answer(asked: Asked) -> Says:
        match asked.path.split("?")[0].removeprefix("/api/v3/repos/octo/hello"):
            case "/actions/jobs/40/logs":
                return logs
            case "/actions/jobs/40":
                return Says(body=JOB)
            case "/check-runs/40/annotations":
                return Says(body=[NOTE, 3])
            case path if path.endswith("/check-runs"):
                return Says(body={"check_runs": [RUN]})
            case _:
                return Says(body={"statuses": []})

    return answer


@pytest.mark.parametrize("status", [403, 404, 410, 200])
def test_a_log_that_is_gone_or_not_ours_is_empty(status: int):
    with talking_to(failing(Says(status, {"message": "no"}))) as (github, _):
        (failed,) = github.failed_checks(REPO, SHA)
    assert (failed.log, failed.job, failed.run_attempt) == ("", 40, 2)
    assert (failed.state, failed.title, failed.summary) == (CheckState.FAILURE, "", "")
    (note,) = failed.annotations
    assert (note.path, note.line, note.level, note.message) == ("a.py", 1, "odd", "t")


def test_a_log_is_fetched_from_where_github_points_without_our_credential():
    with scripted(lambda _: Says(raw=b"\xef\xbb\xbfall of it\xff")) as store:
        link = store.url.replace("/api/v3", "/log?sig=s3cret")
        moved = Says(302, headers={"location": link})
        with talking_to(failing(moved)) as (github, script):
            (failed,) = github.failed_checks(REPO, SHA)
        assert failed.log == "all of it"
        assert all("authorization" in one.headers for one in script.asked)
        assert [one.path for one in store.asked] == ["/log?sig=s3cret"]
        assert "authorization" not in store.asked[0].headers


def test_a_log_on_the_apis_own_host_is_fetched_without_our_credential_too():
    asked_there: list[dict[str, str]] = []
    links: list[str] = []

    def answer(asked: Asked) -> Says:
        if asked.path.startswith("/log"):
            asked_there.append(asked.headers)
            return Says(raw=b"here")
        return failing(Says(302, headers={"location": links[0]}))(asked)

    with talking_to(answer) as (github, script):
        links.append(script.url.replace("/api/v3", "/log"))
        (failed,) = github.failed_checks(REPO, SHA)
    assert failed.log == "here"
    assert ["authorization" in headers for headers in asked_there] == [False]


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_link_that_is_refused_is_an_empty_log(status: int):
    with scripted(lambda _: Says(status, raw=b"<Error/>")) as store:
        moved = Says(302, headers={"location": store.url})
        with talking_to(failing(moved)) as (github, _):
            assert [one.log for one in github.failed_checks(REPO, SHA)] == [""]


def test_a_store_that_is_down_is_left_for_later_and_its_link_is_not_told():
    with scripted(lambda _: Says(503)) as store:
        moved = Says(302, headers={"location": f"{store.url}?sig=s3cret"})
        with talking_to(failing(moved)) as (github, _), pytest.raises(TryLater) as later:
            github.failed_checks(REPO, SHA)
        assert "s3cret" not in str(later.value)
        assert len(store.asked) == 3


def test_of_a_stream_the_beginning_and_more_of_the_end_are_kept():
    chunks = [bytes([number % 256]) * 1000 for number in range(500)]
    kept = ends(iter(chunks), LONGEST_LOG)
    assert len(kept) <= LONGEST_LOG
    assert kept.startswith(chunks[0])
    assert kept.endswith(b"".join(chunks[-50:]))
    assert b"[... cut ...]" in kept
    short = b"".join(chunks[:60])
    assert ends(iter([short]), LONGEST_LOG) == short


def test_an_endless_stream_ends():
    def endless():
        while True:
            yield b"x" * 10_000

    kept = ends(endless(), LONGEST_LOG, most_read=1_000_000)
    assert len(kept) <= LONGEST_LOG
    assert kept.endswith(b"was not read ...]\n")


def test_more_failures_than_can_be_explained_are_still_told():
    many = [RUN | {"id": number, "name": f"ci / {number:02}"} for number in range(40, 60)]
    base = failing(Says(404))

    def answer(asked: Asked) -> Says:
        if asked.path.split("?")[0].endswith(f"{SHA}/check-runs"):
            return Says(body={"check_runs": many})
        return Says(body=[]) if "/annotations" in asked.path else base(asked)

    with talking_to(answer) as (github, script):
        found = github.failed_checks(REPO, SHA)
        assert [one.name for one in found] == [f"ci / {number:02}" for number in range(40, 60)]
        assert sum("/annotations" in one.path for one in script.asked) == 10


def test_a_rerun_that_is_refused_for_good_is_told_as_such():
    base = failing(Says(404))

    def answer(asked: Asked) -> Says:
        if asked.method == "POST":
            return Says(403, {"message": "created over a month ago"})
        if asked.path.split("?")[0].endswith("/actions/runs/4/jobs"):
            return Says(body={"jobs": [JOB, JOB | {"name": "lint", "run_attempt": 3}]})
        return base(asked)

    with talking_to(answer) as (github, script):
        (failed,) = github.failed_checks(REPO, SHA)
        assert github.rerun(REPO, failed) is False
        assert script.count("POST", "/api/v3/repos/octo/hello/actions/jobs/40/rerun") == 1
