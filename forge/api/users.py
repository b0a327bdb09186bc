"""Accounts, and who the caller is."""

from forge.api.call import Call
from forge.api.http import Needs, Reply, Router, forbidden, not_found
from forge.jsontypes import JsonObject
from forge.render.accounts import render_public_account
from forge.world.entities import Account

router = Router()


@router.get("/user", auth=Needs.TOKEN)
def me(call: Call) -> Reply:
    """The user of a token; an installation's token is no user (403)."""
    if call.app is not None:
        raise forbidden()
    return Reply(200, _shown(call, call.actor))


@router.get("/users/{login}", auth=Needs.ANYONE)
def by_login(call: Call) -> Reply:
    """An account by its login, bots such as `name[bot]` too."""
    account = call.world.accounts.get(call.text("login").lower())
    if account is None:
        raise not_found()
    return Reply(200, _shown(call, account))


@router.get("/user/{account_id:int}", auth=Needs.ANYONE)
def by_id(call: Call) -> Reply:
    """An account by its number, which stays when the login changes."""
    for account in call.world.accounts.values():
        if account.id == call.number("account_id"):
            return Reply(200, _shown(call, account))
    raise not_found()


def _shown(call: Call, account: Account) -> JsonObject:
    repos = [repo for repo in call.world.repos.values() if repo.owner is account]
    return render_public_account(call.urls, account, sum(not repo.private for repo in repos))
