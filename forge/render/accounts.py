"""Accounts in JSON."""

from forge.jsontypes import JsonObject
from forge.render.nodes import node_id
from forge.render.urls import Urls, stamp
from forge.world.entities import Account, AccountKind, Repo, Role


def render_account(urls: Urls, account: Account) -> JsonObject:
    """GitHub's `simple-user`."""
    url = urls.user(account)
    page = account.login
    if account.kind is AccountKind.BOT:
        page = f"apps/{account.login.removesuffix('[bot]')}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id(account.kind.value, account.id),
        "avatar_url": f"{urls.web}/avatars/{account.id}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{urls.web}/{page}",
        "followers_url": f"{url}/followers",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events{{/privacy}}",
        "received_events_url": f"{url}/received_events",
        "type": account.kind.value,
        "user_view_type": "public",
        "site_admin": False,
    }


def render_public_account(urls: Urls, account: Account, public_repos: int) -> JsonObject:
    """GitHub's `public-user`: an account with its profile."""
    return render_account(urls, account) | {
        "name": account.name,
        "company": None,
        "blog": "",
        "location": None,
        "email": account.email,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": public_repos,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": stamp(account.created_at),
        "updated_at": stamp(account.created_at),
    }


def render_role(role: Role) -> JsonObject:
    """The `permissions` object that says what somebody may do in a repository."""
    return {
        "admin": role >= Role.ADMIN,
        "maintain": role >= Role.MAINTAIN,
        "push": role >= Role.WRITE,
        "triage": role >= Role.TRIAGE,
        "pull": role >= Role.READ,
    }


def association(repo: Repo, account: Account) -> str:
    """The `author_association`, which is *not* a permission (design: never used to authorise)."""
    if account is repo.owner:
        return "OWNER"
    if repo.roles.get(account.id, Role.NONE) > Role.NONE:
        return "MEMBER" if repo.owner.kind is AccountKind.ORGANIZATION else "COLLABORATOR"
    return "NONE"
