"""Comparing two commits."""

from forge.api.call import Call
from forge.api.guarded import GuardedRouter, git_of
from forge.api.http import ApiError, Reply, not_found
from forge.git.diff import compare
from forge.render.commits import render_change, render_commit

router = GuardedRouter()

_MOST_FILES = 300


@router.get("/repos/{owner}/{repo}/compare/{basehead:path}", app=("contents:read",))
def compare_commits(call: Call) -> Reply:
    """`base...head`, each a branch, tag or sha, maybe after `owner:`; commits are paged."""
    base, dots, head = call.text("basehead").partition("...")
    repo, git = call.repo(), git_of(call)
    own = f"{repo.owner.login}:"
    base_sha, head_sha = (git.resolve(side.removeprefix(own)) for side in (base, head))
    if not dots or base_sha is None or head_sha is None:
        raise not_found()
    found = compare(git, base_sha, head_sha)
    if found is None:
        raise ApiError(404, f"No common ancestor between {base} and {head}.")
    world, urls = call.world, call.urls
    page = f"{urls.repo_page(repo)}/compare"
    span = f"{base}...{head}"
    commits = call.paged(found.commits, lambda commit: render_commit(world, repo, commit))
    first = call.page()[0] == 1
    shown = {
        "url": f"{urls.repo(repo)}/compare/{span}",
        "html_url": f"{page}/{span}",
        "permalink_url": f"{page}/{own}{base_sha[:7]}...{own}{head_sha[:7]}",
        "diff_url": f"{page}/{span}.diff",
        "patch_url": f"{page}/{span}.patch",
        "base_commit": render_commit(world, repo, found.base),
        "merge_base_commit": render_commit(world, repo, found.merge_base),
        "status": found.status,
        "ahead_by": found.ahead,
        "behind_by": found.behind,
        "total_commits": found.ahead,
        "commits": commits.body,
    }
    if first:
        files = found.files[:_MOST_FILES]
        shown["files"] = [render_change(urls, repo, head_sha, change) for change in files]
    return Reply(200, shown, commits.headers)
