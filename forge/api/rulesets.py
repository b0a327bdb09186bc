"""Rulesets of a repository, and the rules that they put on a branch."""

from functools import partial

from forge.api import fields
from forge.api.call import Call
from forge.api.guarded import GuardedRouter
from forge.api.http import Reply, not_found, refused_schema
from forge.api.protection import read_check
from forge.jsontypes import JsonObject
from forge.render.protection import (
    render_rules_of_branch,
    render_ruleset,
    render_whole_ruleset,
)
from forge.world.entities import MergeQueueRule, RequiredReviews, Role, Ruleset
from forge.world.protection import active_rulesets

router = GuardedRouter()

_ADMIN_WRITE = ("administration:write",)


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
            read_check(check, "integration_id")
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
        signed="required_signatures" in rules,
        merge_queue=_read_queue(rules.get("merge_queue")),
    )


def _read_queue(rule: JsonObject | None) -> MergeQueueRule | None:
    if rule is None:
        return None
    given = fields.object_or_none(rule, "parameters") or {}
    minutes = fields.whole_or_none(given, "check_response_timeout_minutes") or 60
    match fields.text_or_none(given, "merge_method") or "MERGE":
        case "MERGE" | "SQUASH" | "REBASE" as method:
            return MergeQueueRule(method, minutes)
        case other:
            raise refused_schema(f"{other} is not a member of MERGE, SQUASH, REBASE.")
