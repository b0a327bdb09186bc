"""GitHub's merge queue: each pull request is tested on what it will be merged onto, in order.

A group holds one pull request. Its commit is on a branch below `gh-readonly-queue/`, where the
required checks must pass; then the base moves to that very commit.
"""

from typing import Literal

from forge.git.objects import ZERO
from forge.jsontypes import JsonObject
from forge.render.commits import render_simple_commit
from forge.world.entities import Account, MergeMethod, Pull, QueueEntry, Repo, State
from forge.world.mergeability import MergeState, mergeability
from forge.world.merging import complete_merge, merged_onto
from forge.world.protection import rules_of
from forge.world.pushes import move_ref
from forge.world.refusals import Refused
from forge.world.subject import tell
from forge.world.verdict import Outcome, required_outcome
from forge.world.world import World

Removal = Literal["MANUAL", "MERGE", "MERGE_CONFLICT", "CI_FAILURE", "BRANCH_PROTECTIONS"]
"""Why a pull request left the queue, in the words of the `dequeued` event."""


def entry_of(pull: Pull) -> QueueEntry | None:
    """The place of a pull request in the queue of its base."""
    queue = pull.repo.merge_queues.get(pull.base_ref, [])
    return next((entry for entry in queue if entry.pull is pull), None)


def enqueue(world: World, actor: Account, pull: Pull, sha: str | None = None) -> QueueEntry:
    """Put a pull request at the end of the queue. Raises `Refused` 422 where GitHub does not."""
    with world.settling(pull.repo):
        rules = rules_of(pull.repo, pull.base_ref)
        if rules.merge_queue is None:
            raise Refused(422, f"A merge queue is not enabled for {pull.base_ref}")
        if sha is not None and sha != pull.head_sha:
            raise Refused(422, "Head branch was modified. Review and try the merge again.")
        if entry_of(pull) is not None:
            raise Refused(422, "Pull request is already in the queue")
        verdict = mergeability(world, pull)
        if verdict.refusal is not None and verdict.state is not MergeState.BEHIND:
            raise Refused(422, verdict.refusal.message)
        queue = pull.repo.merge_queues.setdefault(pull.base_ref, [])
        base = queue[-1].head_sha if queue else world.git(pull.repo).branch(pull.base_ref)
        entry = _built(world, actor, pull, base or pull.base_sha)
        if entry is None:
            raise Refused(422, "Pull request has merge conflicts with the queue")
        queue.append(entry)
        tell(world, "enqueued", pull.issue, actor)
        _request_checks(world, entry)
        advance(world, pull.repo, pull.base_ref)
        return entry


def dequeue(world: World, actor: Account, pull: Pull, reason: Removal = "MANUAL") -> None:
    """Take a pull request out of the queue; what stands behind it is built anew.

    Raises `Refused` 422 when it is not in the queue.
    """
    with world.settling(pull.repo):
        entry = entry_of(pull)
        if entry is None:
            raise Refused(422, "Pull request is not in the queue")
        _take_out(world, actor, entry, reason)
        advance(world, pull.repo, pull.base_ref)


def _take_out(world: World, actor: Account, entry: QueueEntry, reason: Removal) -> None:
    _remove(world, actor, entry, reason)
    _rebuild(world, entry.pull.repo, entry.pull.base_ref)


def advance(world: World, repo: Repo, branch: str) -> None:
    """Merge from the front what has passed, and take out what has failed, moved or ended."""
    with world.settling(repo):
        while queue := repo.merge_queues.get(branch):
            first = queue[0]
            if first.pull.issue.state is State.CLOSED:
                _take_out(world, first.enqueued_by, first, "MANUAL")
            elif first.pull_sha != first.pull.head_sha:
                _take_out(world, first.enqueued_by, first, "BRANCH_PROTECTIONS")
            elif first.base_sha != world.git(repo).branch(branch):
                _rebuild(world, repo, branch)
            elif (outcome := _outcome(repo, first)) is Outcome.FAILED:
                _take_out(world, first.enqueued_by, first, "CI_FAILURE")
            elif outcome is Outcome.PASSED:
                _merge(world, first)
            else:
                return


def _outcome(repo: Repo, entry: QueueEntry) -> Outcome:
    required = rules_of(repo, entry.pull.base_ref).checks
    found = [required_outcome(repo, entry.head_sha, check) for check in required]
    for worst in (Outcome.FAILED, Outcome.PENDING, Outcome.MISSING):
        if worst in found:
            return worst
    return Outcome.PASSED


def _built(world: World, actor: Account, pull: Pull, base: str) -> QueueEntry | None:
    """The entry with its commit on `base`; None when it conflicts."""
    rule = rules_of(pull.repo, pull.base_ref).merge_queue
    method = MergeMethod(rule.method.lower()) if rule is not None else MergeMethod.MERGE
    made = merged_onto(world, actor, pull, method, base)
    if made is None:
        return None
    return QueueEntry(
        id=world.new_id(),
        pull=pull,
        enqueued_by=actor,
        enqueued_at=world.now(),
        pull_sha=pull.head_sha,
        base_sha=base,
        head_sha=made,
        ref=f"refs/heads/gh-readonly-queue/{pull.base_ref}/pr-{pull.number}-{base}",
    )


def _request_checks(world: World, entry: QueueEntry) -> None:
    repo = entry.pull.repo
    move_ref(world, entry.enqueued_by, repo, entry.ref, ZERO, entry.head_sha)
    _tell_group(world, entry, "checks_requested", {})


def _remove(world: World, actor: Account, entry: QueueEntry, reason: Removal) -> None:
    repo = entry.pull.repo
    repo.merge_queues[entry.pull.base_ref].remove(entry)
    why = "merged" if reason == "MERGE" else "dequeued"
    _tell_group(world, entry, "destroyed", {"reason": why})
    move_ref(world, entry.enqueued_by, repo, entry.ref, entry.head_sha, ZERO)
    tell(world, "dequeued", entry.pull.issue, actor, {"reason": reason})


def _merge(world: World, entry: QueueEntry) -> None:
    _remove(world, entry.enqueued_by, entry, "MERGE")
    complete_merge(world, entry.enqueued_by, entry.pull, entry.base_sha, entry.head_sha)


def _rebuild(world: World, repo: Repo, branch: str) -> None:
    """Build every group whose base is no longer what stands before it; what conflicts is out."""
    base = world.git(repo).branch(branch)
    queue = repo.merge_queues.get(branch, [])
    for old in tuple(queue):
        if base is None or old.base_sha == base:
            base = old.head_sha
            continue
        _tell_group(world, old, "destroyed", {"reason": "invalidated"})
        move_ref(world, old.enqueued_by, repo, old.ref, old.head_sha, ZERO)
        new = _built(world, old.enqueued_by, old.pull, base)
        if new is None:
            queue.remove(old)
            tell(world, "dequeued", old.pull.issue, old.enqueued_by, _CONFLICT)
        else:
            queue[queue.index(old)] = new
            _request_checks(world, new)
            base = new.head_sha


_CONFLICT: JsonObject = {"reason": "MERGE_CONFLICT"}


def _tell_group(world: World, entry: QueueEntry, action: str, extra: JsonObject) -> None:
    repo = entry.pull.repo
    commit = world.git(repo).commit(entry.head_sha)
    group: JsonObject = {
        "head_sha": entry.head_sha,
        "head_ref": entry.ref,
        "base_sha": entry.base_sha,
        "base_ref": f"refs/heads/{entry.pull.base_ref}",
        "head_commit": render_simple_commit(commit),
    }
    world.emit("merge_group", action, repo, entry.enqueued_by, {"merge_group": group} | extra)
