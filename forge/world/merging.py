"""Merging a pull request: all that GitHub checks first, then the commit, then what follows."""

from typing import assert_never

from forge.git.diff import Comparison
from forge.git.merging import Conflict, Merged, MergeOutcome, merge_commit, rebase, squash
from forge.world.closing import close_mentioned
from forge.world.entities import Account, MergeMethod, Pull, State
from forge.world.following import mark_merged
from forge.world.mergeability import comparison_of, mergeability
from forge.world.protection import bypasses, rules_of
from forge.world.pushes import RefChange, delete_branch, refs_changed
from forge.world.refusals import Refused
from forge.world.signing import signature_of, signed_by_forge
from forge.world.world import World


def merge_pull(
    world: World,
    actor: Account,
    pull: Pull,
    method: MergeMethod = MergeMethod.MERGE,
    sha: str | None = None,
    title: str | None = None,
    message: str | None = None,
) -> str:
    """Merge and answer the sha that the base branch moved to.

    Raises `Refused`: 409 when the head is not `sha`, 405 when it cannot or may not be merged.
    """
    with world.lock:
        if sha is not None and sha != pull.head_sha:
            raise Refused(409, "Head branch was modified. Review and try the merge again.")
        _check(world, actor, pull, method)
        if rules_of(pull.repo, pull.base_ref).merge_queue is not None:
            raise Refused(405, "Changes must be made through the merge queue")
        base = world.git(pull.repo).branch(pull.base_ref) or pull.base_sha
        made = merged_onto(world, actor, pull, method, base, title, message)
        if made is None:
            raise Refused(405, "This branch can't be rebased")
        complete_merge(world, actor, pull, base, made)
        return made


def merged_onto(
    world: World,
    actor: Account,
    pull: Pull,
    method: MergeMethod,
    base: str,
    title: str | None = None,
    message: str | None = None,
) -> str | None:
    """The commit that a merge onto `base` makes, None for a conflict; no branch moves.

    GitHub signs what it makes in its own name; it does not sign commits that it rebases.
    """
    words = _message(world, pull, method, title, message)
    outcome = _merge(world, actor, pull, method, base, words)
    match outcome:
        case Conflict():
            return None
        case Merged(made):
            rebased = method is MergeMethod.REBASE
            return made if rebased else signed_by_forge(world, pull.repo, made)
        case _:
            assert_never(outcome)


def complete_merge(world: World, actor: Account, pull: Pull, base: str, made: str) -> None:
    """Move the base branch from `base` to the commit that a merge made, and all that follows."""
    world.git(pull.repo).update_ref(f"refs/heads/{pull.base_ref}", made, base)
    pull.auto_merge = None
    mark_merged(world, actor, pull, made, base)
    refs_changed(world, actor, pull.repo, [RefChange(f"refs/heads/{pull.base_ref}", base, made)])
    if pull.base_ref == pull.repo.default_branch:
        close_mentioned(world, actor, pull.repo, pull.issue.body or "", None)
    if pull.repo.delete_branch_on_merge and pull.head_repo is pull.repo:
        delete_branch(world, actor, pull.repo, pull.head_ref)


def _check(world: World, actor: Account, pull: Pull, method: MergeMethod) -> None:
    repo = pull.repo
    verdict = mergeability(world, pull)
    rules = rules_of(repo, pull.base_ref)
    excused = verdict.mergeable and not pull.draft and bypasses(world, repo, actor, rules)
    if verdict.refusal is not None and not excused:
        raise Refused(405, verdict.refusal.message)
    if pull.issue.state is State.CLOSED:
        raise Refused(405, "Pull Request is not mergeable")
    if rules.push_allow_list is not None and actor.login not in rules.push_allow_list:
        raise Refused(405, "You're not authorized to push to this branch.")
    if rules.signed and method is MergeMethod.REBASE:
        raise Refused(405, "Base branch requires signed commits. Rebase merges cannot be signed.")
    allowed = {
        MergeMethod.MERGE: repo.allow_merge_commit and not rules.linear_history,
        MergeMethod.SQUASH: repo.allow_squash_merge,
        MergeMethod.REBASE: repo.allow_rebase_merge,
    }
    if not allowed[method]:
        plural = {"merge": "Merge commits", "squash": "Squash merges", "rebase": "Rebase merges"}
        raise Refused(405, f"{plural[method.value]} are not allowed on this repository.")


def _merge(
    world: World, actor: Account, pull: Pull, method: MergeMethod, base: str, message: str
) -> MergeOutcome:
    git = world.git(pull.repo)
    by = signature_of(world, actor)
    match method:
        case MergeMethod.MERGE:
            return merge_commit(git, base, pull.head_sha, message, by, by)
        case MergeMethod.SQUASH:
            author = signature_of(world, pull.issue.author)
            return squash(git, base, pull.head_sha, message, author, by)
        case MergeMethod.REBASE:
            return rebase(git, base, pull.head_sha, by)
        case _:
            assert_never(method)


def _message(
    world: World, pull: Pull, method: MergeMethod, title: str | None, message: str | None
) -> str:
    if method is MergeMethod.SQUASH:
        compared = comparison_of(world, pull)
        first = title or f"{pull.issue.title} (#{pull.number})"
        rest = message if message is not None else _squashed(compared)
    else:
        source = f"{pull.head_repo.owner.login}/{pull.head_ref}"
        first = title or f"Merge pull request #{pull.number} from {source}"
        rest = message if message is not None else pull.issue.title
    return f"{first}\n\n{rest}".rstrip()


def _squashed(compared: Comparison) -> str:
    if len(compared.commits) == 1:
        return compared.commits[0].message.partition("\n")[2].strip()
    return "\n\n".join(f"* {commit.message}" for commit in compared.commits)
