"""Landing: merge queues, auto-merge, what a branch demands, and moving refs with lease."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType

from forge.api.auth import sees
from forge.api.call import Call
from forge.api.http import ApiError
from forge.git.objects import ZERO
from forge.graphql.table import At, Table, admitted
from forge.render.nodes import node_id
from forge.render.urls import stamp
from forge.world.auto_merge import enable_auto_merge
from forge.world.entities import MergeMethod, Pull, QueueEntry, Repo, Role
from forge.world.protection import BranchRules, rules_of
from forge.world.pulls import disable_auto_merge
from forge.world.pushes import move_ref
from forge.world.queue import dequeue, enqueue, entry_of
from forge.world.ref_rules import check_update
from forge.world.refusals import Refused

table = Table()

ENQUEUE = ("merge_queues:write", "contents:write")
"""What an App needs to enqueue. GitHub's reference does not say so; it refuses a token that lacks
either ("Resource not accessible by integration")."""

AUTO_MERGE = ("pull_requests:write", "contents:write")
"""What an App needs for auto-merge: enabling it schedules a commit on the base branch."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The merge queue of one branch."""

    repo: Repo
    branch: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A ref of a repository, by its full name."""

    repo: Repo
    name: str


def _queue(repo: Repo, at: At) -> Queue | None:
    given = at.args.get("branch")
    branch = given if isinstance(given, str) else repo.default_branch
    return _queue_of(repo, branch)


def _queue_of(repo: Repo, branch: str) -> Queue | None:
    return Queue(repo, branch) if rules_of(repo, branch).merge_queue is not None else None


def _ref(repo: Repo, at: At) -> Branch | None:
    name = at.text("qualifiedName")
    full = name if name.startswith("refs/") else f"refs/heads/{name}"
    known = at.call.world.git(repo).ref(full) is not None
    return Branch(repo, full) if known else None


def _rule(branch: Branch, _: At) -> BranchRules | None:
    rules = rules_of(branch.repo, branch.name.removeprefix("refs/heads/"))
    return rules if rules.protected else None


def _auto_merge(pull: Pull, _: At) -> dict[str, object] | None:
    wanted = pull.auto_merge
    if wanted is None:
        return None
    return {
        "commitBody": wanted.message,
        "commitHeadline": wanted.title,
        "enabledAt": stamp(wanted.enabled_at),
        "enabledBy": wanted.enabled_by,
        "mergeMethod": wanted.method.value.upper(),
        "pullRequest": pull,
    }


def _position(entry: QueueEntry, _: At) -> int:
    queue = entry.pull.repo.merge_queues.get(entry.pull.base_ref, [])
    return queue.index(entry) + 1 if entry in queue else 0


def _pull(at: At, name: str, app: tuple[str, ...]) -> Pull:
    found = at.found(at.text(name))
    if not isinstance(found, Pull):
        raise ApiError(404, f"Could not resolve to PullRequest node with the global id {name}.")
    admitted(at.call, found.repo, app, Role.WRITE, write=True)
    return found


def _text(at: At, name: str) -> str | None:
    value = at.args.get(name)
    return value if isinstance(value, str) else None


def _enqueue(_: None, at: At) -> dict[str, object]:
    given = at.input()
    pull = _pull(given, "pullRequestId", ENQUEUE)
    entry = enqueue(at.call.world, at.call.actor, pull, _text(given, "expectedHeadOid"))
    return given.payload(mergeQueueEntry=entry)


def _dequeue(_: None, at: At) -> dict[str, object]:
    given = at.input()
    pull = _pull(given, "id", ENQUEUE)
    entry = entry_of(pull)
    dequeue(at.call.world, at.call.actor, pull)
    return given.payload(mergeQueueEntry=entry)


def _enable(_: None, at: At) -> dict[str, object]:
    given, call = at.input(), at.call
    pull = _pull(given, "pullRequestId", AUTO_MERGE)
    method = MergeMethod((_text(given, "mergeMethod") or "MERGE").lower())
    title, message = _text(given, "commitHeadline"), _text(given, "commitBody")
    sha = _text(given, "expectedHeadOid")
    enable_auto_merge(call.world, call.actor, pull, method, title, message, sha)
    return given.payload(actor=call.actor, pullRequest=pull)


def _disable(_: None, at: At) -> dict[str, object]:
    given, call = at.input(), at.call
    pull = _pull(given, "pullRequestId", AUTO_MERGE)
    disable_auto_merge(call.world, call.actor, pull, "Auto-merge was disabled by a person or App")
    return given.payload(actor=call.actor, pullRequest=pull)


def _update_refs(_: None, at: At) -> dict[str, object]:
    """All or none: every update is checked before the first ref moves."""
    given, call = at.input(), at.call
    repo = given.found(given.text("repositoryId"))
    if not isinstance(repo, Repo):
        raise ApiError(404, "Could not resolve to Repository node")
    admitted(call, repo, ("contents:write",), Role.WRITE, write=True)
    asked = given.args["refUpdates"]
    updates = asked if isinstance(asked, list) else []
    with call.world.lock:
        moves = [_move(call, repo, one) for one in updates if isinstance(one, Mapping)]
        for name, before, after in moves:
            move_ref(call.world, call.actor, repo, name, before, after)
    return given.payload()


def _move(call: Call, repo: Repo, one: Mapping[str, object]) -> tuple[str, str, str]:
    name, after = str(one["name"]), str(one["afterOid"])
    now = call.world.git(repo).refs().get(name, ZERO)
    expected = one.get("beforeOid")
    if isinstance(expected, str) and expected != now:
        raise Refused(422, f"{name} is at {now} but expected {expected}")
    check_update(call.world, call.actor, repo, name, now, after, one.get("force") is True)
    return name, now, after


def _find_entry(call: Call, number: int) -> QueueEntry | None:
    for repo in call.world.repos.values():
        for queue in repo.merge_queues.values() if sees(call.world, call.principal, repo) else ():
            for entry in queue:
                if entry.id == number:
                    return entry
    return None


table.fields(
    "Repository",
    Repo,
    {
        "autoMergeAllowed": lambda repo, _: repo.allow_auto_merge,
        "mergeQueue": _queue,
        "ref": _ref,
    },
)
table.fields(
    "MergeQueue",
    Queue,
    {
        "id": lambda queue, _: node_id(f"MergeQueue:{queue.branch}", queue.repo.id),
        "repository": lambda queue, _: queue.repo,
        "url": lambda queue, at: f"{at.call.urls.repo_page(queue.repo)}/queue/{queue.branch}",
    },
)
table.fields(
    "MergeQueueEntry",
    QueueEntry,
    {
        "enqueuedAt": lambda entry, _: stamp(entry.enqueued_at),
        "enqueuer": lambda entry, _: entry.enqueued_by,
        "id": lambda entry, _: node_id("MergeQueueEntry", entry.id),
        "mergeQueue": lambda entry, _: _queue_of(entry.pull.repo, entry.pull.base_ref),
        "position": _position,
        "pullRequest": lambda entry, _: entry.pull,
        "state": lambda _, __: "AWAITING_CHECKS",
    },
)
table.fields(
    "PullRequest",
    Pull,
    {
        "autoMergeRequest": _auto_merge,
        "isInMergeQueue": lambda pull, _: entry_of(pull) is not None,
        "isMergeQueueEnabled": lambda pull, _: _queue_of(pull.repo, pull.base_ref) is not None,
        "mergeQueueEntry": lambda pull, _: entry_of(pull),
    },
)
table.fields(
    "Ref",
    Branch,
    {
        "id": lambda branch, _: node_id(f"Ref:{branch.name}", branch.repo.id),
        "name": lambda branch, _: branch.name.split("/", 2)[2],
        "prefix": lambda branch, _: "/".join(branch.name.split("/", 2)[:2]) + "/",
        "refUpdateRule": _rule,
        "repository": lambda branch, _: branch.repo,
    },
)
table.fields(
    "RefUpdateRule",
    BranchRules,
    {
        "allowsDeletions": lambda rules, _: not rules.blocks_deletion,
        "allowsForcePushes": lambda rules, _: not rules.blocks_force,
        "pattern": lambda _, __: "*",
        "requiredApprovingReviewCount": lambda rules, _: rules.approvals,
        "requiredStatusCheckContexts": lambda rules, _: [it.context for it in rules.checks],
        "requiresConversationResolution": lambda rules, _: rules.conversation_resolution,
        "requiresLinearHistory": lambda rules, _: rules.linear_history,
        "requiresSignatures": lambda rules, _: rules.signed,
    },
)
table.fields(
    "Mutation",
    NoneType,
    {
        "dequeuePullRequest": _dequeue,
        "disablePullRequestAutoMerge": _disable,
        "enablePullRequestAutoMerge": _enable,
        "enqueuePullRequest": _enqueue,
        "updateRefs": _update_refs,
    },
)
table.node("MergeQueueEntry", _find_entry)
