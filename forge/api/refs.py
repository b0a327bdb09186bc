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
from forge.world.pushes import move_ref
from forge.world.ref_rules import check_update

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
    if name in git_of(call).refs():
        raise ApiError(422, "Reference already exists")
    check_update(call.world, call.actor, call.repo(), name, ZERO, sha, force=False)
    move_ref(call.world, call.actor, call.repo(), name, ZERO, sha)
    shown = _render_ref(call, (name, sha))
    return Reply(201, shown, {"Location": str(shown["url"])})


@router.patch("/repos/{owner}/{repo}/git/refs/{ref:path}", app=_WRITE, user=Role.WRITE)
def update_ref(call: Call) -> Reply:
    """Move a ref; without `force` only forwards."""
    body = call.json()
    name, sha = "refs/" + call.text("ref"), fields.required_text(body, "sha")
    force = fields.flag(body, "force")
    before = git_of(call).refs().get(name)
    if before is None:
        raise ApiError(422, "Reference does not exist")
    check_update(call.world, call.actor, call.repo(), name, before, sha, force)
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
    check_update(call.world, call.actor, repo, name, before, ZERO, force=False)
    move_ref(call.world, call.actor, repo, name, before, ZERO)
    return Reply.empty()


def _render_ref(call: Call, ref: tuple[str, str]) -> JsonObject:
    name, sha = ref
    url, kind = call.urls.repo(call.repo()), git_of(call).kind(sha) or "commit"
    return {
        "ref": name,
        "node_id": node_id(f"Ref:{name}", call.repo().id),
        "url": f"{url}/git/{name}",
        "object": {"type": kind, "sha": sha, "url": f"{url}/git/{kind}s/{sha}"},
    }
