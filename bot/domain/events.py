"""What a delivery hints at: where to look again. Its body is outside data, and may be anything."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.labels import state_label
from bot.domain.subject import Repo


@dataclass(frozen=True, slots=True)
class HintIssue:
    """Look at this issue."""

    repo: Repo
    number: int


@dataclass(frozen=True, slots=True)
class HintPull:
    """Look at this pull request. `head_branch` is only told for a branch of the same repository."""

    repo: Repo
    number: int
    head_branch: str | None


@dataclass(frozen=True, slots=True)
class HintCommit:
    """Look at what is built on this commit, such as when a check of it ended."""

    repo: Repo
    sha: str
    head_branches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HintRepo:
    """Look at everything open in this repository."""

    repo: Repo


Hint: TypeAlias = HintIssue | HintPull | HintCommit | HintRepo


@dataclass(frozen=True, slots=True)
class Hints:
    """Where to look; never empty."""

    hints: tuple[Hint, ...]


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to look at, and why, for the operator."""

    why: str


def read_delivery(
    event: str, body: bytes, our_user_id: int = 0, our_app_id: int = 0
) -> Hints | Ignored:
    """Read only the fields we use; raises for no event and no body whatever.

    `our_user_id` and `our_app_id` are the numbers of our bot user and our App (0: unknown): what
    they wrote themselves leads nowhere, or the bot would talk to itself (source: the comment loops
    in GitHub bots that spent hundreds of dollars).
    """
    reader = _READERS.get(event)
    if reader is None:
        return Ignored(f"{event} is not an event the bot acts on")
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return Ignored("the body is not JSON")
    if not isinstance(payload, dict):
        return Ignored("the body is not a JSON object")
    author = _number(_at(payload, "comment", "user", "id") or _at(payload, "review", "user", "id"))
    if our_user_id and author == our_user_id:
        return Ignored("our own comment")
    check = _at(payload, "check_run") or _at(payload, "check_suite")
    checked_by = _number(_at(check, "app", "id"))
    # A person who asks for our check to run again is answered by a look.
    if our_app_id and checked_by == our_app_id and _at(payload, "action") != "rerequested":
        return Ignored("our own check")
    if our_user_id and _number(_at(payload, "sender", "id")) == our_user_id:
        label = _at(payload, "label", "name")
        if isinstance(label, str) and state_label(label) is not None:
            return Ignored("our own state label")
    return reader(payload)


def _issue(payload: object) -> Hints | Ignored:
    repo, number = _repo(payload), _number(_at(payload, "issue", "number"))
    if repo is None or number is None:
        return Ignored("it names no issue")
    # GitHub reports a conversation comment on a pull request as one on an issue.
    if isinstance(_at(payload, "issue", "pull_request"), dict):
        return Hints((HintPull(repo, number, None),))
    return Hints((HintIssue(repo, number),))


def _pull(payload: object) -> Hints | Ignored:
    repo, number = _repo(payload), _number(_at(payload, "pull_request", "number"))
    if repo is None or number is None:
        return Ignored("it names no pull request")
    same = _at(payload, "pull_request", "head", "repo", "full_name") == repo.full
    branch = _text(_at(payload, "pull_request", "head", "ref")) if same else None
    return Hints((HintPull(repo, number, branch),))


def _check_run(payload: object) -> Hints | Ignored:
    branch = _at(payload, "check_run", "check_suite", "head_branch")
    return _commit(payload, _at(payload, "check_run", "head_sha"), (branch,))


def _check_suite(payload: object) -> Hints | Ignored:
    suite = _at(payload, "check_suite")
    return _commit(payload, _at(suite, "head_sha"), (_at(suite, "head_branch"),))


def _status(payload: object) -> Hints | Ignored:
    branches = tuple(_at(branch, "name") for branch in _items(_at(payload, "branches")))
    return _commit(payload, _at(payload, "sha"), branches)


def _workflow_run(payload: object) -> Hints | Ignored:
    run = _at(payload, "workflow_run")
    return _commit(payload, _at(run, "head_sha"), (_at(run, "head_branch"),))


def _merge_group(payload: object) -> Hints | Ignored:
    repo, ref = _repo(payload), _text(_at(payload, "merge_group", "head_ref"))
    queued = _queued_pull(ref.removeprefix("refs/heads/")) if ref is not None else None
    if repo is None or queued is None:
        return Ignored("it names no queued pull request")
    return Hints((HintPull(repo, queued, None),))


def _queued_pull(branch: str) -> int | None:
    """The pull request that a merge queue's own branch tests, by the name GitHub gives it."""
    match = _QUEUE_BRANCH.fullmatch(branch)
    return _number(int(match["pull"])) if match is not None else None


def _push(payload: object) -> Hints | Ignored:
    repo, ref = _repo(payload), _text(_at(payload, "ref"))
    if repo is None or ref is None or not ref.startswith("refs/heads/"):
        return Ignored("it is not a push to a branch")
    branch = ref.removeprefix("refs/heads/")
    if branch == _at(payload, "repository", "default_branch"):
        return Hints((HintRepo(repo),))
    # A deleted branch has no commit any more; the last one it had is what was built on.
    gone = _at(payload, "deleted") is True
    return _commit(payload, _at(payload, "before" if gone else "after"), (branch,))


def _commit(payload: object, sha: object, branches: tuple[object, ...]) -> Hints | Ignored:
    repo, commit = _repo(payload), _text(sha)
    if repo is None or commit is None or not _SHA.fullmatch(commit):
        return Ignored("it names no commit")
    named = tuple(name for name in map(_text, branches) if name is not None)
    queued = (number for number in map(_queued_pull, named) if number is not None)
    return Hints(
        (HintCommit(repo, commit, named), *(HintPull(repo, number, None) for number in queued))
    )


def _installation(payload: object) -> Hints | Ignored:
    listed = _items(_at(payload, "repositories"))
    granted = listed + _items(_at(payload, "repositories_added"))
    if _at(payload, "action") in ("deleted", "suspend"):
        return Ignored("the installation has ended")
    number = _installation_id(payload)
    repos = (_named(_at(each, "full_name"), number) for each in granted)
    hints = tuple(HintRepo(repo) for repo in repos if repo is not None)
    return Hints(hints) if hints else Ignored("it grants no repository")


_READERS: dict[str, Callable[[object], Hints | Ignored]] = {
    "issues": _issue,
    "issue_comment": _issue,
    "pull_request": _pull,
    "pull_request_review": _pull,
    "pull_request_review_comment": _pull,
    "pull_request_review_thread": _pull,
    "check_run": _check_run,
    "check_suite": _check_suite,
    "status": _status,
    "workflow_run": _workflow_run,
    "merge_group": _merge_group,
    "push": _push,
    "installation": _installation,
    "installation_repositories": _installation,
}

_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FULL_NAME = re.compile(r"(?P<owner>[A-Za-z0-9_-]{1,64})/(?P<name>[A-Za-z0-9._-]{1,100})")
_QUEUE_BRANCH = re.compile(r"gh-readonly-queue/.+/pr-(?P<pull>[1-9][0-9]{0,9})-[0-9a-f]{40,64}")
_LARGEST = 2**63 - 1


def _at(value: object, *path: str) -> object:
    """The value under nested keys; None where any of them is missing."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _items(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list) else ()


def _number(value: object) -> int | None:
    """A positive number that a database column holds. JSON's `true` is not one."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value <= _LARGEST else None


def _text(value: object) -> str | None:
    """A text that can be stored and printed: JSON may escape half a surrogate pair, or NUL."""
    if not isinstance(value, str) or not value.isprintable():
        return None
    return value or None


def _repo(payload: object) -> Repo | None:
    return _named(_at(payload, "repository", "full_name"), _installation_id(payload))


def _installation_id(payload: object) -> int:
    return _number(_at(payload, "installation", "id")) or 0


def _named(full_name: object, installation: int) -> Repo | None:
    match = _FULL_NAME.fullmatch(full_name) if isinstance(full_name, str) else None
    if match is None or match["name"] in (".", ".."):
        return None
    return Repo(match["owner"], match["name"], installation)
