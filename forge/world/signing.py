"""How accounts sign the commits that the forge makes for them."""

from forge.git.objects import Signature
from forge.world.entities import Account
from forge.world.world import World


def signature_of(world: World, account: Account) -> Signature:
    """An account's name and e-mail, and the world's time."""
    return Signature(account.name or account.login, account.email, world.now())
