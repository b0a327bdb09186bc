"""What a branch's protection and the repository's rulesets demand, folded into one answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from forge.world.entities import (
    Account,
    BranchProtection,
    MergeQueueRule,
    Repo,
    RequiredCheck,
    RequiredReviews,
    Role,
    Ruleset,
)
from forge.world.world import World


@dataclass(frozen=True, slots=True)
class BranchRules:
    """The rules in force on one branch; for each the strictest of its sources."""

    protected: bool = False
    checks: tuple[RequiredCheck, ...] = ()
    strict: bool = False
    approvals: int = 0
    pull_required: bool = False
    dismiss_stale: bool = False
    conversation_resolution: bool = False
    linear_history: bool = False
    blocks_force: bool = False
    blocks_deletion: bool = False
    binds_admins: bool = True
    push_allow_list: tuple[str, ...] | None = None
    signed: bool = False
    merge_queue: MergeQueueRule | None = None


def rules_of(repo: Repo, branch: str) -> BranchRules:
    """The rules on a branch, whether it exists or not."""
    rules = BranchRules()
    classic = repo.protections.get(branch)
    if classic is not None:
        rules = _with_protection(rules, classic)
    for ruleset in active_rulesets(repo, branch):
        rules = _with_ruleset(rules, ruleset)
    return rules


def active_rulesets(repo: Repo, branch: str) -> Iterator[Ruleset]:
    """The enforced rulesets whose conditions match a branch."""
    for ruleset in repo.rulesets.values():
        if ruleset.enforcement != "active":
            continue
        matches = _matcher(repo, branch)
        if any(map(matches, ruleset.include)) and not any(map(matches, ruleset.exclude)):
            yield ruleset


def protect_branch(
    world: World,
    repo: Repo,
    branch: str,
    required_checks: tuple[tuple[str, int | None], ...] = (),
    required_reviews: int = 0,
    strict: bool = False,
    enforce_admins: bool = False,
    dismiss_stale: bool = False,
    push_allow_list: tuple[str, ...] | None = None,
    signed: bool = False,
) -> BranchProtection:
    """Protect a branch. `required_checks` are pairs of context and App id (None: any source)."""
    with world.lock:
        checks = tuple(RequiredCheck(context, app_id) for context, app_id in required_checks)
        protection = BranchProtection(
            checks=checks or None,
            strict=strict,
            reviews=RequiredReviews(required_reviews, dismiss_stale) if required_reviews else None,
            enforce_admins=enforce_admins,
            push_allow_list=push_allow_list,
            signed=signed,
        )
        repo.protections[branch] = protection
        return protection


def bypasses(world: World, repo: Repo, actor: Account, rules: BranchRules) -> bool:
    """Whether the rules do not bind this account: an admin, unless they are enforced on admins."""
    return not rules.binds_admins and world.role(repo, actor) is Role.ADMIN


def _with_protection(rules: BranchRules, classic: BranchProtection) -> BranchRules:
    reviews = classic.reviews
    return replace(
        rules,
        protected=True,
        checks=rules.checks + (classic.checks or ()),
        strict=rules.strict or (classic.checks is not None and classic.strict),
        approvals=max(rules.approvals, reviews.count if reviews else 0),
        pull_required=rules.pull_required or reviews is not None,
        dismiss_stale=rules.dismiss_stale or (reviews is not None and reviews.dismiss_stale),
        conversation_resolution=rules.conversation_resolution or classic.conversation_resolution,
        linear_history=rules.linear_history or classic.linear_history,
        blocks_force=rules.blocks_force or not classic.allow_force_pushes,
        blocks_deletion=rules.blocks_deletion or not classic.allow_deletions,
        binds_admins=classic.enforce_admins,
        push_allow_list=classic.push_allow_list,
        signed=rules.signed or classic.signed,
    )


def _with_ruleset(rules: BranchRules, ruleset: Ruleset) -> BranchRules:
    reviews = ruleset.reviews
    return replace(
        rules,
        protected=True,
        checks=rules.checks + (ruleset.checks or ()),
        strict=rules.strict or (ruleset.checks is not None and ruleset.strict),
        approvals=max(rules.approvals, reviews.count if reviews else 0),
        pull_required=rules.pull_required or reviews is not None,
        dismiss_stale=rules.dismiss_stale or (reviews is not None and reviews.dismiss_stale),
        linear_history=rules.linear_history or ruleset.linear_history,
        blocks_force=rules.blocks_force or ruleset.block_force_pushes,
        blocks_deletion=rules.blocks_deletion or ruleset.block_deletions,
        signed=rules.signed or ruleset.signed,
        merge_queue=ruleset.merge_queue or rules.merge_queue,
        # a ruleset binds everybody who is not on its bypass list, and ours have none
        binds_admins=True,
    )


def _matcher(repo: Repo, branch: str) -> Callable[[str], bool]:
    def matches(pattern: str) -> bool:
        match pattern:
            case "~ALL":
                return True
            case "~DEFAULT_BRANCH":
                return branch == repo.default_branch
            case _:
                return fnmatchcase(f"refs/heads/{branch}", pattern)

    return matches
