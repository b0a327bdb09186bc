"""Repositories and their labels in JSON."""

from urllib.parse import quote

from forge.jsontypes import JsonObject
from forge.render.accounts import render_account, render_role
from forge.render.nodes import node_id
from forge.render.urls import Urls, stamp
from forge.world.entities import AccountKind, Label, Repo, Role, State

_TEMPLATES = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}


def render_minimal_repo(urls: Urls, repo: Repo) -> JsonObject:
    """What every form of a repository has: names, owner, and the addresses."""
    url = urls.repo(repo)
    head: JsonObject = {
        "id": repo.id,
        "node_id": node_id("Repository", repo.id),
        "name": repo.name,
        "full_name": repo.full_name,
        "private": repo.private,
        "owner": render_account(urls, repo.owner),
        "html_url": urls.repo_page(repo),
        "description": repo.description,
        "fork": repo.fork_of is not None,
        "url": url,
    }
    return head | {name: url + rest for name, rest in _TEMPLATES.items()}


def render_repo(urls: Urls, repo: Repo) -> JsonObject:
    """GitHub's `repository`, as in webhooks, lists and the halves of a pull request."""
    host = urls.web.partition("//")[2]
    page = urls.repo_page(repo)
    still_open = sum(issue.state is State.OPEN for issue in repo.issues.values())
    forks = 0
    return render_minimal_repo(urls, repo) | {
        "created_at": stamp(repo.created_at),
        "updated_at": stamp(repo.updated_at),
        "pushed_at": stamp(repo.pushed_at),
        "git_url": f"git://{host}/{repo.full_name}.git",
        "ssh_url": f"git@{host}:{repo.full_name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "mirror_url": None,
        "homepage": None,
        "size": 0,
        "stargazers_count": 0,
        "watchers_count": 0,
        "language": None,
        "has_issues": True,
        "has_projects": False,
        "has_downloads": True,
        "has_wiki": False,
        "has_pages": False,
        "has_discussions": False,
        "forks_count": forks,
        "archived": False,
        "disabled": False,
        "open_issues_count": still_open,
        "license": None,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "topics": [],
        "visibility": "private" if repo.private else "public",
        "forks": forks,
        "open_issues": still_open,
        "watchers": 0,
        "default_branch": repo.default_branch,
        "custom_properties": {},
    }


def render_full_repo(urls: Urls, repo: Repo, role: Role) -> JsonObject:
    """GitHub's `full-repository`: one repository as its reader sees it."""
    body = render_repo(urls, repo) | {
        "permissions": render_role(role),
        "allow_merge_commit": repo.allow_merge_commit,
        "allow_squash_merge": repo.allow_squash_merge,
        "allow_rebase_merge": repo.allow_rebase_merge,
        "allow_auto_merge": repo.allow_auto_merge,
        "allow_update_branch": False,
        "delete_branch_on_merge": repo.delete_branch_on_merge,
        "network_count": 0,
        "subscribers_count": 0,
        "temp_clone_token": None,
    }
    if repo.owner.kind is AccountKind.ORGANIZATION:
        body["organization"] = render_account(urls, repo.owner)
    if repo.fork_of is not None:
        body["parent"] = body["source"] = render_repo(urls, repo.fork_of)
    return body


def render_label(urls: Urls, repo: Repo, label: Label) -> JsonObject:
    """GitHub's `label`."""
    return {
        "id": label.id,
        "node_id": node_id("Label", label.id),
        "url": f"{urls.repo(repo)}/labels/{quote(label.name, safe='')}",
        "name": label.name,
        "color": label.color,
        "default": label.default,
        "description": label.description,
    }
