"""Talking to the remote: fetch, and push with a lease."""

import re
from urllib.parse import urlsplit

from bot.adapters.git.command import GitCommand
from bot.adapters.git.objects import checked
from bot.kernel.values import Sha
from bot.stages.workspace import GitFailed, LeaseLost, Pushed, PushOutcome, Remote

FETCH_SECONDS = 900.0
PUSH_SECONDS = 300.0
_MOVED = (
    "stale info",
    "fetch first",
    "non-fast-forward",
    "reference already exists",
    "cannot lock ref",
)
_BRANCH = re.compile(r"(?!.*(?:\.\.|//|@\{|\.lock(?:/|$)))[A-Za-z0-9_][A-Za-z0-9._/@+#-]*(?<![./])")


def fetch(git: GitCommand, remote: Remote, refs: tuple[str, ...]) -> GitFailed | None:
    """Fetch branches (`main`), full refs (`refs/pull/7/head`) or commit ids."""
    if (refused := _bad_url(remote.url)) is not None:
        return refused
    specs = []
    for ref in refs:
        name = local_ref(ref)
        if name is None:
            return GitFailed(f"not the name of a branch or commit: {ref!r}")
        source = ref if is_id(ref) else name
        specs.append(f"+{source}:{name}")
    quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
    arguments = ("fetch", *quiet, "--force", "--", remote.url, *specs)
    done = git.call(*arguments, seconds=FETCH_SECONDS, token=remote.token or None)
    return None if done.code == 0 else GitFailed(f"git fetch: {done.errors}")


def push(
    git: GitCommand, remote: Remote, sha: Sha, branch: str, expected: Sha | None
) -> PushOutcome:
    """Move the branch from `expected` (None: it must not exist) to `sha`, or find it there."""
    if (refused := _bad_url(remote.url)) is not None:
        return refused
    if _BRANCH.fullmatch(branch) is None:
        return GitFailed(f"not the name of a branch: {branch!r}")
    ref = f"refs/heads/{branch}"
    lease = f"--force-with-lease={ref}:{checked(expected) if expected else ''}"
    spec = f"{checked(sha)}:{ref}"
    arguments = ("push", "--porcelain", "--no-verify", lease, "--", remote.url, spec)
    done = git.call(*arguments, seconds=PUSH_SECONDS, token=remote.token or None)
    if done.code == 0:
        return Pushed(sha)
    # The answer may have been lost after the push was applied: the remote itself is asked.
    now = _remote_sha(git, remote, ref)
    if now == sha:
        return Pushed(sha)
    verdicts = [
        line for line in done.output.decode(errors="replace").splitlines() if line[:1] == "!"
    ]
    reason = "; ".join([*(line.split("\t")[-1] for line in verdicts), done.errors])
    if any(moved in reason for moved in _MOVED):
        return LeaseLost(f"{branch} is at {now or 'no commit'}, expected {expected or 'none'}")
    return GitFailed(f"git push: {reason}")


def has_branch(git: GitCommand, remote: Remote, branch: str) -> bool | GitFailed:
    """Whether the branch is there; a remote that does not answer is no answer."""
    if (refused := _bad_url(remote.url)) is not None:
        return refused
    if _BRANCH.fullmatch(branch) is None:
        return GitFailed(f"not the name of a branch: {branch!r}")
    ref = f"refs/heads/{branch}"
    arguments = ("ls-remote", "--refs", "--", remote.url, ref)
    done = git.call(*arguments, seconds=PUSH_SECONDS, token=remote.token or None)
    if done.code != 0:
        return GitFailed(f"git ls-remote: {done.errors}")
    return any(line.endswith(f"\t{ref}") for line in done.output.decode().splitlines())


def local_ref(ref: str) -> str | None:
    """Where the mirror keeps what is fetched under this name; None when it is no proper name."""
    if is_id(ref):
        return f"refs/fetched/{ref}"
    if _BRANCH.fullmatch(ref) is None:
        return None
    return ref if ref.startswith("refs/") else f"refs/heads/{ref}"


def is_id(ref: str) -> bool:
    """Whether this is a whole object id."""
    return re.fullmatch("[0-9a-f]{40}", ref) is not None


def _remote_sha(git: GitCommand, remote: Remote, ref: str) -> Sha | None:
    arguments = ("ls-remote", "--refs", "--", remote.url, ref)
    done = git.call(*arguments, seconds=PUSH_SECONDS, token=remote.token or None)
    for line in done.output.decode(errors="replace").splitlines():
        sha, _, name = line.partition("\t")
        if name == ref and is_id(sha):
            return Sha(sha)
    return None


def _bad_url(url: str) -> GitFailed | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return GitFailed("the remote's URL cannot be read")
    if parts.username or parts.password:
        return GitFailed("the remote's URL holds credentials; they belong in the token")
    return None
