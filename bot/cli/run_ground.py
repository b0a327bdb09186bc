"""What a run stands on: the repository that it is over, and what its state branch remembers."""

from collections.abc import Callable

from bot.cli.remembered import Anchor, NoMemory, Remembered, remembered
from bot.compose import credential_of
from bot.domain.subject import Repo
from bot.domain.wording.anchor import journal_head_in
from bot.engine.services import Services
from bot.engine.subjects import allowed
from bot.settings import Settings
from bot.stages.github import GitHub, NotAllowed

BRANCHES = "evolve/"


def restored(settings: Settings, name: str, branch: str, say: Callable[[str], None]) -> Remembered:
    """What the branch remembers, in its place. Raises NoMemory, or NotAllowed.

    No database is open yet, so GitHub is asked by services of its own.
    """
    from bot.adapters.github.adapter import RestGitHub
    from bot.adapters.github.clients import Clients

    clients = Clients(credential_of(settings), settings.github_api_url)
    try:
        github = RestGitHub(clients)
        repo = _named(github, name)
        if branch.startswith(BRANCHES):
            raise NoMemory(f"{BRANCHES} holds the branches of changes: call it something else")
        memory = remembered(settings, repo.full, branch, github.identity().signature())
        say(f"state: {memory.restore(github.remote(repo), anchors(github, repo))}")
    finally:
        clients.close()
    return memory


def anchors(github: GitHub, repo: Repo) -> tuple[Anchor, ...]:
    """Where our open pull requests say that the journal stood when their receipts were written."""
    ours = (one for one in github.our_open_pulls(repo) if one.head_branch.startswith(BRANCHES))
    found = ((one, journal_head_in(one.body)) for one in ours)
    return tuple(Anchor(one.number, one.opened, head) for one, head in found if head is not None)


def served(services: Services, name: str) -> Repo:
    """The repository of this name, if the operator serves it. Raises NotAllowed."""
    repo = _named(services.github, name)
    if not allowed(services, repo):
        raise NotAllowed(f"{repo.owner} is not in EVOLVE_ALLOWED_OWNERS")
    return repo


def _named(github: GitHub, name: str) -> Repo:
    for one in github.repositories():
        if one.full.lower() == name.lower():
            return one
    raise NotAllowed(f"{name} is not there, or is not granted to these credentials")
