"""Forks: a copy of a repository under another owner."""

from forge.world.entities import Account, Repo
from forge.world.people import create_repo
from forge.world.world import World


def fork_repo(world: World, owner: Account, repo: Repo) -> Repo:
    """Copy a repository with all its branches; `open_pull` takes `owner:branch` as a head."""
    with world.lock:
        fork = create_repo(
            world, owner, repo.name, default_branch=repo.default_branch, private=repo.private
        )
        fork.fork_of = repo
        source = str(world.git(repo).path)
        world.git(fork).git("fetch", "--quiet", source, "+refs/heads/*:refs/heads/*")
        return fork
