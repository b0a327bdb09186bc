"""Branch protection, rulesets, and (after them, for their paths are wider) branches."""

from functools import partial

from forge.api import branches, fields
from forge.api.call import Call
from forge.api.guarded import GuardedRouter, git_of
from forge.api.http import ApiError, Reply, not_found, refused_schema
from forge.jsontypes import JsonObject
from forge.render.protection import (
    render_protection,
    render_rules_of_branch,
    render_ruleset,
    render_whole_ruleset,
)
from forge.world.entities import BranchProtection, RequiredCheck, RequiredReviews, Role, Ruleset
from forge.world.protection import active_rulesets

router = GuardedRouter()

_ADMIN_READ = ("administration:read",)
_ADMIN_WRITE = ("administration:write",)
_PROTECTION = "/repos/{owner}/{repo}/branches/{branch:path}/protection"
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
    call.repo().protections[branch] = made
    return Reply(200, render_protection(call.world, call.repo(), branch, made))


@router.delete(_PROTECTION, app=_ADMIN_WRITE, user=Role.ADMIN)
def delete_protection(call: Call) -> Reply:
    """Protect a branch no longer."""
    if call.repo().protections.pop(_branch(call), None) is None:
        raise ApiError(404, "Branch not protected")
    return Reply.empty()


@router.get("/repos/{owner}/{repo}/rulesets")
def list_rulesets(call: Call) -> Reply:
    """The rulesets of a repository."""
    found = list(call.repo().rulesets.values())
    return call.paged(found, partial(render_ruleset, call.world, call.repo()))


@router.post("/repos/{owner}/{repo}/rulesets", app=_ADMIN_WRITE, user=Role.ADMIN)
def create_ruleset(call: Call) -> Reply:
    """A new ruleset on branches."""
    ruleset = _read_ruleset(call, call.json())
    call.repo().rulesets[ruleset.id] = ruleset
    return Reply(201, render_whole_ruleset(call.world, call.repo(), ruleset))


@router.get("/repos/{owner}/{repo}/rulesets/{ruleset:int}")
def get_ruleset(call: Call) -> Reply:
    """One ruleset with its conditions and rules."""
    found = call.repo().rulesets.get(call.number("ruleset"))
    if found is None:
        raise not_found()
    return Reply(200, render_whole_ruleset(call.world, call.repo(), found))


@router.delete("/repos/{owner}/{repo}/rulesets/{ruleset:int}", app=_ADMIN_WRITE, user=Role.ADMIN)
def delete_ruleset(call: Call) -> Reply:
    """Remove a ruleset."""
    if call.repo().rulesets.pop(call.number("ruleset"), None) is None:
        raise not_found()
    return Reply.empty()


@router.get("/repos/{owner}/{repo}/rules/branches/{branch:path}")
def list_rules(call: Call) -> Reply:
    """The rules of active rulesets that hold on a branch, whether it exists or not."""
    repo = call.repo()
    rules = [
        rule
        for ruleset in active_rulesets(repo, call.text("branch"))
        for rule in render_rules_of_branch(repo, ruleset)
    ]
    return call.paged(rules, lambda rule: rule)


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
    return tuple(_read_check(check, "app_id") for check in given)


def _read_check(check: JsonObject, source: str) -> RequiredCheck:
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


def _read_ruleset(call: Call, body: JsonObject) -> Ruleset:
    conditions = fields.object_or_none(body, "conditions") or {}
    names = fields.object_or_none(conditions, "ref_name") or {}
    rules = {fields.required_text(rule, "type"): rule for rule in fields.objects(body, "rules")}
    checks = fields.object_or_none(rules.get("required_status_checks", {}), "parameters")
    pull = fields.object_or_none(rules.get("pull_request", {}), "parameters")
    match fields.required_text(body, "enforcement"):
        case "active" | "evaluate" | "disabled" as enforcement:
            pass
        case other:
            raise refused_schema(f"{other} is not a member of active, evaluate, disabled.")
    return Ruleset(
        id=call.world.new_id(),
        name=fields.required_text(body, "name"),
        enforcement=enforcement,
        include=tuple(fields.texts_or_none(names, "include") or ()),
        exclude=tuple(fields.texts_or_none(names, "exclude") or ()),
        created_at=call.world.now(),
        checks=None
        if checks is None
        else tuple(
            _read_check(check, "integration_id")
            for check in fields.objects(checks, "required_status_checks")
        ),
        strict=checks is not None and fields.flag(checks, "strict_required_status_checks_policy"),
        reviews=None
        if pull is None
        else RequiredReviews(
            count=fields.required_whole(pull, "required_approving_review_count"),
            dismiss_stale=fields.flag(pull, "dismiss_stale_reviews_on_push"),
            code_owners=fields.flag(pull, "require_code_owner_review"),
            last_push_approval=fields.flag(pull, "require_last_push_approval"),
        ),
        block_force_pushes="non_fast_forward" in rules,
        block_deletions="deletion" in rules,
        linear_history="required_linear_history" in rules,
    )


router.endpoints += branches.router.endpoints
