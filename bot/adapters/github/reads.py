"""Repositories, files and people."""

import base64
from urllib.parse import quote

from bot.adapters.github.answers import Refused
from bot.adapters.github.client import GONE, Client
from bot.adapters.github.paths import repo_path
from bot.adapters.github.readers import file_text, permission, repo_read
from bot.adapters.github.record import Record, Unreadable, parse
from bot.adapters.github.wire import RAW_ACCEPT
from bot.domain.subject import Repo
from bot.kernel.authority import Permission
from bot.stages.github import NotAllowed, RepoRead, TryLater


def fetch_repository(client: Client, repo: Repo) -> RepoRead | None:
    """The repository's facts."""
    record = client.record(repo_path(repo))
    return repo_read(record) if record else None


def fetch_file(client: Client, repo: Repo, path: str, ref: str) -> str | None:
    """A text file at a branch or commit; None for what is no file. Raises Unreadable."""
    at, query = repo_path(repo, "contents", quote(path)), (("ref", ref),)
    if (answer := client.find(at, query)) is None:
        return None
    value = parse(answer.body)
    if not isinstance(value, dict) or value.get("type") != "file":
        return None
    match value.get("encoding"), value.get("content"):
        case "base64", str(content):
            try:
                return file_text(base64.b64decode(content))
            except ValueError:
                raise Unreadable(f"the base64 of {path}") from None
        case _:
            # Above 1 MB GitHub sends the content only when asked for it raw.
            raw = client.find(at, query, RAW_ACCEPT)
            return file_text(raw.body) if raw else None


def fetch_permission(client: Client, repo: Repo, login: str) -> Permission | None:
    """The collaborator's permission now; NONE for a stranger, None when it could not be fetched."""
    at = repo_path(repo, "collaborators", quote(login, safe=""), "permission")
    try:
        return permission(client.read(at).record(), login)
    except Refused as refused:
        return Permission.NONE if refused.status in GONE else None
    except TryLater:
        # Later is not never: a person must not be refused because GitHub was away for a moment.
        raise
    except NotAllowed:
        return None


def fetch_repositories(client: Client, installation: int) -> tuple[Repo, ...]:
    """What an installation grants; its own list, so it includes the public ones it may write."""
    granted = client.pages("/installation/repositories", key="repositories")
    return tuple(_repo(one, installation) for one in granted)


def fetch_token_repositories(client: Client) -> tuple[Repo, ...]:
    """What a token may push to: a workflow's token knows its installation, a person's their own."""
    try:
        return fetch_repositories(client, 0)
    except Refused as refused:
        if refused.status not in (401, 403, 404):
            raise
    own = client.pages("/user/repos")
    return tuple(_repo(one, 0) for one in own if one.flag("permissions", "push"))


def _repo(record: Record, installation: int) -> Repo:
    return Repo(record.need_text("owner", "login"), record.need_text("name"), installation)
