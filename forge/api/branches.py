"""Branches, with what protects them."""

from functools import partial

from forge.api.call import Call
from forge.api.guarded import GuardedRouter, git_of
from forge.api.http import ApiError, Reply
from forge.jsontypes import JsonObject
from forge.render.commits import render_commit
from forge.render.protection import render_protection_summary
from forge.world.protection import rules_of

router = GuardedRouter()

_READ = ("contents:read",)


@router.get("/repos/{owner}/{repo}/branches", app=_READ)
def list_branches(call: Call) -> Reply:
    """The branches by name; with `protected` only those that are, or are not."""
    wanted = call.query.get("protected")
    heads = [
        (name.removeprefix("refs/heads/"), sha)
        for name, sha in git_of(call).refs("refs/heads/").items()
    ]
    if wanted is not None:
        repo = call.repo()
        heads = [it for it in heads if rules_of(repo, it[0]).protected == (wanted == "true")]
    return call.paged(heads, partial(_render_short_branch, call))


@router.get("/repos/{owner}/{repo}/branches/{branch:path}", app=_READ)
def get_branch(call: Call) -> Reply:
    """One branch with its commit and what protects it."""
    name, repo = call.text("branch"), call.repo()
    sha = git_of(call).branch(name)
    if sha is None:
        raise ApiError(404, "Branch not found")
    url = f"{call.urls.repo(repo)}/branches/{name}"
    links = {"self": url, "html": f"{call.urls.repo_page(repo)}/tree/{name}"}
    commit = render_commit(call.world, repo, git_of(call).commit(sha))
    return Reply(200, _render_short_branch(call, (name, sha)) | {"commit": commit, "_links": links})


def _render_short_branch(call: Call, branch: tuple[str, str]) -> JsonObject:
    (name, sha), repo = branch, call.repo()
    url = call.urls.repo(repo)
    return {
        "name": name,
        "commit": {"sha": sha, "url": f"{url}/commits/{sha}"},
        "protected": rules_of(repo, name).protected,
        "protection": render_protection_summary(repo, name),
        "protection_url": f"{url}/branches/{name}/protection",
    }
