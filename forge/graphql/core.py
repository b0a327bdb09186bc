"""The root of the graph: who asks, nodes by id, people, repositories, pull requests."""

from types import NoneType

from forge.api.auth import sees, visible_repo
from forge.api.call import Call
from forge.api.http import ApiError
from forge.graphql.table import At, Table, admitted, unresolved
from forge.render.nodes import node_id
from forge.world.entities import Account, AccountKind, Pull, Repo, State

table = Table()

PULLS_READ = ("pull_requests:read",)


def _repository(_: None, at: At) -> Repo:
    owner, name = at.text("owner"), at.text("name")
    try:
        return visible_repo(at.call.world, at.call.principal, owner, name)
    except ApiError:
        raise unresolved("Repository", f"name '{owner}/{name}'") from None


def _pull_request(repo: Repo, at: At) -> Pull:
    admitted(at.call, repo, PULLS_READ)
    number = at.number("number")
    found = repo.issues.get(number) if number is not None else None
    if found is None or found.pull is None:
        raise unresolved("PullRequest", f"number of {number}")
    return found.pull


def _find_repo(call: Call, number: int) -> Repo | None:
    repo = call.world.repos.get(number)
    return repo if repo is not None and sees(call.world, call.principal, repo) else None


def find_pull(call: Call, number: int) -> Pull | None:
    """A pull request by its database id, if the caller may see its repository."""
    for repo in call.world.repos.values():
        for pull in call.world.pulls(repo):
            if pull.id == number and sees(call.world, call.principal, repo):
                admitted(call, repo, PULLS_READ)
                return pull
    return None


def _find_account(call: Call, number: int) -> Account | None:
    return next((it for it in call.world.accounts.values() if it.id == number), None)


def _state(pull: Pull, _: At) -> str:
    if pull.merged:
        return "MERGED"
    return "OPEN" if pull.issue.state is State.OPEN else "CLOSED"


def _rate_limit(_: None, at: At) -> dict[str, object]:
    window = at.call.limits.window(at.call.principal, at.call.world.now(), "graphql")
    return {
        "cost": 1,
        "limit": window.limit,
        "remaining": window.remaining,
        "resetAt": window.resets_at(),
        "used": window.used,
    }


def _page(account: Account, at: At) -> str:
    web = at.call.urls.web
    if account.kind is AccountKind.BOT:
        return f"{web}/apps/{account.login.removesuffix('[bot]')}"
    return f"{web}/{account.login}"


table.fields(
    "Query",
    NoneType,
    {
        "node": lambda _, at: at.found(at.text("id")),
        "rateLimit": _rate_limit,
        "repository": _repository,
        # GitHub calls whoever asks a `User`: an App keeps its `[bot]` here, and only here.
        "viewer": lambda _, at: at.call.actor,
    },
)
table.named(Account, lambda account: account.kind.value)
for kind in ("User", "Organization"):
    table.fields(
        kind,
        Account,
        {
            "databaseId": lambda account, _: account.id,
            "id": lambda account, _: node_id(account.kind.value, account.id),
            "login": lambda account, _: account.login,
            "name": lambda account, _: account.name,
            "url": _page,
        },
    )
table.fields(
    "Bot",
    Account,
    {
        "databaseId": lambda account, _: account.id,
        "id": lambda account, _: node_id("Bot", account.id),
        # Unlike REST, GraphQL names a bot without the suffix.
        "login": lambda account, _: account.login.removesuffix("[bot]"),
        "url": _page,
    },
)
table.fields(
    "Repository",
    Repo,
    {
        "databaseId": lambda repo, _: repo.id,
        "id": lambda repo, _: node_id("Repository", repo.id),
        "isPrivate": lambda repo, _: repo.private,
        "name": lambda repo, _: repo.name,
        "nameWithOwner": lambda repo, _: repo.full_name,
        "pullRequest": _pull_request,
        "url": lambda repo, at: at.call.urls.repo_page(repo),
    },
)
table.fields(
    "PullRequest",
    Pull,
    {
        "author": lambda pull, _: pull.issue.author,
        "baseRefName": lambda pull, _: pull.base_ref,
        "body": lambda pull, _: pull.issue.body or "",
        "fullDatabaseId": lambda pull, _: str(pull.id),
        "headRefName": lambda pull, _: pull.head_ref,
        "headRefOid": lambda pull, _: pull.head_sha,
        "id": lambda pull, _: node_id("PullRequest", pull.id),
        "isDraft": lambda pull, _: pull.draft,
        "merged": lambda pull, _: pull.merged,
        "number": lambda pull, _: pull.number,
        "repository": lambda pull, _: pull.repo,
        "state": _state,
        "title": lambda pull, _: pull.issue.title,
        "url": lambda pull, at: at.call.urls.issue_page(pull.issue),
    },
)
table.node("Repository", _find_repo)
table.node("PullRequest", find_pull)
for kind in ("User", "Bot", "Organization"):
    table.node(kind, _find_account)
