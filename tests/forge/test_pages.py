"""The pages that people look at, and the web half of the manifest flow."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from forge.pages.markdown import render_markdown
from forge.world.checks import create_status
from forge.world.comments import comment
from forge.world.entities import Pull, ReactionContent, StatusState
from forge.world.issues import close_issue, open_issue
from forge.world.labels import add_label, remove_label
from forge.world.line_comments import LineComment, resolve_thread
from forge.world.pulls import open_pull
from forge.world.pushes import push_commit_as
from forge.world.reactions import react
from forge.world.reviews import create_review, reply
from tests.forge.client import Scene


def shown(scene: Scene, path: str) -> httpx.Response:
    return scene.client.http.get(scene.forge.web_url + path)


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "text <b onclick=alert(1)>bold</b>",
    "<details ontoggle=alert(1) open>",
    "[x](javascript:alert(1))",
    '<a href="javascript:alert(1)">x</a>',
    "<style>body{display:none}</style>",
    "<iframe src=//example.com></iframe>",
    "<<script>script>alert(1)</script>",
    "<!-- --><script>alert(1)</script>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_raw_html_is_shown_and_never_run(text: str) -> None:
    html = render_markdown(text)
    for tag in ("<script", "<img", "<b ", "<details o", "<a ", "<style", "<iframe"):
        assert tag not in html


def test_hidden_comments_do_not_show_even_unclosed() -> None:
    html = render_markdown("before <!-- marker --> after\n\n<!-- evolve:task=1 -->\n\n<!-- open\nx")
    assert "marker" not in html
    assert "evolve" not in html
    assert "open" not in html
    assert "before" in html
    assert "after" in html


def test_folds_fold_and_what_is_in_them_is_markdown() -> None:
    table = "| a |\n|---|\n| **1** |"
    html = render_markdown(f"<details><summary>Log</summary>\n\n{table}\n\n</details>")
    assert "<details><summary>Log</summary>" in html
    assert "<td><strong>1</strong></td>" in html
    assert "</details>" in html


def test_an_issue_page_tells_the_whole_story(scene: Scene) -> None:
    issue = open_issue(scene.world, scene.ada, scene.repo, "a <b> title", "**bold**", ["bug"])
    written = comment(scene.world, scene.app.bot, issue, "<!-- m -->status & cost")
    react(scene.world, scene.bob, written, ReactionContent.ROCKET)
    close_issue(scene.world, scene.bob, issue)
    answer = shown(scene, "/ada/sums/issues/1")
    assert answer.status_code == 200
    assert "script" not in answer.headers["content-security-policy"]
    html = answer.text
    for piece in (
        "a &lt;b&gt; title",
        "<strong>bold</strong>",
        "background:#d73a4a",
        "helper[bot]",
        "status &amp; cost",
        "🚀 1",
        "closed this",
        ">Closed<",
    ):
        assert piece in html
    assert "<!-- m" not in html
    assert "a &lt;b&gt; title" in shown(scene, "/ada/sums/issues").text


def test_a_pull_request_page_shows_checks_and_the_diff(scene: Scene) -> None:
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"a.py": "x = '<1>'\n"}, "add a")
    open_pull(scene.world, scene.bob, scene.repo, "topic", "main", "Add a", "Closes nothing")
    html = shown(scene, "/ada/sums/pull/1").text
    assert "<div class='add'>+x = &#x27;&lt;1&gt;&#x27;</div>" in html
    assert "No checks yet." in html
    assert "Add a" in shown(scene, "/ada/sums/pulls").text
    assert "Add a" not in shown(scene, "/ada/sums/issues").text
    moved = shown(scene, "/ada/sums/issues/1")
    assert (moved.status_code, moved.headers["location"]) == (302, "/ada/sums/pull/1")


def reviewed_pull(scene: Scene) -> Pull:
    files = {"a.py": "x = 1\ny = 2\n"}
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", files, "add a")
    pull = open_pull(scene.world, scene.bob, scene.repo, "topic", "main", "Add a", "")
    remark = LineComment("a.py", "Why <1>?", 1)
    create_review(scene.world, scene.ada, pull, "REQUEST_CHANGES", "Not yet.", [remark])
    return pull


def test_a_thread_stands_in_its_review_with_line_replies_and_who_resolved_it(scene: Scene) -> None:
    pull = reviewed_pull(scene)
    (thread,) = pull.threads
    reply(scene.world, scene.bob, thread.comments[0], "Because.")
    before = shown(scene, "/ada/sums/pull/1").text
    assert "resolved by" not in before
    resolve_thread(scene.world, scene.bob, thread)
    html = shown(scene, "/ada/sums/pull/1").text
    told = (
        "requested changes",
        "Not yet.",
        "a.py:1",
        "resolved by bob",
        "+x = 1",
        "Why &lt;1&gt;?",
    )
    places = [html.find(piece) for piece in (*told, "Because.")]
    assert -1 not in places
    assert places == sorted(places)
    assert html.count("Because.") == 1
    assert "bob</b> reviewed" not in html, "a reply alone is no review of its own"


def test_each_commit_shows_its_checks_and_the_page_says_what_stands_against_a_merge(
    scene: Scene,
) -> None:
    pull = reviewed_pull(scene)
    sha = pull.head_sha
    create_status(scene.world, scene.ada, scene.repo, sha, StatusState.FAILURE, "lint")
    html = shown(scene, "/ada/sums/pull/1").text
    commit = html[html.index(f"<code>{sha[:7]}</code> <b>add a</b>") :]
    assert "✗</span> lint" in commit.partition("</div>")[0]
    assert "<b>ada</b> <span class='failure'>±</span> requested changes" in html
    assert "not every check has passed" in html
    close_issue(scene.world, scene.bob, pull.issue)
    assert "without being merged" in shown(scene, "/ada/sums/pull/1").text


def test_labels_in_a_row_are_one_line_with_what_came_of_them(scene: Scene) -> None:
    issue = open_issue(scene.world, scene.ada, scene.repo, "a title", "")
    add_label(scene.world, scene.bob, issue, "bug")
    add_label(scene.world, scene.bob, issue, "question")
    remove_label(scene.world, scene.bob, issue, "bug")
    html = shown(scene, "/ada/sums/issues/1").text
    (line,) = re.findall(r"<div class='event'>.*?</div>", html)
    assert "added" in line
    assert "question" in line
    assert "bug" not in line
    assert "removed" not in line


def test_references_and_commits_become_links_but_not_in_code_or_links() -> None:
    sha = "0123456789abcdef" * 2 + "01234567"
    html = render_markdown(f"#7 <b> {sha} `#8` [#9](https://x.org) &#8203;#a x#3", "/o/r")
    assert "<a href='/o/r/issues/7'>#7</a>" in html
    assert "<code>0123456</code>" in html
    assert html.count("/o/r/issues/") == 1
    assert "&lt;b&gt;" in html


@pytest.mark.parametrize("text", HOSTILE)
def test_links_of_our_own_let_no_html_through(text: str) -> None:
    html = render_markdown(f"#1 {text} &lt;script&gt;", "/o/r").replace(
        "<a href='/o/r/issues/1'>", ""
    )
    for tag in ("<script", "<img", "<b ", "<details o", "<a ", "<style", "<iframe"):
        assert tag not in html


def test_what_is_not_there_is_404(scene: Scene) -> None:
    for path in ("/ada/none/issues", "/ada/sums/issues/9", "/apps/none", "/no/such/thing/at/all"):
        assert shown(scene, path).status_code == 404


def test_the_manifest_flow_ends_with_an_installed_app(scene: Scene) -> None:
    manifest = {
        "name": "Evolver",
        "url": "https://example.com",
        "redirect_url": "http://127.0.0.1:1/setup?x=1",
        "hook_attributes": {"url": "https://example.com/hook"},
        "default_permissions": {"issues": "write"},
        "default_events": ["issues"],
    }
    web = scene.forge.web_url
    posted = scene.client.http.post(
        f"{web}/settings/apps/new?state=abc", data={"manifest": json.dumps(manifest)}
    )
    assert posted.status_code == 302
    query = parse_qs(urlsplit(posted.headers["location"]).query)
    assert query["state"] == ["abc"]
    assert query["x"] == ["1"]
    made = scene.client.call("POST", f"/app-manifests/{query['code'][0]}/conversions").json()
    assert made["slug"] == "evolver"
    assert "Install on ada" in shown(scene, "/apps/evolver").text
    done = scene.client.http.post(f"{web}/apps/evolver/installations/new", data={"account": "ada"})
    assert done.status_code == 302
    own = scene.jwt(key=made["pem"], issuer=str(made["id"]))
    (installation,) = scene.get("/app/installations", own).json()
    assert installation["repository_selection"] == "all"


BAD_MANIFESTS = [
    "no json",
    "[]",
    "{}",
    '{"name": "x", "url": "https://x", "redirect_url": "javascript:alert(1)"}',
    '{"name": "Helper", "url": "https://x", "redirect_url": "http://x"}',
    '{"name": "x", "url": "https://x", "redirect_url": "http://x", "default_events": ["push"]}',
]


def test_a_bad_manifest_makes_no_app(scene: Scene) -> None:
    before = len(scene.world.apps)
    address = f"{scene.forge.web_url}/settings/apps/new"
    for manifest in BAD_MANIFESTS:
        answer = scene.client.http.post(address, data={"manifest": manifest})
        assert answer.status_code == 422, manifest
    assert len(scene.world.apps) == before
