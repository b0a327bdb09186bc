"""How open pull requests follow their branches."""

from forge.world.entities import (
    Account,
    Closed,
    HeadRefDeleted,
    HeadRefForcePushed,
    Merged,
    Pull,
    Repo,
    ReviewState,
    State,
)
from forge.world.outdating import move_comments
from forge.world.protection import rules_of
from forge.world.pulls import close_pull, publish_refs, stop_after_push
from forge.world.reviews import dismiss_review
from forge.world.subject import tell, touch
from forge.world.world import World


def follow_head(
    world: World, actor: Account, repo: Repo, branch: str, before: str, after: str
) -> None:
    """A head branch moved: its open pull requests get the new head (`synchronize`)."""
    for pull in _from_branch(world, repo, branch):
        base = world.git(pull.repo)
        pull.head_sha = after
        pull.base_sha = base.branch(pull.base_ref) or pull.base_sha
        touch(world, pull.issue)
        publish_refs(world, pull)
        if not world.git(repo).contains(before, after):
            happened = HeadRefForcePushed(
                id=world.new_id(),
                actor=actor,
                at=world.now(),
                app=world.app_of(actor),
                commit_sha=after,
            )
            pull.issue.timeline.append(happened)
        move_comments(base, pull, before, after)
        stop_after_push(world, actor, pull)
        tell(world, "synchronize", pull.issue, actor, {"before": before, "after": after})
        if rules_of(pull.repo, pull.base_ref).dismiss_stale:
            for review in pull.reviews:
                if review.state is ReviewState.APPROVED:
                    dismiss_review(world, actor, review)


def follow_base(world: World, actor: Account, repo: Repo, branch: str, after: str) -> None:
    """A base branch moved: what it now contains has been merged, by whatever way."""
    git = world.git(repo)
    for pull in world.pulls(repo):
        if pull.issue.state is State.OPEN and pull.base_ref == branch:
            if git.contains(pull.head_sha, after):
                mark_merged(world, actor, pull, after, pull.base_sha)
            else:
                publish_refs(world, pull)


def follow_deletion(world: World, actor: Account, repo: Repo, branch: str) -> None:
    """A branch is gone: pull requests from it or into it are closed."""
    for pull in _from_branch(world, repo, branch):
        close_pull(world, actor, pull)
    for pull in world.pulls(repo):
        if pull.base_ref == branch:
            close_pull(world, actor, pull)
    everywhere = [pull for other in world.repos.values() for pull in world.pulls(other)]
    for pull in everywhere:
        if pull.head_repo is repo and pull.head_ref == branch:
            happened = HeadRefDeleted(
                id=world.new_id(), actor=actor, at=world.now(), app=world.app_of(actor)
            )
            pull.issue.timeline.append(happened)


def mark_merged(world: World, actor: Account, pull: Pull, sha: str, base_before: str) -> None:
    """Record a merge that git has done, and announce it."""
    issue = pull.issue
    now = world.now()
    pull.merged_at, pull.merged_by, pull.merge_commit_sha = now, actor, sha
    # what is shown of a merged pull request is what it brought to the base as it was before
    pull.base_sha = base_before
    issue.state, issue.closed_at, issue.closed_by, issue.updated_at = State.CLOSED, now, actor, now
    app = world.app_of(actor)
    issue.timeline.append(Merged(id=world.new_id(), actor=actor, at=now, app=app, commit_sha=sha))
    issue.timeline.append(Closed(id=world.new_id(), actor=actor, at=now, app=app, reason=None))
    tell(world, "closed", issue, actor)


def _from_branch(world: World, repo: Repo, branch: str) -> list[Pull]:
    return [
        pull
        for other in world.repos.values()
        for pull in world.pulls(other)
        if pull.head_repo is repo and pull.head_ref == branch and pull.issue.state is State.OPEN
    ]
