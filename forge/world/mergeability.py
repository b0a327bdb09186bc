"""Whether a pull request can be merged, and if not, why: computed from git, checks and rules."""

from dataclasses import dataclass
from enum import StrEnum

from forge.git.diff import Comparison, compare
from forge.git.merging import CleanMerge, try_merge
from forge.world.entities import Pull, State
from forge.world.protection import rules_of
from forge.world.signing import unsigned_commits
from forge.world.verdict import (
    Outcome,
    Refusal,
    all_outcomes,
    refused_by_checks,
    refused_by_reviews,
)
from forge.world.world import World


class MergeState(StrEnum):
    """GitHub's `mergeable_state`."""

    UNKNOWN = "unknown"
    DIRTY = "dirty"
    DRAFT = "draft"
    BLOCKED = "blocked"
    BEHIND = "behind"
    UNSTABLE = "unstable"
    CLEAN = "clean"


@dataclass(frozen=True, slots=True)
class Mergeability:
    """The state, and for all states that forbid a merge the reason in GitHub's words."""

    state: MergeState
    refusal: Refusal | None

    @property
    def mergeable(self) -> bool | None:
        """Whether git can merge it; None when it is closed and there is nothing to say."""
        match self.state:
            case MergeState.UNKNOWN:
                return None
            case MergeState.DIRTY:
                return False
            case _:
                return True


def base_of(world: World, pull: Pull) -> str:
    """The commit to compare with: the base branch's tip while the pull request is open."""
    tip = world.git(pull.repo).branch(pull.base_ref)
    return tip if pull.issue.state is State.OPEN and tip is not None else pull.base_sha


def comparison_of(world: World, pull: Pull) -> Comparison:
    """The commits and files of a pull request."""
    found = compare(world.git(pull.repo), base_of(world, pull), pull.head_sha)
    if found is None:
        raise LookupError(f"pull request {pull.number} lost its history")
    return found


def mergeability(world: World, pull: Pull) -> Mergeability:
    """Everything that decides over a merge, in GitHub's order of precedence."""
    repository = world.git(pull.repo)
    base = repository.branch(pull.base_ref)
    if pull.issue.state is State.CLOSED or base is None:
        return Mergeability(MergeState.UNKNOWN, Refusal("Pull Request is not mergeable"))
    if not isinstance(try_merge(repository, base, pull.head_sha), CleanMerge):
        return Mergeability(MergeState.DIRTY, Refusal("Pull Request is not mergeable"))
    if pull.draft:
        return Mergeability(MergeState.DRAFT, Refusal("Pull Request is still a draft"))
    rules = rules_of(pull.repo, pull.base_ref)
    refusal = refused_by_reviews(world, pull, rules) or refused_by_checks(
        pull.repo, pull.head_sha, rules
    )
    if refusal is None and rules.signed:
        refusal = _refused_by_signatures(world, pull, base)
    if refusal is not None:
        return Mergeability(MergeState.BLOCKED, refusal)
    if rules.strict and not repository.contains(base, pull.head_sha):
        message = "The head branch is not up to date with the base branch."
        return Mergeability(MergeState.BEHIND, Refusal(message))
    outcomes = all_outcomes(pull.repo, pull.head_sha)
    if any(outcome is not Outcome.PASSED for outcome in outcomes):
        return Mergeability(MergeState.UNSTABLE, None)
    return Mergeability(MergeState.CLEAN, None)


def _refused_by_signatures(world: World, pull: Pull, base: str) -> Refusal | None:
    """Where signatures are demanded, the commits of the pull request must have them, too."""
    if unsigned_commits(world, pull.repo, f"{base}..{pull.head_sha}"):
        return Refusal("Commits must have verified signatures.")
    return None
