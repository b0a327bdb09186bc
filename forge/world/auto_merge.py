"""GitHub's auto-merge: a pull request that is merged as soon as nothing forbids it any more.

It is not bound to a commit: what somebody with write access pushes later is merged, too.
"""

from forge.world.entities import Account, AutoMerge, MergeMethod, Pull, Repo, State
from forge.world.mergeability import MergeState, mergeability
from forge.world.merging import merge_pull
from forge.world.protection import rules_of
from forge.world.pulls import disable_auto_merge
from forge.world.refusals import Refused
from forge.world.subject import tell
from forge.world.world import World


def enable_auto_merge(
    world: World,
    actor: Account,
    pull: Pull,
    method: MergeMethod = MergeMethod.MERGE,
    title: str | None = None,
    message: str | None = None,
    sha: str | None = None,
) -> None:
    """Merge once the rules are met. Raises `Refused` 422 where GitHub does not let it.

    It refuses what could be merged now ("clean status"): there is nothing to wait for.
    """
    with world.lock:
        if not pull.repo.allow_auto_merge:
            raise Refused(422, "Auto merge is not allowed for this repository")
        if pull.issue.state is State.CLOSED:
            raise Refused(422, "Pull request is closed")
        if sha is not None and sha != pull.head_sha:
            raise Refused(422, "Head branch was modified. Review and try the merge again.")
        rules = rules_of(pull.repo, pull.base_ref)
        if not rules.protected:
            raise Refused(422, "Protected branch rules not configured for this branch")
        if rules.merge_queue is not None:
            raise Refused(422, "The merge queue of this branch decides when it is merged")
        state = mergeability(world, pull).state
        if state in (MergeState.CLEAN, MergeState.UNSTABLE, MergeState.DIRTY):
            raise Refused(422, f"Pull request is in {state.value} status")
        pull.auto_merge = AutoMerge(actor, world.now(), method, title, message)
        tell(world, "auto_merge_enabled", pull.issue, actor)


def merge_what_waits(world: World, repo: Repo) -> None:
    """Merge the pull requests that waited for the last requirement."""
    for pull in world.pulls(repo):
        wanted = pull.auto_merge
        if wanted is None or pull.issue.state is State.CLOSED:
            continue
        if mergeability(world, pull).refusal is not None:
            continue
        try:
            merge_pull(
                world,
                wanted.enabled_by,
                pull,
                wanted.method,
                title=wanted.title,
                message=wanted.message,
            )
        except Refused as refused:
            disable_auto_merge(world, wanted.enabled_by, pull, refused.message)
