"""How accounts sign the commits that the forge makes for them, and which are verified."""

from forge.git.objects import Signature
from forge.git.signing import sign, unsigned
from forge.world.entities import Account, Repo
from forge.world.world import World


def signature_of(world: World, account: Account) -> Signature:
    """An account's name and e-mail, and the world's time."""
    return Signature(account.name or account.login, account.email, world.now())


def signed_by_forge(world: World, repo: Repo, sha: str) -> str:
    """The commit as GitHub makes it in its own name: signed. Answers the signed one's sha."""
    return sign(world.git(repo), sha)


def unsigned_commits(world: World, repo: Repo, span: str) -> list[str]:
    """The commits of a range such as `a..b` whose signature the forge cannot verify."""
    git = world.git(repo)
    return unsigned(git, [commit.sha for commit in git.log(span)])
