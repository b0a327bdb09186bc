"""What one request can come to, against a server that answers as a bad day would."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.adapters.github.answers import RateLimited, Refused
from bot.adapters.github.graphql import GraphQlRefused
from bot.adapters.github.record import Unreadable
from bot.domain.subject import Subject
from bot.kernel.authority import Permission
from bot.kernel.values import Sha
from bot.stages.github import NotAllowed, TryLater
from tests.adapters.scripted_github import REPO, SUBJECT, US, Asked, Says, route, talking_to

REPO_JSON = {"id": 1, "default_branch": "main", "clone_url": "https://h/octo/hello.git"}
ISSUE = {
    "number": 7,
    "title": "t",
    "state": "open",
    "user": {"id": 1, "login": "ada", "type": "User"},
    "repository_url": "https://api.github.com/repos/octo/hello",
}


def test_a_read_is_tried_three_times_and_then_left_for_later():
    with talking_to(lambda _: Says(502)) as (github, script):
        with pytest.raises(TryLater, match="502"):
            github.repository(REPO)
        assert script.count("GET", "/api/v3/repos/octo/hello") == 3


def test_a_read_survives_a_dropped_connection():
    answers = iter([Says(0), Says(body=REPO_JSON)])
    with talking_to(lambda _: next(answers)) as (github, _):
        facts = github.repository(REPO)
        assert facts is not None
        assert facts.default_branch == "main"


def test_a_page_of_a_proxy_instead_of_json_is_left_for_later():
    with (
        talking_to(lambda _: Says(200, raw=b"<html>maintenance</html>")) as (github, _),
        pytest.raises(TryLater, match="not JSON"),
    ):
        github.repository(REPO)


def test_a_secondary_rate_limit_says_when_to_come_back_and_nothing_more_is_asked_until_then():
    limited = Says(
        403, {"message": "You have exceeded a secondary rate limit"}, {"retry-after": "42"}
    )
    with talking_to(lambda _: limited) as (github, script):
        with pytest.raises(TryLater) as first:
            github.repository(REPO)
        with pytest.raises(TryLater) as second:
            github.repository(REPO)
        assert first.value.retry_after_s == 42
        assert 0 < second.value.retry_after_s <= 42
        assert len(script.asked) == 1


@pytest.mark.parametrize("retry_after", ["Wed, 21 Oct 2026 07:28:00 GMT", "soon", "1.5"])
def test_a_retry_after_that_is_no_number_is_a_minute(retry_after: str):
    limited = Says(429, {"message": "slow down"}, {"retry-after": retry_after})
    with talking_to(lambda _: limited) as (github, _):
        with pytest.raises(TryLater) as later:
            github.repository(REPO)
        assert later.value.retry_after_s == 60


def test_a_missing_permission_is_named():
    refused = Says(
        403,
        {"message": "Resource not accessible by integration"},
        {"x-accepted-github-permissions": "issues=write"},
    )
    with (
        talking_to(lambda _: refused) as (github, _),
        pytest.raises(NotAllowed, match=r"needs the permission issues=write"),
    ):
        github.ensure_reaction(SUBJECT, None, "eyes")


def test_a_refused_token_is_not_tried_again():
    with talking_to(lambda _: Says(401, {"message": "Bad credentials"})) as (github, script):
        with pytest.raises(NotAllowed, match="Bad credentials; the credentials are wrong"):
            github.repository(REPO)
        assert len(script.asked) == 1


def test_our_token_follows_no_link_to_another_host():
    def answer(asked: Asked) -> Says:
        if "page=2" in asked.path:
            return Says(body=[ISSUE | {"number": 8}])
        elsewhere = '<https://evil.example/repos/octo/hello/issues?page=2>; rel="next"'
        return Says(body=[ISSUE], headers={"link": elsewhere})

    with talking_to(answer) as (github, script):
        found = github.issues_with(REPO, "self-proposed", None)
        assert [one.number for one in found] == [7, 8]
        assert [one.path.split("?")[0] for one in script.asked] == [
            "/api/v3/repos/octo/hello/issues"
        ] * 2


def test_an_endless_list_ends():
    again = {"link": '<http://h/x?page=2>; rel="next"'}
    with (
        talking_to(lambda _: Says(body=[], headers=again)) as (github, _),
        pytest.raises(NotAllowed, match="more than 200 pages"),
    ):
        github.comments(SUBJECT)


def test_a_transferred_issue_is_gone():
    def answer(asked: Asked) -> Says:
        if asked.path.startswith("/api/v3/repos/octo/hello/"):
            return Says(301, {}, {"location": "/api/v3/repositories/5/issues/3"})
        return Says(body=ISSUE | {"number": 3, "repository_url": "https://h/repos/octo/other"})

    with talking_to(answer) as (github, _):
        assert github.issue(SUBJECT) is None


def test_an_issue_transferred_to_the_same_number_is_gone():
    elsewhere = ISSUE | {"repository_url": "https://h/repos/octo/other"}
    there = REPO_JSON | {"full_name": "octo/hello"}
    with talking_to(route(**{"7": elsewhere, "hello": there})) as (github, _):
        assert github.issue(SUBJECT) is None


def test_an_issue_of_a_renamed_repository_is_still_there():
    renamed = ISSUE | {"repository_url": "https://h/repos/octo/welcome"}
    now = REPO_JSON | {"full_name": "octo/welcome"}
    with talking_to(route(**{"7": renamed, "hello": now})) as (github, _):
        assert github.issue(SUBJECT) is not None


def test_an_issue_is_read_where_it_is():
    with talking_to(route(**{"7": ISSUE})) as (github, _):
        issue = github.issue(SUBJECT)
        assert issue is not None
        assert issue.author.login == "ada"


def test_a_permission_that_cannot_be_fetched_is_unknown_and_not_none():
    with talking_to(lambda _: Says(403, {"message": "no"})) as (github, _):
        assert github.permission(REPO, "ada") is None
    for away in (Says(500), Says(200, raw=b"{")):
        with talking_to(lambda _, says=away: says) as (github, _), pytest.raises(TryLater):
            github.permission(REPO, "ada")


def test_a_stranger_has_no_permission():
    with talking_to(lambda _: Says(404, {"message": "Not Found"})) as (github, _):
        assert github.permission(REPO, "mallory") is Permission.NONE


def test_a_login_cannot_climb_out_of_its_path():
    with talking_to(lambda _: Says(404)) as (github, script):
        github.permission(REPO, "../../../app")
        assert script.asked[0].path.endswith("/collaborators/..%2F..%2F..%2Fapp/permission")


def test_a_clone_address_with_a_password_is_refused():
    for url in ("https://user:pw@h/octo/hello.git", "file:///etc", "git@h:octo/hello.git"):
        with (
            talking_to(lambda _, url=url: Says(body=REPO_JSON | {"clone_url": url})) as (github, _),
            pytest.raises(NotAllowed, match="plain HTTP"),
        ):
            github.remote(REPO)


def test_the_token_is_in_no_repr_and_no_address():
    with talking_to(lambda _: Says(body=REPO_JSON)) as (github, script):
        remote = github.remote(REPO)
        assert remote.token == "t0ken"
        assert "t0ken" not in remote.url + repr(remote)
        assert all("t0ken" not in one.path for one in script.asked)


def test_the_token_of_a_workflow_is_the_actions_bot():
    def answer(asked: Asked) -> Says:
        if asked.path == "/api/graphql":
            return Says(404)
        return Says(403, {"message": "Resource not accessible by integration"})

    with talking_to(answer) as (github, script):
        script.answer = answer
        assert github.identity().user_id == 41898282
        assert github.identity().app_id == 0


def test_the_token_of_an_app_tells_its_bot_by_graphql():
    def answer(asked: Asked) -> Says:
        if asked.path == "/api/graphql":
            return Says(body={"data": {"viewer": {"login": "x[bot]", "databaseId": 77}}})
        return Says(403, {"message": "Resource not accessible by integration"})

    with talking_to(answer) as (github, script):
        script.answer = answer
        assert github.identity().signature().email == "77+x[bot]@users.noreply.github.com"


def test_a_large_file_is_asked_for_raw():
    def answer(asked: Asked) -> Says:
        if "raw" in asked.headers["accept"]:
            return Says(raw=b"caf\xc3\xa9")
        return Says(body={"type": "file", "encoding": "none", "content": ""})

    with talking_to(answer) as (github, _):
        assert github.file(REPO, "a b/ü.txt", "main") == "café"


def test_a_directory_and_a_submodule_are_no_files():
    for body in ([], {"type": "submodule"}):
        with talking_to(lambda _, body=body: Says(body=body)) as (github, _):
            assert github.file(REPO, "x", "main") is None


def test_a_pull_request_with_more_files_than_github_lists_cannot_be_judged():
    page = [{"filename": f"f{n}"} for n in range(100)]

    def answer(asked: Asked) -> Says:
        number = int(asked.path.partition("&page=")[2] or 1)
        more = {"link": f'<http://h/x?per_page=100&page={number + 1}>; rel="next"'}
        return Says(body=page, headers=more if number < 30 else {})

    with talking_to(answer) as (github, _), pytest.raises(NotAllowed, match="more files"):
        github.pull_files(REPO, 7)


def test_what_has_not_changed_is_not_sent_again():
    def answer(asked: Asked) -> Says:
        if asked.headers.get("if-none-match") == '"v1"':
            return Says(304, raw=b"", headers={"etag": '"v1"'})
        headers = {"etag": '"v1"', "cache-control": "private, max-age=60", "vary": "Authorization"}
        return Says(body=REPO_JSON, headers=headers)

    with talking_to(answer) as (github, script):
        first, second = github.repository(REPO), github.repository(REPO)
        assert first == second is not None
        assert [one.headers.get("if-none-match") for one in script.asked] == [None, '"v1"']


def test_many_threads_may_ask_at_once():
    def answer(asked: Asked) -> Says:
        number = int(asked.path.rsplit("/", 1)[-1])
        return Says(body=ISSUE | {"number": number}, headers={"etag": f'"{number}"'})

    def ask(number: int) -> int:
        issue = github.issue(Subject(REPO, number))
        return issue.number if issue else 0

    with talking_to(answer) as (github, _), ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, [*range(1, 40)] * 3)) == [*range(1, 40)] * 3


def test_the_status_of_an_app_is_known_by_the_app():
    bot = {"id": 3, "login": "ci-app[bot]", "type": "Bot"}
    statuses = [
        {"context": "build", "state": "success", "creator": bot},
        {"context": "sign", "state": "success", "creator": bot | {"login": "secret[bot]"}},
        {"context": "docs", "state": "success", "creator": {"id": 4, "login": "a", "type": "User"}},
    ]

    def answer(asked: Asked) -> Says:
        match asked.path.removeprefix("/api/v3").split("?")[0]:
            case "/apps/ci-app":
                return Says(body={"id": 77})
            case path if path.endswith("/status"):
                return Says(body={"statuses": statuses})
            case path if path.endswith("/check-runs"):
                return Says(body={"check_runs": []})
        return Says(404, {"message": "Not Found"})

    with talking_to(answer) as (github, _):
        found = github.checks(REPO, Sha("a" * 40))
    assert [(one.name, one.app_id) for one in found] == [
        ("build", 77),
        ("sign", None),
        ("docs", None),
    ]


@pytest.mark.parametrize(
    "raised",
    [
        RateLimited("later", 7.0),
        Refused(403, "no", "GET /x", "; mend it"),
        Unreadable("no number"),
        GraphQlRefused(("FORBIDDEN",), "no"),
    ],
)
def test_what_is_raised_can_be_stored_and_raised_again(raised: Exception):
    again = pickle.loads(pickle.dumps(raised))
    assert type(again) is type(raised)
    assert str(again) == str(raised)
    assert vars(again) == vars(raised)


def test_a_comment_whose_connection_dropped_after_it_was_made_is_made_once():
    made: list[dict[str, object]] = []

    def answer(asked: Asked) -> Says:
        if asked.method == "POST":
            made.append({"id": 5, "user": US, "body": asked.body["body"]})
            return Says(0)
        return Says(body=made)

    with talking_to(answer) as (github, script):
        assert github.ensure_comment(SUBJECT, "<!-- m -->", "queued") == 5
        assert script.count("POST", "/api/v3/repos/octo/hello/issues/7/comments") == 1


def test_a_write_is_never_repeated_before_it_was_looked_for():
    with talking_to(lambda asked: Says(503) if asked.method == "POST" else Says(body=[])) as (
        github,
        script,
    ):
        with pytest.raises(TryLater):
            github.ensure_comment(SUBJECT, "<!-- m -->", "queued")
        methods = [one.method for one in script.asked if one.path != "/api/v3/user"]
        assert methods == ["GET", "POST", "GET", "POST", "GET"]
