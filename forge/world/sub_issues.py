"""Verb: an issue becomes a part of another one.

Source of the limits and words: "Adding sub-issues" in GitHub's documentation, and what its API
answers. The webhook `sub_issues` and the timeline's entries about it are not told: nobody here
subscribes to them.
"""

from collections.abc import Iterator

from forge.world.entities import Account, Issue
from forge.world.refusals import Refused
from forge.world.subject import touch
from forge.world.world import World

MOST = 100
_FAILED = "An error occured while adding the sub-issue to the parent issue."


def add_sub_issue(
    world: World, actor: Account, parent: Issue, child: Issue, replace_parent: bool = False
) -> None:
    """Link `child` below `parent`. Raises Refused for what GitHub does not link."""
    del actor
    with world.lock:
        if child.pull is not None or child in (parent, *_ancestors(parent)):
            raise Refused(422, f"{_FAILED} Sub issue cannot be added here")
        if child.parent is parent:
            raise Refused(422, f"{_FAILED} Issue may not contain duplicate sub-issues")
        if child.parent is not None and not replace_parent:
            raise Refused(422, f"{_FAILED} Sub issue may only have one parent")
        if len(parent.sub_issues) >= MOST:
            raise Refused(422, f"{_FAILED} Parent cannot have more than {MOST} sub-issues")
        if child.parent is not None:
            child.parent.sub_issues.remove(child)
        child.parent = parent
        parent.sub_issues.append(child)
        touch(world, parent)
        touch(world, child)


def _ancestors(issue: Issue) -> Iterator[Issue]:
    above = issue.parent
    while above is not None:
        yield above
        above = above.parent
