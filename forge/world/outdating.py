"""Review comments move with their lines, and are outdated when the lines are gone."""

from forge.git.diff import diff
from forge.git.hunks import carry_line
from forge.git.objects import ZERO
from forge.git.repository import Repository
from forge.world.entities import Pull, ReviewComment


def move_comments(git: Repository, pull: Pull, before: str, after: str) -> None:
    """Carry the comments of a pull request from one head to the next."""
    if ZERO in (before, after):
        return
    patches = {change.previous_path or change.path: change for change in diff(git, before, after)}
    for thread in pull.threads:
        for comment in thread.comments:
            change = patches.get(comment.path)
            if change is not None and comment.side == "RIGHT":
                comment.line = _carried(comment, change.patch)
                comment.path = change.path if comment.line is not None else comment.path
            if comment.line is not None:
                comment.commit_sha = after


def _carried(comment: ReviewComment, patch: str | None) -> int | None:
    return None if comment.line is None else carry_line(patch, comment.line)
