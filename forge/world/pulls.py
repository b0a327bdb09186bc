"""Opening and changing pull requests."""

from forge.git.command import run_git
from forge.git.diff import compare
from forge.git.merging import CleanMerge, try_merge
from forge.jsontypes import JsonObject
from forge.render.accounts import render_account
from forge.world.entities import Account, Pull, Repo, ReviewRequested, Role, State
from forge.world.issues import close_issue, edit_issue, new_issue, reopen_issue
from forge.world.mentions import cross_reference
from forge.world.refusals import Refused, invalid_custom, invalid_field
from forge.world.signing import signature_of
from forge.world.subject import tell, touch
from forge.world.world import World


def open_pull(
    world: World,
    actor: Account,
    repo: Repo,
    head: str,
    base: str,
    title: str,
    body: str | None = None,
    draft: bool = False,
    maintainer_can_modify: bool = False,
) -> Pull:
    """Open a pull request from `head` (`branch` or `owner:branch`) to the branch `base`.

    Raises `Refused` 422: no such head or base, nothing between them, or one that is open already.
    """
    with world.lock:
        git = world.git(repo)
        head_repo, head_ref = _head(world, repo, head)
        head_sha = world.git(head_repo).branch(head_ref)
        base_sha = git.branch(base)
        if head_sha is None:
            raise invalid_field("PullRequest", "head")
        if base_sha is None:
            raise invalid_field("PullRequest", "base")
        label = f"{head_repo.owner.login}:{head_ref}"
        if find_open(world, repo, head_repo, head_ref, base) is not None:
            raise invalid_custom("PullRequest", f"A pull request already exists for {label}.")
        if head_repo is not repo:
            run_git(git.path, "fetch", "--quiet", str(world.git(head_repo).path), head_sha)
        compared = compare(git, base_sha, head_sha)
        if compared is None:
            message = f"The {head_ref} branch has no history in common with {base}"
            raise invalid_custom("PullRequest", message)
        if compared.ahead == 0:
            raise invalid_custom("PullRequest", f"No commits between {base} and {head_ref}")
        issue = new_issue(world, actor, repo, title, body)
        pull = Pull(
            id=world.new_id(),
            issue=issue,
            repo=repo,
            base_ref=base,
            base_sha=base_sha,
            head_repo=head_repo,
            head_ref=head_ref,
            head_sha=head_sha,
            draft=draft,
            maintainer_can_modify=maintainer_can_modify and head_repo is not repo,
        )
        issue.pull = pull
        cross_reference(world, actor, issue, body or "")
        publish_refs(world, pull)
        tell(world, "opened", pull.issue, actor)
        return pull


def find_open(world: World, repo: Repo, head_repo: Repo, head_ref: str, base: str) -> Pull | None:
    """The open pull request between two branches; there is at most one."""
    for pull in world.pulls(repo):
        same = pull.head_repo is head_repo and pull.head_ref == head_ref and pull.base_ref == base
        if same and pull.issue.state is State.OPEN:
            return pull
    return None


def edit_pull(
    world: World,
    actor: Account,
    pull: Pull,
    title: str | None = None,
    body: str | None = None,
    base: str | None = None,
) -> None:
    """Change what is not None. Raises `Refused` 422 when the base does not exist."""
    with world.lock:
        if base is not None and base != pull.base_ref:
            base_sha = world.git(pull.repo).branch(base)
            if base_sha is None:
                raise invalid_field("PullRequest", "base")
            old: JsonObject = {"ref": {"from": pull.base_ref}, "sha": {"from": pull.base_sha}}
            pull.base_ref, pull.base_sha = base, base_sha
            if pull.auto_merge is not None:
                disable_auto_merge(world, actor, pull, "The base branch changed")
            publish_refs(world, pull)
            touch(world, pull.issue)
            tell(world, "edited", pull.issue, actor, {"changes": {"base": old}})
        edit_issue(world, actor, pull.issue, title, body)


def close_pull(world: World, actor: Account, pull: Pull) -> None:
    """Close without merging; closing what is closed changes nothing."""
    close_issue(world, actor, pull.issue)


def reopen_pull(world: World, actor: Account, pull: Pull) -> None:
    """Open again; raises `Refused` 422 when it is merged, its branch is gone, or has a rival."""
    with world.lock:
        if pull.issue.state is State.OPEN:
            return
        head_sha = world.git(pull.head_repo).branch(pull.head_ref)
        rival = find_open(world, pull.repo, pull.head_repo, pull.head_ref, pull.base_ref)
        if pull.merged or head_sha is None or rival is not None:
            raise invalid_field("PullRequest", "state")
        pull.head_sha = head_sha
        publish_refs(world, pull)
        reopen_issue(world, actor, pull.issue)


def request_review(world: World, actor: Account, pull: Pull, reviewer: Account) -> None:
    """Ask for a review. Raises `Refused` 422 for the author and for who may not read."""
    with world.lock:
        if reviewer is pull.issue.author:
            raise Refused(422, "Review cannot be requested from pull request author.")
        if reviewer is not pull.repo.owner and reviewer.id not in pull.repo.roles:
            message = "Reviews may only be requested from collaborators. One or more of the users"
            raise Refused(422, f"{message} or teams you specified is not a collaborator.")
        if reviewer in pull.requested_reviewers:
            return
        pull.requested_reviewers.append(reviewer)
        happened = ReviewRequested(
            id=world.new_id(),
            actor=actor,
            at=world.now(),
            app=world.app_of(actor),
            reviewer=reviewer,
        )
        pull.issue.timeline.append(happened)
        shown: JsonObject = {"requested_reviewer": render_account(world.urls, reviewer)}
        tell(world, "review_requested", pull.issue, actor, shown)


def withdraw_review_request(world: World, actor: Account, pull: Pull, reviewer: Account) -> None:
    """Ask no longer."""
    with world.lock:
        if reviewer in pull.requested_reviewers:
            pull.requested_reviewers.remove(reviewer)
            shown: JsonObject = {"requested_reviewer": render_account(world.urls, reviewer)}
            tell(world, "review_request_removed", pull.issue, actor, shown)


def disable_auto_merge(world: World, actor: Account, pull: Pull, reason: str) -> None:
    """Merge by itself no longer. Raises `Refused` 422 when it would not have."""
    with world.lock:
        if pull.auto_merge is None:
            raise Refused(422, "Can't disable auto-merge for this pull request.")
        pull.auto_merge = None
        why: JsonObject = {"reason": reason}
        tell(world, "auto_merge_disabled", pull.issue, actor, why)


def stop_after_push(world: World, actor: Account, pull: Pull) -> None:
    """Somebody without write access changed what would be merged: auto-merge ends."""
    trusted = world.app_of(actor) is not None or world.role(pull.repo, actor) >= Role.WRITE
    if pull.auto_merge is not None and not trusted:
        disable_auto_merge(world, actor, pull, "New changes by someone without write access")


def publish_refs(world: World, pull: Pull) -> None:
    """Point `refs/pull/<n>/head` and `/merge` (the test merge, if there is one) where they belong.

    A fork's commits are brought into the base repository by the same step.
    """
    git = world.git(pull.repo)
    if pull.head_repo is not pull.repo:
        run_git(git.path, "fetch", "--quiet", str(world.git(pull.head_repo).path), pull.head_sha)
    git.update_ref(f"refs/pull/{pull.number}/head", pull.head_sha)
    base = git.branch(pull.base_ref) or pull.base_sha
    match try_merge(git, base, pull.head_sha):
        case CleanMerge(tree):
            by = signature_of(world, pull.issue.author)
            message = f"Merge {pull.head_sha} into {base}"
            test = git.write_commit(tree, (base, pull.head_sha), message, by)
            git.update_ref(f"refs/pull/{pull.number}/merge", test)
            pull.merge_commit_sha = test
        case _:
            pull.merge_commit_sha = None


def _head(world: World, repo: Repo, head: str) -> tuple[Repo, str]:
    owner, colon, branch = head.partition(":")
    if not colon:
        return repo, head
    if owner.lower() == repo.owner.login.lower():
        return repo, branch
    for fork in world.repos.values():
        if fork.fork_of is repo and fork.owner.login.lower() == owner.lower():
            return fork, branch
    raise invalid_field("PullRequest", "head")
