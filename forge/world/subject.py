"""An issue or pull request as the subject of an event: which event it is, and its payload."""

from __future__ import annotations

from forge.jsontypes import JsonObject
from forge.render.issues import render_issue
from forge.world.entities import Account, Issue
from forge.world.world import World


def tell(
    world: World, action: str, issue: Issue, sender: Account, extra: JsonObject | None = None
) -> None:
    """Emit `issues` or, for a pull request, `pull_request` with this action."""
    if issue.pull is None:
        payload: JsonObject = {"issue": render_issue(world.urls, issue)}
        world.emit("issues", action, issue.repo, sender, payload | (extra or {}))
        return
    from forge.render.pulls import render_pull  # it asks git, whose layer knows the World

    payload = {"number": issue.number, "pull_request": render_pull(world, issue.pull)}
    world.emit("pull_request", action, issue.repo, sender, payload | (extra or {}))


def touch(world: World, issue: Issue) -> None:
    """Something about the subject changed now."""
    issue.updated_at = world.now()
