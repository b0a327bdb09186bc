"""Pull requests in JSON."""

from forge.jsontypes import JsonObject
from forge.render.accounts import association, render_account
from forge.render.nodes import node_id
from forge.render.repos import render_label, render_repo
from forge.render.urls import stamp, stamp_or_none
from forge.world.entities import Account, Pull, Repo
from forge.world.mergeability import comparison_of, mergeability
from forge.world.world import World


def _accounts(world: World, accounts: list[Account]) -> list[JsonObject]:
    return [render_account(world.urls, account) for account in accounts]


def _side(world: World, repo: Repo, ref: str, sha: str) -> JsonObject:
    return {
        "label": f"{repo.owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": render_account(world.urls, repo.owner),
        "repo": render_repo(world.urls, repo)
        | {
            "allow_merge_commit": repo.allow_merge_commit,
            "allow_squash_merge": repo.allow_squash_merge,
            "allow_rebase_merge": repo.allow_rebase_merge,
            "allow_auto_merge": repo.allow_auto_merge,
            "allow_update_branch": False,
            "delete_branch_on_merge": repo.delete_branch_on_merge,
            "merge_commit_message": "PR_TITLE",
            "merge_commit_title": "MERGE_MESSAGE",
            "squash_merge_commit_message": "COMMIT_MESSAGES",
            "squash_merge_commit_title": "COMMIT_OR_PR_TITLE",
            "use_squash_pr_title_as_default": False,
        },
    }


def _auto_merge(world: World, pull: Pull) -> JsonObject | None:
    wanted = pull.auto_merge
    if wanted is None:
        return None
    return {
        "enabled_by": render_account(world.urls, wanted.enabled_by),
        "merge_method": wanted.method.value,
        "commit_title": wanted.title or f"{pull.issue.title} (#{pull.number})",
        "commit_message": wanted.message or "",
    }


def render_pull_simple(world: World, pull: Pull) -> JsonObject:
    """GitHub's `pull-request-simple`, as in lists."""
    urls, issue = world.urls, pull.issue
    repo_url = urls.repo(pull.repo)
    url, page = f"{repo_url}/pulls/{pull.number}", urls.issue_page(issue)
    links = {
        "self": url,
        "html": page,
        "issue": urls.issue(issue),
        "comments": f"{urls.issue(issue)}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{repo_url}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{repo_url}/statuses/{pull.head_sha}",
    }
    return {
        "url": url,
        "id": pull.id,
        "node_id": node_id("PullRequest", pull.id),
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": links["issue"],
        "commits_url": links["commits"],
        "review_comments_url": links["review_comments"],
        "review_comment_url": links["review_comment"],
        "comments_url": links["comments"],
        "statuses_url": links["statuses"],
        "number": pull.number,
        "state": issue.state.value,
        "locked": issue.locked,
        "title": issue.title,
        "user": render_account(urls, issue.author),
        "body": issue.body,
        "labels": [render_label(urls, pull.repo, label) for label in issue.labels],
        "milestone": None,
        "active_lock_reason": None,
        "created_at": stamp(issue.created_at),
        "updated_at": stamp(issue.updated_at),
        "closed_at": stamp_or_none(issue.closed_at),
        "merged_at": stamp_or_none(pull.merged_at),
        "merge_commit_sha": pull.merge_commit_sha,
        "assignee": next(iter(_accounts(world, issue.assignees)), None),
        "assignees": _accounts(world, issue.assignees),
        "requested_reviewers": _accounts(world, pull.requested_reviewers),
        "requested_teams": [],
        "head": _side(world, pull.head_repo, pull.head_ref, pull.head_sha),
        "base": _side(world, pull.repo, pull.base_ref, pull.base_sha),
        "_links": {name: {"href": href} for name, href in links.items()},
        "author_association": association(pull.repo, issue.author),
        "auto_merge": _auto_merge(world, pull),
        "draft": pull.draft,
    }


def render_pull(world: World, pull: Pull) -> JsonObject:
    """GitHub's `pull-request`: one pull request, with what must be computed."""
    compared = comparison_of(world, pull)
    verdict = mergeability(world, pull)
    merged_by = pull.merged_by
    return render_pull_simple(world, pull) | {
        "merged": pull.merged,
        "mergeable": verdict.mergeable,
        "rebaseable": verdict.mergeable,
        "mergeable_state": verdict.state.value,
        "merged_by": None if merged_by is None else render_account(world.urls, merged_by),
        "comments": len(pull.issue.comments),
        "review_comments": sum(len(thread.comments) for thread in pull.threads),
        "maintainer_can_modify": pull.maintainer_can_modify,
        "commits": compared.ahead,
        "additions": sum(change.additions for change in compared.files),
        "deletions": sum(change.deletions for change in compared.files),
        "changed_files": len(compared.files),
    }


def render_pull_minimal(world: World, pull: Pull) -> JsonObject:
    """GitHub's `pull-request-minimal`, as check runs list them."""

    def side(repo: Repo, ref: str, sha: str) -> JsonObject:
        linked: JsonObject = {"id": repo.id, "url": world.urls.repo(repo), "name": repo.name}
        return {"ref": ref, "sha": sha, "repo": linked}

    return {
        "id": pull.id,
        "number": pull.number,
        "url": f"{world.urls.repo(pull.repo)}/pulls/{pull.number}",
        "head": side(pull.head_repo, pull.head_ref, pull.head_sha),
        "base": side(pull.repo, pull.base_ref, pull.base_sha),
    }
