"""What the adapter asks when it lands, held to GitHub's published descriptions of what it takes."""

from collections.abc import Mapping

import pytest
from graphql import parse, validate

from bot.adapters.github import queueing, rules, signed
from bot.domain.labels import StateLabel
from bot.kernel.ci import CheckState
from bot.kernel.values import Sha
from bot.stages.landing import CheckReport, FileWrite
from tests import oracle
from tests.adapters.scripted_github import REPO, SUBJECT, Asked, Says, talking_to

pytestmark = pytest.mark.oracle

HEAD = Sha("a" * 40)
QUERIES = {
    f"{module.__name__.rpartition('.')[2]}.{name}": text
    for module in (queueing, rules, signed)
    for name, text in vars(module).items()
    if isinstance(text, str) and text.lstrip().startswith(("query", "mutation"))
}


@pytest.mark.parametrize("name", QUERIES)
def test_every_graphql_text_fits_githubs_schema(name: str):
    assert validate(oracle.graphql(), parse(QUERIES[name])) == []


def test_no_graphql_text_was_missed():
    assert len(QUERIES) == 7


def answer(asked: Asked) -> Says:
    """A GitHub on which nothing is there yet, and every write succeeds."""
    path = asked.path.split("?")[0]
    if asked.method == "GET" and ("/git/ref/" in path or "/labels/" in path):
        return Says(404, {"message": "Not Found"})
    if path.endswith(("/check-runs", "/labels")) and asked.method == "GET":
        return Says(body={"check_runs": []} if path.endswith("check-runs") else [])
    body = {"id": 1, "sha": "b" * 40, "tree": {"sha": "c" * 40}, "verification": {"verified": True}}
    return Says(201, body)


def bodies() -> Mapping[tuple[str, str], dict[str, object]]:
    """Each write of the adapter by method and last words of its path, with what was sent."""
    files = (
        FileWrite("text", "100644", b"a\n"),
        FileWrite("bytes", "100755", bytes(range(256))),
        FileWrite("gone", "100644", None),
    )
    with talking_to(answer) as (github, script):
        for state in CheckState:
            report = CheckReport("evolve", state.value, state, "t", "s" * 70_000, "")
            github.ensure_check(REPO, HEAD, report)
        github.ensure_state_label(SUBJECT, StateLabel.QUEUED)
        github.commit_signed(REPO, "evolve/7-1", HEAD, files, "fix: it", None)
    prefix = "/api/v3/repos/octo/hello"
    return {
        (one.method, one.path.removeprefix(prefix)): one.body
        for one in script.asked
        if one.method != "GET"
    }


def test_every_body_fits_githubs_description():
    templates = {
        "/check-runs": "/check-runs",
        "/labels": "/labels",
        "/issues/7/labels": "/issues/{issue_number}/labels",
        "/git/blobs": "/git/blobs",
        "/git/trees": "/git/trees",
        "/git/commits": "/git/commits",
        "/git/refs": "/git/refs",
    }
    sent = bodies()
    assert {path for _, path in sent} == set(templates)
    for (method, path), body in sent.items():
        where = "/repos/{owner}/{repo}" + templates[path]
        inside = ("requestBody", "content", "application/json", "schema")
        oracle.rest().check(body, "paths", where, method.lower(), *inside)
