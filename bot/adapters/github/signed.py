"""A commit made through the API, so that GitHub signs it for the App, put on a branch with lease.

GitHub signs what an App's own token commits when the request names neither author nor committer:
https://docs.github.com/authentication/managing-commit-signature-verification
(section "Signature verification for bots").
"""

import base64
from urllib.parse import quote

from bot.adapters.github.answers import Refused
from bot.adapters.github.client import Client
from bot.adapters.github.ensure import written
from bot.adapters.github.graphql import data_of
from bot.adapters.github.outgoing import clean, same
from bot.adapters.github.paths import repo_path
from bot.adapters.github.pulls import about_branch
from bot.adapters.github.record import Record
from bot.domain.subject import Repo, issue_of_branch
from bot.kernel.values import Sha
from bot.stages.github import NotAllowed
from bot.stages.landing import FileWrite
from bot.stages.workspace import LeaseLost

_UPDATE_REF = """
mutation($repository: ID!, $name: GitRefname!, $before: GitObjectID!, $after: GitObjectID!) {
  updateRefs(
    input: {
      repositoryId: $repository,
      refUpdates: [{name: $name, beforeOid: $before, afterOid: $after, force: true}]
    }
  ) { clientMutationId }
}
"""

_LAYOUT = {ord("\n"): " ", ord("\t"): " "}


def commit_signed(
    client: Client,
    repo: Repo,
    branch: str,
    parent: Sha,
    changes: tuple[FileWrite, ...],
    message: str,
    expected: Sha | None,
) -> Sha | LeaseLost:
    """Blobs, tree, commit, ref. Raises NotAllowed where GitHub does not sign.

    Only the last step can be seen by anybody; what comes before leaves unreachable objects.
    """
    if issue_of_branch(branch) is None:
        raise NotAllowed(f"{branch} is no branch of ours: nothing is committed to it")
    about, text = about_branch(repo, branch), clean(message)
    now = _tip(client, repo, branch)
    if now != expected and (now is None or not _may_be_ours(client, repo, now, parent, text)):
        return _lost(branch, now, expected)
    tree = _tree(client, repo, parent, changes, about)
    if now is not None and now != expected:
        done = _commit(client, repo, now).text("tree", "sha") == tree
        return now if done else _lost(branch, now, expected)
    made = _make_commit(client, repo, parent, tree, text, about)
    return _move(client, repo, branch, made, parent, expected, about)


def _tip(client: Client, repo: Repo, branch: str) -> Sha | None:
    record = client.record(repo_path(repo, "git/ref/heads", quote(branch)))
    return None if record is None else Sha(record.need_text("object", "sha"))


def _commit(client: Client, repo: Repo, sha: Sha) -> Record:
    return client.read(repo_path(repo, "git/commits", sha)).record()


def _may_be_ours(client: Client, repo: Repo, tip: Sha, parent: Sha, message: str) -> bool:
    """Whether an earlier run of this very step may have made the tip."""
    commit = _commit(client, repo, tip)
    parents = [one.text("sha") for one in commit.records("parents")]
    signed = commit.flag("verification", "verified")
    return signed and parents == [parent] and same(commit.text("message"), message)


def _tree(
    client: Client, repo: Repo, parent: Sha, changes: tuple[FileWrite, ...], about: str
) -> Sha:
    base = _commit(client, repo, parent).need_text("tree", "sha")
    if not changes:
        return Sha(base)
    entries = [_entry(client, repo, one, about) for one in changes]
    body: dict[str, object] = {"base_tree": base, "tree": entries}
    return _stored(client, repo_path(repo, "git/trees"), body, about)


def _entry(client: Client, repo: Repo, one: FileWrite, about: str) -> dict[str, object]:
    entry: dict[str, object] = {"path": one.path, "mode": one.mode, "type": "blob"}
    if one.content is None:
        return entry | {"sha": None}
    if (text := _plain_text(one.content)) is not None:
        # Text goes along with the tree: each blob of its own would cost a second of our pace.
        return entry | {"content": text}
    encoded = base64.b64encode(one.content).decode("ascii")
    body: dict[str, object] = {"content": encoded, "encoding": "base64"}
    return entry | {"sha": _stored(client, repo_path(repo, "git/blobs"), body, about)}


def _plain_text(content: bytes) -> str | None:
    """What surely survives as a JSON string: no empty file, no control or invisible character."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text and text.translate(_LAYOUT).isprintable() else None


def _stored(client: Client, at: str, body: dict[str, object], about: str) -> Sha:
    """Store an object that is known by its content: to store it again changes nothing."""

    def write() -> Sha:
        return Sha(client.write("POST", at, body, about).record().need_text("sha"))

    return written(client, write, lambda: None)


def _make_commit(
    client: Client, repo: Repo, parent: Sha, tree: Sha, message: str, about: str
) -> Sha:
    body: dict[str, object] = {"message": message, "tree": tree, "parents": [parent]}

    def write() -> Record:
        return client.write("POST", repo_path(repo, "git/commits"), body, about).record()

    made = written(client, write, lambda: None)
    if not made.flag("verification", "verified"):
        why = made.text("verification", "reason") or "it does not say why"
        raise NotAllowed(f"GitHub did not sign the commit ({why}): it signs for Apps only")
    return Sha(made.need_text("sha"))


def _move(
    client: Client,
    repo: Repo,
    branch: str,
    made: Sha,
    parent: Sha,
    expected: Sha | None,
    about: str,
) -> Sha | LeaseLost:
    """Create the branch, or move it from `expected` and from nowhere else."""

    def look() -> Sha | LeaseLost | None:
        return made if _tip(client, repo, branch) == made else None

    def write() -> Sha | LeaseLost:
        try:
            if expected is None:
                body: dict[str, object] = {"ref": f"refs/heads/{branch}", "sha": made}
                client.write("POST", repo_path(repo, "git/refs"), body, about)
            elif expected == parent:
                # Forwards only: a branch that went on is no ancestor of our commit.
                at = repo_path(repo, "git/refs/heads", quote(branch))
                client.write("PATCH", at, {"sha": made, "force": False}, about)
            else:
                _move_sideways(client, repo, branch, made, expected, about)
        except NotAllowed as refused:
            if isinstance(refused, Refused) and refused.status not in (409, 422):
                raise
            now = _tip(client, repo, branch)
            if now == made:
                return made
            if now == expected:
                raise
            return _lost(branch, now, expected)
        return made

    return written(client, write, look)


def _move_sideways(
    client: Client, repo: Repo, branch: str, made: Sha, expected: Sha, about: str
) -> None:
    """A rebase: only GraphQL moves a ref that goes elsewhere, and still from one commit alone."""
    repository = client.read(repo_path(repo)).record().need_text("node_id")
    variables: dict[str, object] = {
        "repository": repository,
        "name": f"refs/heads/{branch}",
        "before": expected,
        "after": made,
    }
    data_of(client.graphql_write(_UPDATE_REF, variables, about))


def _lost(branch: str, now: Sha | None, expected: Sha | None) -> LeaseLost:
    return LeaseLost(f"{branch} is at {now or 'no commit'}, expected {expected or 'none'}")
