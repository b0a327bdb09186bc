"""What GitHub does by itself once something it waited for has happened: queue and auto-merge."""

from forge.jsontypes import JsonObject
from forge.world.auto_merge import merge_what_waits
from forge.world.entities import Repo
from forge.world.queue import advance
from forge.world.world import World

_MAY_END_A_WAIT = frozenset(
    {"check_run", "status", "pull_request", "pull_request_review", "pull_request_review_thread"}
    | {"push"}
)


def watch(world: World) -> None:
    """Look after each event at what waits in its repository."""

    def look(event: str, _: str | None, repo: Repo | None, __: JsonObject) -> None:
        if repo is None or event not in _MAY_END_A_WAIT:
            return
        with world.settling(repo) as alone:
            if not alone:
                return
            for branch in tuple(repo.merge_queues):
                advance(world, repo, branch)
            merge_what_waits(world, repo)

    world.afterwards.append(look)
