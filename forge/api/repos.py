"""Repositories."""

from functools import partial

from forge.api import fields
from forge.api.auth import sees
from forge.api.call import Call
from forge.api.http import Needs, Reply, Router, invalid, not_found
from forge.render.repos import render_full_repo, render_minimal_repo
from forge.world.entities import Role

router = Router()


@router.get("/repos/{owner}/{repo}")
def get_repo(call: Call) -> Reply:
    """One repository; clients learn `clone_url` and `default_branch` here."""
    return Reply(200, render_full_repo(call.urls, call.repo(), call.role))


@router.get("/repositories/{repository_id:int}", auth=Needs.ANYONE)
def get_by_id(call: Call) -> Reply:
    """One repository by its number, which stays when the name changes."""
    repo = call.world.repos.get(call.number("repository_id"))
    if repo is None or not sees(call.world, call.principal, repo):
        raise not_found()
    return Reply(200, render_full_repo(call.urls, repo, Role.READ))


@router.get("/users/{login}/repos", auth=Needs.ANYONE)
def repos_of_user(call: Call) -> Reply:
    """The public repositories of an account, by name."""
    account = call.world.accounts.get(call.text("login").lower())
    if account is None:
        raise not_found()
    found = [
        repo for repo in call.world.repos.values() if repo.owner is account and not repo.private
    ]
    found.sort(key=lambda repo: repo.full_name.lower())
    return call.paged(found, partial(render_minimal_repo, call.urls))


@router.patch("/repos/{owner}/{repo}", app=("administration:write",), user=Role.ADMIN)
def edit_repo(call: Call) -> Reply:
    """Change the description, visibility, default branch and merge settings."""
    repo, body = call.repo(), call.json()
    branch = fields.text_or_none(body, "default_branch")
    if branch is not None and call.world.git(repo).branch(branch) is None:
        raise invalid("Repository", "default_branch", "invalid")
    description = fields.text_or_none(body, "description")
    repo.private = fields.flag(body, "private", repo.private)
    repo.allow_merge_commit = fields.flag(body, "allow_merge_commit", repo.allow_merge_commit)
    repo.allow_squash_merge = fields.flag(body, "allow_squash_merge", repo.allow_squash_merge)
    repo.allow_rebase_merge = fields.flag(body, "allow_rebase_merge", repo.allow_rebase_merge)
    repo.allow_auto_merge = fields.flag(body, "allow_auto_merge", repo.allow_auto_merge)
    repo.delete_branch_on_merge = fields.flag(
        body, "delete_branch_on_merge", repo.delete_branch_on_merge
    )
    repo.default_branch = branch or repo.default_branch
    repo.description = description if "description" in body else repo.description
    repo.updated_at = call.world.now()
    return Reply(200, render_full_repo(call.urls, repo, call.role))
