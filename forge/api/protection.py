"""Branch protection, and (after them, for their paths are wider) branches."""

from dataclasses import replace

from forge.api import branches, fields
from forge.api.call import Call
from forge.api.guarded import GuardedRouter, git_of
from forge.api.http import ApiError, Reply, refused_schema
from forge.jsontypes import JsonObject
from forge.render.protection import render_protection, render_required_signatures
from forge.world.entities import BranchProtection, RequiredCheck, RequiredReviews, Role

router = GuardedRouter()

_ADMIN_READ = ("administration:read",)
_ADMIN_WRITE = ("administration:write",)
_PROTECTION = "/repos/{owner}/{repo}/branches/{branch:path}/protection"
_SIGNATURES = _PROTECTION + "/required_signatures"
_ANY_APP = -1


@router.get(_PROTECTION, app=_ADMIN_READ, user=Role.ADMIN)
def get_protection(call: Call) -> Reply:
    """The classic protection of a branch; 404 when it has none."""
    branch = _branch(call)
    found = call.repo().protections.get(branch)
    if found is None:
        raise ApiError(404, "Branch not protected")
    return Reply(200, render_protection(call.world, call.repo(), branch, found))


@router.put(_PROTECTION, app=_ADMIN_WRITE, user=Role.ADMIN)
def put_protection(call: Call) -> Reply:
    """Protect a branch; what was there before is replaced."""
    branch, body = _branch(call), call.json()
    for name in (
        "required_status_checks",
        "enforce_admins",
        "required_pull_request_reviews",
        "restrictions",
    ):
        if name not in body:
            raise refused_schema(f'"{name}" wasn\'t supplied.')
    made = _read_protection(body)
    # GitHub's call cannot say whether signatures are demanded; that has an endpoint of its own
    if (before := call.repo().protections.get(branch)) is not None:
        made = replace(made, signed=before.signed)
    call.repo().protections[branch] = made
    return Reply(200, render_protection(call.world, call.repo(), branch, made))


@router.delete(_PROTECTION, app=_ADMIN_WRITE, user=Role.ADMIN)
def delete_protection(call: Call) -> Reply:
    """Protect a branch no longer."""
    if call.repo().protections.pop(_branch(call), None) is None:
        raise ApiError(404, "Branch not protected")
    return Reply.empty()


@router.get(_SIGNATURES, app=_ADMIN_READ, user=Role.ADMIN)
def get_signatures(call: Call) -> Reply:
    """Whether the branch demands signed commits."""
    return _signatures(call)


@router.post(_SIGNATURES, app=_ADMIN_WRITE, user=Role.ADMIN)
def demand_signatures(call: Call) -> Reply:
    """Demand signed commits from now on."""
    return _signatures(call, demand=True)


@router.delete(_SIGNATURES, app=_ADMIN_WRITE, user=Role.ADMIN)
def forgo_signatures(call: Call) -> Reply:
    """Demand signed commits no longer."""
    _signatures(call, demand=False)
    return Reply.empty()


def _signatures(call: Call, demand: bool | None = None) -> Reply:
    branch, protections = _branch(call), call.repo().protections
    found = protections.get(branch)
    if found is None:
        raise ApiError(404, "Branch not protected")
    if demand is not None:
        found = protections[branch] = replace(found, signed=demand)
    url = f"{call.urls.repo(call.repo())}/branches/{branch}/protection"
    return Reply(200, render_required_signatures(url, found))


def _branch(call: Call) -> str:
    name = call.text("branch")
    if git_of(call).branch(name) is None:
        raise ApiError(404, "Branch not found")
    return name


def _read_protection(body: JsonObject) -> BranchProtection:
    checks = fields.object_or_none(body, "required_status_checks")
    reviews = fields.object_or_none(body, "required_pull_request_reviews")
    restrictions = fields.object_or_none(body, "restrictions")
    return BranchProtection(
        checks=None if checks is None else _read_checks(checks),
        strict=checks is not None and fields.flag(checks, "strict"),
        reviews=None if reviews is None else _read_reviews(reviews),
        enforce_admins=body.get("enforce_admins") is True,
        linear_history=fields.flag(body, "required_linear_history"),
        allow_force_pushes=body.get("allow_force_pushes") is True,
        allow_deletions=fields.flag(body, "allow_deletions"),
        conversation_resolution=fields.flag(body, "required_conversation_resolution"),
        push_allow_list=None if restrictions is None else _read_allowed(restrictions),
    )


def _read_checks(checks: JsonObject) -> tuple[RequiredCheck, ...]:
    given = fields.objects(checks, "checks")
    if not given:
        contexts = fields.texts_or_none(checks, "contexts") or []
        return tuple(RequiredCheck(context) for context in contexts)
    return tuple(read_check(check, "app_id") for check in given)


def read_check(check: JsonObject, source: str) -> RequiredCheck:
    """A required check; `source` names the member with the App's number, -1 for any."""
    app_id = fields.whole_or_none(check, source)
    return RequiredCheck(
        fields.required_text(check, "context"), None if app_id == _ANY_APP else app_id
    )


def _read_reviews(reviews: JsonObject) -> RequiredReviews:
    count = fields.whole_or_none(reviews, "required_approving_review_count")
    return RequiredReviews(
        count=1 if count is None else count,
        dismiss_stale=fields.flag(reviews, "dismiss_stale_reviews"),
        code_owners=fields.flag(reviews, "require_code_owner_reviews"),
        last_push_approval=fields.flag(reviews, "require_last_push_approval"),
    )


def _read_allowed(restrictions: JsonObject) -> tuple[str, ...]:
    people = fields.texts_or_none(restrictions, "users") or []
    apps = fields.texts_or_none(restrictions, "apps") or []
    return (*people, *(f"{slug}[bot]" for slug in apps))


router.endpoints += branches.router.endpoints
