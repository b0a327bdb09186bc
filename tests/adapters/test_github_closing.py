"""Which merge closed an issue: GitHub tells it in one of two ways, or not at all."""

import pytest

from bot.kernel.values import Sha
from tests.adapters.scripted_github import SUBJECT, Asked, Says, talking_to

CLOSED_AT, SOON, LATER = (f"2026-11-20T12:{time}Z" for time in ("00:00", "00:02", "09:00"))
COMMIT, MERGE = "c" * 40, "d" * 40


def closed(commit: str | None = None, at: str = CLOSED_AT) -> dict[str, object]:
    return {"event": "closed", "commit_id": commit, "created_at": at}


def mention(merged: str | None = SOON, repo: str = "octo/hello") -> dict[str, object]:
    pull = {"merged_at": merged}
    issue = {"number": 8, "pull_request": pull, "repository": {"full_name": repo}}
    return {"event": "cross-referenced", "source": {"type": "issue", "issue": issue}}


PULL: dict[str, object] = {
    "number": 8,
    "state": "closed",
    "merged": True,
    "merged_at": SOON,
    "merge_commit_sha": MERGE,
    "user": {"id": 3, "login": "ada", "type": "User"},
    "head": {"sha": "a" * 40, "ref": "by-hand", "repo": {"full_name": "octo/hello"}},
    "base": {"ref": "main"},
    "html_url": "https://github.com/octo/hello/pull/8",
    "created_at": CLOSED_AT,
}


@pytest.mark.parametrize(
    ("timeline", "sha"),
    [
        ([closed(COMMIT)], COMMIT),
        ([closed(COMMIT), {"event": "reopened"}, closed(at=LATER)], None),
        ([mention(), closed()], MERGE),
        ([mention(merged=LATER), closed()], None),
        ([mention(merged=None), closed()], None),
        ([mention(repo="eve/fork"), closed()], None),
        ([closed()], None),
        ([mention()], None),
        ([], None),
    ],
    ids=[
        "a commit that says so",
        "closed by hand after that",
        "a pull request that was merged then",
        "one that was merged at another time",
        "one that is not merged",
        "one of another repository",
        "by hand",
        "still open",
        "nothing happened",
    ],
)
def test_the_merge_that_closed_it_is_told(timeline: list[object], sha: Sha | None):
    def answer(asked: Asked) -> Says:
        return Says(body=timeline if "timeline" in asked.path else PULL)

    with talking_to(answer) as (github, _):
        assert github.closing_merge(SUBJECT) == sha
