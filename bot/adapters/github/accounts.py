"""Who we are: the App and its bot user, or the account behind a token."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from bot.adapters.github.answers import Refused
from bot.adapters.github.client import Client
from bot.adapters.github.record import Record
from bot.stages.github import Identity, NotAllowed

NO_APP = 0
"""A token's checks and statuses belong to no App of ours; 0 is no App's id."""

ACTIONS = Identity(app_id=NO_APP, user_id=41898282, login="github-actions[bot]")
"""Whom the token of a workflow run acts as, on github.com."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The App in one account."""

    id: int
    account: str
    suspended: bool


def fetch_installations(app: Client) -> tuple[Installation, ...]:
    """Every installation of the App, suspended ones too."""
    return tuple(
        Installation(
            one.need_number("id"), one.text("account", "login"), bool(one.text("suspended_at"))
        )
        for one in app.pages("/app/installations")
    )


def app_identity(app: Client, lookers: Iterable[Client]) -> Identity:
    """The App and its bot user, whom the first of `lookers` that can tells the number of."""
    itself = app.read("/app").record()
    login = f"{itself.need_text('slug')}[bot]"
    for looker in lookers:
        if (user := _bot_user(looker, login)) is not None:
            return Identity(itself.need_number("id"), user.need_number("id"), login)
    raise NotAllowed(f"the account {login} cannot be seen: install the App on a repository")


def _bot_user(client: Client, login: str) -> Record | None:
    try:
        return client.record(f"/users/{quote(login, safe='')}")
    except Refused:
        return None


def token_identity(client: Client) -> Identity:
    """The account behind a token.

    Tokens of installations, a workflow's among them, may not ask `GET /user`; GraphQL's viewer
    tells them. Where there is no GraphQL the token is taken for a workflow's.
    """
    try:
        user = client.read("/user").record()
    except Refused as refused:
        if refused.status not in (403, 404):
            raise
    else:
        return Identity(NO_APP, user.need_number("id"), user.need_text("login"))
    try:
        answer = client.graphql("query { viewer { login databaseId } }")
    except Refused as refused:
        if refused.status != 404:
            raise
        return ACTIONS
    viewer = answer.record("data", "viewer")
    if viewer is None:
        raise NotAllowed("the token does not tell whose it is: use an App, or a person's token")
    return Identity(NO_APP, viewer.need_number("databaseId"), viewer.need_text("login"))
