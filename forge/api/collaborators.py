"""Collaborators and what they may do."""

from forge.api import fields
from forge.api.call import Call
from forge.api.http import ApiError, Reply, Router, not_found
from forge.jsontypes import JsonObject
from forge.render.accounts import render_account, render_role
from forge.world.entities import Account, AccountKind, Role
from forge.world.people import set_permission

router = Router()

_ROLES = {
    "pull": Role.READ,
    "triage": Role.TRIAGE,
    "push": Role.WRITE,
    "maintain": Role.MAINTAIN,
    "admin": Role.ADMIN,
}


@router.get("/repos/{owner}/{repo}/collaborators/{username}/permission")
def permission(call: Call) -> Reply:
    """What an account may do. GitHub answers 404 for Apps' bots: they are no users here."""
    account = _account(call)
    if account.kind is AccountKind.BOT:
        raise ApiError(404, f"{account.login} is not a user")
    role = call.world.role(call.repo(), account)
    body: JsonObject = {
        "permission": role.permission,
        "user": _collaborator(call, account, role),
        "role_name": role.label,
    }
    return Reply(200, body)


@router.get("/repos/{owner}/{repo}/collaborators", user=Role.WRITE)
def list_collaborators(call: Call) -> Reply:
    """The owner and all collaborators."""
    repo = call.repo()
    found = [one for one in call.world.accounts.values() if one is repo.owner or _is_in(call, one)]
    return call.paged(found, lambda one: _collaborator(call, one, call.world.role(repo, one)) or {})


@router.get("/repos/{owner}/{repo}/collaborators/{username}", user=Role.WRITE)
def is_collaborator(call: Call) -> Reply:
    """204 for a collaborator, 404 for anybody else."""
    account = _account(call)
    if account is call.repo().owner or _is_in(call, account):
        return Reply.empty()
    raise not_found()


@router.put(
    "/repos/{owner}/{repo}/collaborators/{username}",
    app=("administration:write",),
    user=Role.ADMIN,
)
def add_collaborator(call: Call) -> Reply:
    """Give an account a role at once (GitHub would send an invitation)."""
    wanted = fields.choice(call.json(), "permission", _ROLES) or "push"
    set_permission(call.world, call.repo(), _account(call), _ROLES[wanted])
    return Reply.empty()


@router.delete(
    "/repos/{owner}/{repo}/collaborators/{username}",
    app=("administration:write",),
    user=Role.ADMIN,
)
def remove_collaborator(call: Call) -> Reply:
    """Take an account's role away."""
    set_permission(call.world, call.repo(), _account(call), Role.NONE)
    return Reply.empty()


def _is_in(call: Call, account: Account) -> bool:
    return account.id in call.repo().roles


def _account(call: Call) -> Account:
    name = call.text("username")
    account = call.world.accounts.get(name.lower())
    if account is None:
        raise ApiError(404, f"{name} is not a user")
    return account


def _collaborator(call: Call, account: Account, role: Role) -> JsonObject:
    return render_account(call.urls, account) | {
        "permissions": render_role(role),
        "role_name": role.label,
    }
