"""Merging pull requests."""

from forge.api import fields
from forge.api.call import Call
from forge.api.guarded import GuardedRouter, pull_of
from forge.api.http import Reply, not_found
from forge.world.entities import MergeMethod, Role
from forge.world.merging import merge_pull

router = GuardedRouter()


@router.get(
    "/repos/{owner}/{repo}/pulls/{number:int}/merge", app=("contents:read", "pull_requests:read")
)
def is_merged(call: Call) -> Reply:
    """204 when it has been merged, 404 when not."""
    if not pull_of(call).merged:
        raise not_found()
    return Reply.empty()


@router.put(
    "/repos/{owner}/{repo}/pulls/{number:int}/merge", app=("contents:write",), user=Role.WRITE
)
def merge(call: Call) -> Reply:
    """Merge exactly `sha`, when it is given and is the head."""
    pull, body = pull_of(call), call.json()
    method = fields.choice(body, "merge_method", list(MergeMethod)) or MergeMethod.MERGE
    made = merge_pull(
        call.world,
        call.actor,
        pull,
        MergeMethod(method),
        fields.text_or_none(body, "sha"),
        fields.text_or_none(body, "commit_title"),
        fields.text_or_none(body, "commit_message"),
    )
    done = {"sha": made, "merged": True, "message": "Pull Request successfully merged"}
    return Reply(200, done)
