"""Branch protection and rulesets in JSON."""

from forge.jsontypes import JsonObject
from forge.render.accounts import render_account
from forge.render.apps import render_app
from forge.render.nodes import node_id
from forge.render.urls import stamp
from forge.world.entities import (
    BranchProtection,
    MergeQueueRule,
    Repo,
    RequiredCheck,
    RequiredReviews,
    Ruleset,
)
from forge.world.protection import rules_of
from forge.world.world import World


def render_protection_summary(repo: Repo, branch: str) -> JsonObject:
    """The `protection` member of a branch: what its readers may know."""
    rules = rules_of(repo, branch)
    level = "off" if not rules.checks else "everyone" if rules.binds_admins else "non_admins"
    return {
        "enabled": rules.protected,
        "required_status_checks": {
            "enforcement_level": level,
            "contexts": [check.context for check in rules.checks],
            "checks": [_render_check(check) for check in rules.checks],
        },
    }


def render_protection(
    world: World, repo: Repo, branch: str, protection: BranchProtection
) -> JsonObject:
    """GitHub's `branch-protection`: the whole of it, for administrators."""
    url = f"{world.urls.repo(repo)}/branches/{branch}/protection"
    shown: JsonObject = {
        "url": url,
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": protection.enforce_admins},
        "required_linear_history": {"enabled": protection.linear_history},
        "allow_force_pushes": {"enabled": protection.allow_force_pushes},
        "allow_deletions": {"enabled": protection.allow_deletions},
        "block_creations": {"enabled": False},
        "required_conversation_resolution": {"enabled": protection.conversation_resolution},
        "lock_branch": {"enabled": False},
        "allow_fork_syncing": {"enabled": False},
        "required_signatures": render_required_signatures(url, protection),
    }
    if protection.checks is not None:
        checks = f"{url}/required_status_checks"
        shown["required_status_checks"] = {
            "url": checks,
            "contexts_url": f"{checks}/contexts",
            "strict": protection.strict,
            "contexts": [check.context for check in protection.checks],
            "checks": [_render_check(check) for check in protection.checks],
        }
    if protection.reviews is not None:
        reviews = f"{url}/required_pull_request_reviews"
        shown["required_pull_request_reviews"] = {"url": reviews} | _reviews(protection.reviews)
    if protection.push_allow_list is not None:
        shown["restrictions"] = _restrictions(world, url, protection.push_allow_list)
    return shown


def render_required_signatures(url: str, protection: BranchProtection) -> JsonObject:
    """GitHub's `protected-branch-admin-enforced` of the demand for signatures."""
    return {"url": f"{url}/required_signatures", "enabled": protection.signed}


def render_ruleset(world: World, repo: Repo, ruleset: Ruleset) -> JsonObject:
    """GitHub's `repository-ruleset`, as in lists."""
    url = f"{world.urls.repo(repo)}/rulesets/{ruleset.id}"
    page = f"{world.urls.repo_page(repo)}/rules/{ruleset.id}"
    return {
        "id": ruleset.id,
        "node_id": node_id("RepositoryRuleset", ruleset.id),
        "name": ruleset.name,
        "target": "branch",
        "source_type": "Repository",
        "source": repo.full_name,
        "enforcement": ruleset.enforcement,
        "created_at": stamp(ruleset.created_at),
        "updated_at": stamp(ruleset.created_at),
        "_links": {"self": {"href": url}, "html": {"href": page}},
    }


def render_whole_ruleset(world: World, repo: Repo, ruleset: Ruleset) -> JsonObject:
    """GitHub's `repository-ruleset` with its conditions and rules."""
    names = {"include": list(ruleset.include), "exclude": list(ruleset.exclude)}
    return render_ruleset(world, repo, ruleset) | {
        "conditions": {"ref_name": names},
        "rules": render_rules(ruleset),
        "bypass_actors": [],
        "current_user_can_bypass": "never",
    }


def render_rules(ruleset: Ruleset) -> list[JsonObject]:
    """The single rules of a ruleset."""
    rules: list[JsonObject] = []
    if ruleset.block_deletions:
        rules.append({"type": "deletion"})
    if ruleset.block_force_pushes:
        rules.append({"type": "non_fast_forward"})
    if ruleset.linear_history:
        rules.append({"type": "required_linear_history"})
    if ruleset.signed:
        rules.append({"type": "required_signatures"})
    if ruleset.merge_queue is not None:
        rules.append({"type": "merge_queue", "parameters": _queue_rule(ruleset.merge_queue)})
    if ruleset.reviews is not None:
        rules.append({"type": "pull_request", "parameters": _pull_rule(ruleset.reviews)})
    if ruleset.checks is not None:
        parameters: JsonObject = {
            "strict_required_status_checks_policy": ruleset.strict,
            "do_not_enforce_on_create": False,
            "required_status_checks": [_render_source(check) for check in ruleset.checks],
        }
        rules.append({"type": "required_status_checks", "parameters": parameters})
    return rules


def render_rules_of_branch(repo: Repo, ruleset: Ruleset) -> list[JsonObject]:
    """The single rules of a ruleset, each with the ruleset it comes from."""
    source: JsonObject = {
        "ruleset_source_type": "Repository",
        "ruleset_source": repo.full_name,
        "ruleset_id": ruleset.id,
    }
    return [rule | source for rule in render_rules(ruleset)]


def _render_check(check: RequiredCheck) -> JsonObject:
    return {"context": check.context, "app_id": check.app_id}


def _render_source(check: RequiredCheck) -> JsonObject:
    shown: JsonObject = {"context": check.context}
    return shown if check.app_id is None else shown | {"integration_id": check.app_id}


def _reviews(reviews: RequiredReviews) -> JsonObject:
    return {
        "dismiss_stale_reviews": reviews.dismiss_stale,
        "require_code_owner_reviews": reviews.code_owners,
        "required_approving_review_count": reviews.count,
        "require_last_push_approval": reviews.last_push_approval,
    }


def _pull_rule(reviews: RequiredReviews) -> JsonObject:
    return {
        "dismiss_stale_reviews_on_push": reviews.dismiss_stale,
        "require_code_owner_review": reviews.code_owners,
        "require_last_push_approval": reviews.last_push_approval,
        "required_approving_review_count": reviews.count,
        "required_review_thread_resolution": False,
    }


def _queue_rule(rule: MergeQueueRule) -> JsonObject:
    return {
        "check_response_timeout_minutes": rule.check_response_timeout_minutes,
        "grouping_strategy": "ALLGREEN",
        "max_entries_to_build": 5,
        "max_entries_to_merge": 1,
        "merge_method": rule.method,
        "min_entries_to_merge": 1,
        "min_entries_to_merge_wait_minutes": 0,
    }


def _restrictions(world: World, url: str, logins: tuple[str, ...]) -> JsonObject:
    base = f"{url}/restrictions"
    people = [it for it in world.accounts.values() if it.login in logins and it.kind == "User"]
    apps = [app for app in world.apps.values() if app.bot.login in logins]
    return {
        "url": base,
        "users_url": f"{base}/users",
        "teams_url": f"{base}/teams",
        "apps_url": f"{base}/apps",
        "users": [render_account(world.urls, it) for it in people],
        "teams": [],
        "apps": [render_app(world.urls, app) for app in apps],
    }
