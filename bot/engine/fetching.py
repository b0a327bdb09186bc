"""Branches as they are on GitHub now, in the repository's mirror."""

from bot.domain.subject import Repo
from bot.engine.services import Services
from bot.stages.github import TryLater
from bot.stages.workspace import GitFailed, Mirror

RETRY_S = 10.0
"""Seconds until a fetch that failed is tried again."""


def fetched(services: Services, repo: Repo, *branches: str) -> Mirror:
    """The mirror, with these branches brought up to date. Raises TryLater."""
    mirror = services.git.mirror(repo.full)
    failed = mirror.fetch(services.github.remote(repo), branches)
    if isinstance(failed, GitFailed):
        raise TryLater(failed.reason, RETRY_S)
    return mirror
