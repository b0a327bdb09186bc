"""Refs."""

from functools import partial

from forge.api import fields
from forge.api.call import Call
from forge.api.guarded import GuardedRouter, git_of
from forge.api.http import ApiError, Reply, not_found
from forge.git.objects import ZERO
from forge.jsontypes import JsonObject
from forge.render.nodes import node_id
from forge.world.entities import Role
from forge.world.protection import bypasses, rules_of
from forge.world.pushes import move_ref
from forge.world.refnames import is_valid_ref
from forge.world.signing import unsigned_commits

router = GuardedRouter()

_READ = ("contents:read",)
_WRITE = ("contents:write",)


@router.get("/repos/{owner}/{repo}/git/ref/{ref:path}", app=_READ)
def get_ref(call: Call) -> Reply:
    """One ref, by its name without `refs/`."""
    name = "refs/" + call.text("ref")
    sha = git_of(call).refs().get(name)
    if sha is None:
        raise not_found()
    return Reply(200, _render_ref(call, (name, sha)))


@router.get("/repos/{owner}/{repo}/git/matching-refs/{ref:path}", app=_READ)
def list_matching(call: Call) -> Reply:
    """The refs whose name starts so."""
    found = git_of(call).refs("refs/" + call.text("ref"))
    return call.paged(list(found.items()), partial(_render_ref, call))


@router.post("/repos/{owner}/{repo}/git/refs", app=_WRITE, user=Role.WRITE)
def create_ref(call: Call) -> Reply:
    """A new ref. 422 when it exists or the object does not."""
    body = call.json()
    name, sha = fields.required_text(body, "ref"), fields.required_text(body, "sha")
    if not is_valid_ref(name):
        message = "Reference name must start with 'refs/heads' or 'refs/tags'"
        raise ApiError(422, message)
    git = git_of(call)
    if git.kind(sha) is None:
        raise ApiError(422, "Object does not exist")
    if name in git.refs():
        raise ApiError(422, "Reference already exists")
    if any(old.startswith(name + "/") or name.startswith(old + "/") for old in git.refs()):
        raise ApiError(422, "Reference cannot be created")
    _check_signatures(call, name, ZERO, sha)
    move_ref(call.world, call.actor, call.repo(), name, ZERO, sha)
    shown = _render_ref(call, (name, sha))
    return Reply(201, shown, {"Location": str(shown["url"])})


@router.patch("/repos/{owner}/{repo}/git/refs/{ref:path}", app=_WRITE, user=Role.WRITE)
def update_ref(call: Call) -> Reply:
    """Move a ref; without `force` only forwards."""
    body = call.json()
    name, sha = "refs/" + call.text("ref"), fields.required_text(body, "sha")
    force = fields.flag(body, "force")
    git = git_of(call)
    before = git.refs().get(name)
    if before is None:
        raise ApiError(422, "Reference does not exist")
    if git.kind(sha) is None:
        raise ApiError(422, "Object does not exist")
    forward = git.contains(before, sha)
    if not forward and not force:
        raise ApiError(422, "Update is not a fast forward")
    rules = rules_of(call.repo(), name.removeprefix("refs/heads/"))
    if not bypasses(call.world, call.repo(), call.actor, rules):
        if rules.blocks_force and not forward:
            raise ApiError(422, "Cannot force-push to this branch")
        if rules.pull_required or rules.checks:
            raise ApiError(422, "Changes must be made through a pull request.")
    _check_signatures(call, name, before, sha)
    if sha != before:
        move_ref(call.world, call.actor, call.repo(), name, before, sha)
    return Reply(200, _render_ref(call, (name, sha)))


@router.delete("/repos/{owner}/{repo}/git/refs/{ref:path}", app=_WRITE, user=Role.WRITE)
def delete_ref(call: Call) -> Reply:
    """Delete a ref; not the default branch, nor a protected one."""
    repo, name = call.repo(), "refs/" + call.text("ref")
    before = git_of(call).refs().get(name)
    if before is None:
        raise ApiError(422, "Reference does not exist")
    branch = name.removeprefix("refs/heads/")
    rules = rules_of(repo, branch)
    barred = rules.blocks_deletion and not bypasses(call.world, repo, call.actor, rules)
    if branch == repo.default_branch or barred:
        raise ApiError(422, "Cannot delete this branch")
    move_ref(call.world, call.actor, repo, name, before, ZERO)
    return Reply.empty()


def _check_signatures(call: Call, name: str, before: str, after: str) -> None:
    """Refuse commits that the forge did not sign where the branch demands signatures."""
    repo, git = call.repo(), git_of(call)
    rules = rules_of(repo, name.removeprefix("refs/heads/"))
    if not rules.signed or bypasses(call.world, repo, call.actor, rules):
        return
    start = git.branch(repo.default_branch) if before == ZERO else before
    if unsigned_commits(call.world, repo, after if start is None else f"{start}..{after}"):
        message = "Repository rule violations found\n\nCommits must have verified signatures.\n\n"
        raise ApiError(422, message)


def _render_ref(call: Call, ref: tuple[str, str]) -> JsonObject:
    name, sha = ref
    url, kind = call.urls.repo(call.repo()), git_of(call).kind(sha) or "commit"
    return {
        "ref": name,
        "node_id": node_id(f"Ref:{name}", call.repo().id),
        "url": f"{url}/git/{name}",
        "object": {"type": kind, "sha": sha, "url": f"{url}/git/{kind}s/{sha}"},
    }
