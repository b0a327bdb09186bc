"""Commits and changed files in JSON."""

from urllib.parse import quote

from forge.git.diff import FileChange, diff
from forge.git.objects import EMPTY_TREE, Commit, Signature
from forge.git.signing import signature_over, signed_payload
from forge.jsontypes import JsonObject
from forge.render.accounts import render_account
from forge.render.nodes import node_id
from forge.render.urls import Urls, stamp
from forge.world.entities import Account, Repo
from forge.world.world import World


def render_verification(world: World, repo: Repo, commit: Commit) -> JsonObject:
    """GitHub's `verification`: whether the signature is one that the forge made itself."""
    payload = signed_payload(world.git(repo), commit.sha)
    if payload is None:
        return {
            "verified": False,
            "reason": "unsigned",
            "signature": None,
            "payload": None,
            "verified_at": None,
        }
    return {
        "verified": True,
        "reason": "valid",
        "signature": signature_over(payload),
        "payload": payload,
        "verified_at": stamp(commit.committer.when),
    }


def account_of(world: World, who: Signature) -> Account | None:
    """The account that GitHub recognises in a commit by its e-mail address."""
    return next((a for a in world.accounts.values() if a.email == who.email), None)


def render_signature(who: Signature) -> JsonObject:
    """Name, e-mail and date."""
    return {"name": who.name, "email": who.email, "date": stamp(who.when)}


def _account(world: World, who: Signature) -> JsonObject | None:
    account = account_of(world, who)
    return None if account is None else render_account(world.urls, account)


def render_commit(world: World, repo: Repo, commit: Commit) -> JsonObject:
    """GitHub's `commit`, as in lists and comparisons."""
    urls = world.urls
    url, page = f"{urls.repo(repo)}/commits", f"{urls.repo_page(repo)}/commit"
    return {
        "url": f"{url}/{commit.sha}",
        "sha": commit.sha,
        "node_id": node_id(f"Commit:{commit.sha}", repo.id),
        "html_url": f"{page}/{commit.sha}",
        "comments_url": f"{url}/{commit.sha}/comments",
        "commit": {
            "url": f"{urls.repo(repo)}/git/commits/{commit.sha}",
            "author": render_signature(commit.author),
            "committer": render_signature(commit.committer),
            "message": commit.message,
            "comment_count": 0,
            "tree": _tree(urls, repo, commit.tree),
            "verification": render_verification(world, repo, commit),
        },
        "author": _account(world, commit.author),
        "committer": _account(world, commit.committer),
        "parents": [
            {"sha": parent, "url": f"{url}/{parent}", "html_url": f"{page}/{parent}"}
            for parent in commit.parents
        ],
    }


def render_commit_with_files(world: World, repo: Repo, commit: Commit) -> JsonObject:
    """GitHub's `commit` for one commit: with what it changed against its first parent."""
    files = diff(world.git(repo), (*commit.parents, EMPTY_TREE)[0], commit.sha)
    additions = sum(change.additions for change in files)
    deletions = sum(change.deletions for change in files)
    return render_commit(world, repo, commit) | {
        "stats": {
            "total": additions + deletions,
            "additions": additions,
            "deletions": deletions,
        },
        "files": [render_change(world.urls, repo, commit.sha, change) for change in files],
    }


def render_git_commit(world: World, repo: Repo, commit: Commit) -> JsonObject:
    """GitHub's `git-commit`: the object as git stores it."""
    urls = world.urls
    url, page = f"{urls.repo(repo)}/git/commits", f"{urls.repo_page(repo)}/commit"
    return {
        "sha": commit.sha,
        "node_id": node_id(f"Commit:{commit.sha}", repo.id),
        "url": f"{url}/{commit.sha}",
        "html_url": f"{page}/{commit.sha}",
        "author": render_signature(commit.author),
        "committer": render_signature(commit.committer),
        "tree": _tree(urls, repo, commit.tree),
        "message": commit.message,
        "parents": [
            {"sha": parent, "url": f"{url}/{parent}", "html_url": f"{page}/{parent}"}
            for parent in commit.parents
        ],
        "verification": render_verification(world, repo, commit),
    }


def render_simple_commit(commit: Commit) -> JsonObject:
    """GitHub's `simple-commit`: the head commit of suites and workflow runs."""
    return {
        "id": commit.sha,
        "tree_id": commit.tree,
        "message": commit.message,
        "timestamp": commit.committer.when.isoformat(),
        "author": {"name": commit.author.name, "email": commit.author.email},
        "committer": {"name": commit.committer.name, "email": commit.committer.email},
    }


def render_pushed_commit(world: World, repo: Repo, commit: Commit) -> JsonObject:
    """A commit as `push` events show it, with the names of the files it touched."""
    files = diff(world.git(repo), (*commit.parents, EMPTY_TREE)[0], commit.sha)
    removed = [change.path for change in files if change.status == "removed"]
    removed += [change.previous_path for change in files if change.previous_path is not None]
    return render_simple_commit(commit) | {
        "distinct": True,
        "url": f"{world.urls.repo_page(repo)}/commit/{commit.sha}",
        "author": _pushed_by(world, commit.author),
        "committer": _pushed_by(world, commit.committer),
        "added": [c.path for c in files if c.status in ("added", "renamed", "copied")],
        "removed": removed,
        "modified": [c.path for c in files if c.status in ("modified", "changed")],
    }


def _pushed_by(world: World, who: Signature) -> JsonObject:
    shown: JsonObject = {"name": who.name, "email": who.email, "date": stamp(who.when)}
    account = account_of(world, who)
    return shown if account is None else shown | {"username": account.login}


def render_change(urls: Urls, repo: Repo, sha: str, change: FileChange) -> JsonObject:
    """GitHub's `diff-entry`: one changed file of a commit, comparison or pull request."""
    path = quote(change.path)
    shown: JsonObject = {
        "sha": change.sha,
        "filename": change.path,
        "status": change.status,
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "blob_url": f"{urls.repo_page(repo)}/blob/{sha}/{path}",
        "raw_url": f"{urls.repo_page(repo)}/raw/{sha}/{path}",
        "contents_url": f"{urls.repo(repo)}/contents/{path}?ref={sha}",
    }
    if change.patch is not None:
        shown["patch"] = change.patch
    if change.previous_path is not None:
        shown["previous_filename"] = change.previous_path
    return shown


def _tree(urls: Urls, repo: Repo, sha: str) -> JsonObject:
    return {"sha": sha, "url": f"{urls.repo(repo)}/git/trees/{sha}"}
