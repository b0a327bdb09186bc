"""Files and directories of a commit."""

import base64
import binascii
from urllib.parse import quote

from forge.api import fields
from forge.api.call import Call
from forge.api.guarded import GuardedRouter, git_of
from forge.api.http import ApiError, Reply, forbidden, not_found
from forge.git.access import may_change_workflows
from forge.git.objects import TreeEntry
from forge.git.repository import BadPath, Repository
from forge.jsontypes import JsonObject
from forge.render.commits import render_git_commit
from forge.world.entities import Role
from forge.world.protection import bypasses, rules_of
from forge.world.pushes import push_commit_as

router = GuardedRouter()

_PATH = "/repos/{owner}/{repo}/contents/{path:path}"
_MOST_SHOWN_BYTES = 1024 * 1024
_KINDS = {"tree": "dir", "blob": "file", "commit": "submodule", "tag": "file"}


@router.get(_PATH, app=("contents:read",))
def get_contents(call: Call) -> Reply:
    """A file with its bytes in base64 (or raw, when asked for), or a directory as a list."""
    git, path = git_of(call), call.text("path").strip("/")
    sha = git.resolve(call.query.get("ref") or call.repo().default_branch)
    if sha is None:
        raise not_found() if "ref" not in call.query else _no_ref(call)
    entry = git.entry(sha, path) if path else None
    if path and entry is None:
        raise not_found()
    if entry is None or entry.kind == "tree":
        inside = git.tree(sha, path)
        prefix = f"{path}/" if path else ""
        return Reply(200, [_render(call, it, prefix + it.path) for it in inside])
    content = git.blob(entry.sha)
    if "raw" in call.headers.get("accept", ""):
        return Reply(200, raw=content, media_type="application/vnd.github.raw; charset=utf-8")
    return Reply(200, _render(call, entry, path) | _encoded(content))


@router.get("/repos/{owner}/{repo}/readme", app=("contents:read",))
def get_readme(call: Call) -> Reply:
    """The README of the default branch, or of `ref`."""
    git = git_of(call)
    sha = git.resolve(call.query.get("ref") or call.repo().default_branch)
    entries = () if sha is None else git.tree(sha)
    found = next((it for it in entries if it.path.lower().startswith("readme")), None)
    if found is None or found.kind != "blob":
        raise not_found()
    return Reply(200, _render(call, found, found.path) | _encoded(git.blob(found.sha)))


@router.put(_PATH, app=("contents:write",), user=Role.WRITE)
def put_file(call: Call) -> Reply:
    """Create a file, or with the `sha` of its blob replace it, in one commit."""
    body = call.json()
    message = fields.required_text(body, "message")
    try:
        content = base64.b64decode(fields.required_text(body, "content"), validate=True)
    except binascii.Error as error:
        raise ApiError(422, "content is not valid Base64") from error
    existed = _check_blob(call, body)
    done = _commit(call, body, message, content)
    entry = git_of(call).entry(str(done["sha"]), call.text("path"))
    shown = None if entry is None else _render(call, entry, call.text("path"))
    return Reply(200 if existed else 201, {"content": shown, "commit": done})


@router.delete(_PATH, app=("contents:write",), user=Role.WRITE)
def delete_file(call: Call) -> Reply:
    """Delete a file, named by the `sha` of its blob, in one commit."""
    body = call.json()
    message = fields.required_text(body, "message")
    fields.required_text(body, "sha")
    if not _check_blob(call, body):
        raise not_found()
    return Reply(200, {"content": None, "commit": _commit(call, body, message, None)})


def _branch(call: Call, body: JsonObject) -> str:
    return fields.text_or_none(body, "branch") or call.repo().default_branch


def _check_blob(call: Call, body: JsonObject) -> bool:
    """Whether the file is there; 409 when it is not the one that the caller has seen."""
    git: Repository = git_of(call)
    tip = git.branch(_branch(call, body))
    if tip is None:
        raise ApiError(404, f"Branch {_branch(call, body)} not found")
    entry, seen = git.entry(tip, call.text("path")), fields.text_or_none(body, "sha")
    if entry is not None and seen is None:
        raise ApiError(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    if seen is not None and (entry is None or entry.sha != seen):
        raise ApiError(409, f"{call.text('path')} does not match {seen}")
    return entry is not None


def _commit(call: Call, body: JsonObject, message: str, content: bytes | None) -> JsonObject:
    repo, branch = call.repo(), _branch(call, body)
    workflow = call.text("path").startswith(".github/workflows/")
    if workflow and not may_change_workflows(call.principal):
        raise forbidden()
    rules = rules_of(repo, branch)
    if (rules.pull_required or rules.checks) and not bypasses(call.world, repo, call.actor, rules):
        raise ApiError(409, "Changes must be made through a pull request.")
    try:
        files = {call.text("path"): content}
        # GitHub signs what an App commits by this call, if it names nobody as author
        signs = call.app is not None and not {"author", "committer"} & body.keys()
        if rules.signed and not signs and not bypasses(call.world, repo, call.actor, rules):
            raise ApiError(409, "Commits must have verified signatures.")
        sha = push_commit_as(call.world, call.actor, repo, branch, files, message, signed=signs)
    except BadPath as error:
        raise ApiError(422, "path contains a malformed path component") from error
    return render_git_commit(call.world, repo, git_of(call).commit(sha))


def _no_ref(call: Call) -> ApiError:
    return ApiError(404, f"No commit found for the ref {call.query['ref']}")


def _encoded(content: bytes) -> JsonObject:
    # above this size GitHub leaves the content out and says so
    if len(content) > _MOST_SHOWN_BYTES:
        return {"content": "", "encoding": "none"}
    return {"content": base64.encodebytes(content).decode(), "encoding": "base64"}


def _render(call: Call, entry: TreeEntry, path: str) -> JsonObject:
    repo, urls = call.repo(), call.urls
    ref = call.query.get("ref") or repo.default_branch
    url = f"{urls.repo(repo)}/contents/{quote(path)}?ref={quote(ref)}"
    kind = "tree" if entry.kind == "tree" else "blob"
    page = f"{urls.repo_page(repo)}/{kind}/{ref}/{quote(path)}"
    git_url = f"{urls.repo(repo)}/git/{kind}s/{entry.sha}"
    raw = f"{urls.repo_page(repo)}/raw/{ref}/{quote(path)}" if kind == "blob" else None
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": entry.sha,
        "size": entry.size or 0,
        "url": url,
        "html_url": page,
        "git_url": git_url,
        "download_url": raw,
        "type": "symlink" if entry.mode == "120000" else _KINDS[entry.kind],
        "_links": {"self": url, "git": git_url, "html": page},
    }
