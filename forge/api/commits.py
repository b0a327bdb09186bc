"""Commits, and git's own objects: commits, trees, blobs."""

import base64
import binascii
from datetime import datetime
from functools import partial

from forge.api import fields
from forge.api.call import Call
from forge.api.guarded import GuardedRouter, commit_of, git_of
from forge.api.http import ApiError, Reply, not_found
from forge.git.objects import Signature, TreeEntry
from forge.git.repository import BadPath
from forge.jsontypes import JsonObject
from forge.render.commits import render_commit, render_commit_with_files, render_git_commit
from forge.render.nodes import node_id
from forge.render.pulls import render_pull_simple
from forge.world.entities import Role
from forge.world.mergeability import comparison_of
from forge.world.signing import signature_of, signed_by_forge

router = GuardedRouter()

_READ = ("contents:read",)
_WRITE = ("contents:write",)
_MODES = ("100644", "100755", "040000", "160000", "120000")


@router.get("/repos/{owner}/{repo}/commits", app=_READ)
def list_commits(call: Call) -> Reply:
    """The commits behind `sha` (a branch or commit, else the default branch), newest first."""
    git = git_of(call)
    revision = call.query.get("sha") or call.repo().default_branch
    sha = git.resolve(revision)
    if sha is None and not git.refs("refs/heads/"):
        raise ApiError(409, "Git Repository is empty.")
    if sha is None:
        raise not_found()
    commits = git.log(sha, call.query.get("path", ""))
    return call.paged(commits, partial(render_commit, call.world, call.repo()))


@router.get(
    "/repos/{owner}/{repo}/commits/{sha}/pulls", app=("pull_requests:read", "contents:read")
)
def list_pulls(call: Call) -> Reply:
    """The pull requests that a commit belongs to, those of forks too; merged ones included."""
    world, sha = call.world, commit_of(call, "sha")
    found = [
        pull
        for pull in world.pulls(call.repo())
        if pull.merge_commit_sha == sha
        or sha in [commit.sha for commit in comparison_of(world, pull).commits]
    ]
    return call.paged(found, partial(render_pull_simple, world))


@router.get("/repos/{owner}/{repo}/commits/{ref:path}", app=_READ)
def get_commit(call: Call) -> Reply:
    """One commit with what it changed."""
    commit = git_of(call).commit(commit_of(call))
    return Reply(200, render_commit_with_files(call.world, call.repo(), commit))


@router.get("/repos/{owner}/{repo}/git/commits/{sha}", app=_READ)
def get_git_commit(call: Call) -> Reply:
    """A commit as git stores it."""
    sha = call.text("sha")
    if git_of(call).kind(sha) != "commit":
        raise not_found()
    return Reply(200, render_git_commit(call.world, call.repo(), git_of(call).commit(sha)))


@router.post("/repos/{owner}/{repo}/git/commits", app=_WRITE, user=Role.WRITE)
def create_git_commit(call: Call) -> Reply:
    """Store a commit; no branch moves."""
    body, git = call.json(), git_of(call)
    tree = fields.required_text(body, "tree")
    parents = fields.texts_or_none(body, "parents") or []
    message = fields.required_text(body, "message")
    if git.kind(tree) != "tree":
        raise ApiError(422, "Tree SHA does not exist")
    for parent in parents:
        if git.kind(parent) != "commit":
            raise ApiError(422, "Parent SHA does not exist or is not a commit object")
    own = signature_of(call.world, call.actor)
    author = _signature(body, "author", own)
    committer = _signature(body, "committer", author)
    sha = git.write_commit(tree, tuple(parents), message, author, committer)
    # GitHub signs for an App that names nobody as author and gives no signature of its own
    if call.app is not None and not {"author", "committer", "signature"} & body.keys():
        sha = signed_by_forge(call.world, call.repo(), sha)
    return Reply(201, render_git_commit(call.world, call.repo(), git.commit(sha)))


@router.get("/repos/{owner}/{repo}/git/trees/{ref:path}", app=_READ)
def get_tree(call: Call) -> Reply:
    """The entries of a tree, by its sha or that of a commit, or by a ref."""
    git, name = git_of(call), call.text("ref")
    sha = name if git.kind(name) == "tree" else git.resolve(name)
    if sha is None:
        raise not_found()
    if git.kind(sha) == "commit":
        sha = git.commit(sha).tree
    return Reply(200, _render_tree(call, sha, "recursive" in call.query))


@router.post("/repos/{owner}/{repo}/git/trees", app=_WRITE, user=Role.WRITE)
def create_tree(call: Call) -> Reply:
    """Store a tree: `base_tree` with entries put, or (`sha` null) removed."""
    body, git = call.json(), git_of(call)
    base = fields.text_or_none(body, "base_tree")
    if base is not None and git.kind(base) not in ("tree", "commit"):
        raise ApiError(422, "base_tree is not a valid tree oid")
    given = fields.objects(body, "tree")
    if not given:
        raise ApiError(422, "Invalid tree info")
    changes = dict(_tree_change(call, one) for one in given)
    try:
        sha = git.write_tree(None if base is None else base + "^{tree}", changes)
    except BadPath as error:
        raise ApiError(422, "tree.path contains a malformed path component") from error
    return Reply(201, _render_tree(call, sha, recursive=False))


@router.get("/repos/{owner}/{repo}/git/blobs/{sha}", app=_READ)
def get_blob(call: Call) -> Reply:
    """The bytes of a blob, in base64."""
    git, sha = git_of(call), call.text("sha")
    if git.kind(sha) != "blob":
        raise not_found()
    content = git.blob(sha)
    shown: JsonObject = {
        "sha": sha,
        "node_id": node_id(f"Blob:{sha}", call.repo().id),
        "size": len(content),
        "url": f"{call.urls.repo(call.repo())}/git/blobs/{sha}",
        "content": base64.encodebytes(content).decode(),
        "encoding": "base64",
    }
    return Reply(200, shown)


@router.post("/repos/{owner}/{repo}/git/blobs", app=_WRITE, user=Role.WRITE)
def create_blob(call: Call) -> Reply:
    """Store bytes, given as text or in base64."""
    body = call.json()
    content = fields.required_text(body, "content")
    encoding = fields.choice(body, "encoding", ("utf-8", "base64")) or "utf-8"
    try:
        data = base64.b64decode(content) if encoding == "base64" else content.encode()
    except binascii.Error as error:
        raise ApiError(422, "content is not valid Base64") from error
    sha = git_of(call).write_blob(data)
    url = f"{call.urls.repo(call.repo())}/git/blobs/{sha}"
    return Reply(201, {"url": url, "sha": sha})


def _tree_change(call: Call, one: JsonObject) -> tuple[str, TreeEntry | None]:
    git, path = git_of(call), fields.required_text(one, "path")
    mode = fields.choice(one, "mode", _MODES) or "100644"
    content = fields.text_or_none(one, "content")
    if content is not None:
        return path, TreeEntry(mode, "blob", git.write_blob(content.encode()), None, path)
    sha = fields.text_or_none(one, "sha")
    if sha is None:
        return path, None
    kind = git.kind(sha)
    if kind is None:
        raise ApiError(422, f"tree.sha {sha} is not a valid blob")
    return path, TreeEntry(mode, kind, sha, None, path)


def _render_tree(call: Call, sha: str, recursive: bool) -> JsonObject:
    base = f"{call.urls.repo(call.repo())}/git"
    entries = []
    for entry in git_of(call).tree(sha, recursive=recursive):
        shown: JsonObject = {
            "path": entry.path,
            "mode": entry.mode,
            "type": entry.kind,
            "sha": entry.sha,
            "url": f"{base}/{entry.kind}s/{entry.sha}",
        }
        entries.append(shown if entry.size is None else shown | {"size": entry.size})
    return {"sha": sha, "url": f"{base}/trees/{sha}", "tree": entries, "truncated": False}


def _signature(body: JsonObject, role: str, otherwise: Signature) -> Signature:
    given = fields.object_or_none(body, role)
    if given is None:
        return otherwise
    date = fields.text_or_none(given, "date")
    try:
        when = otherwise.when if date is None else datetime.fromisoformat(date)
    except ValueError as error:
        raise ApiError(422, f"{role}.date is not a date-time") from error
    name, email = fields.required_text(given, "name"), fields.required_text(given, "email")
    return Signature(name, email, when)
