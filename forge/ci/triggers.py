"""Which events make the CI service test which commit."""

from forge.ci.reporter import Task
from forge.git.objects import ZERO
from forge.jsontypes import JsonObject
from forge.world.entities import Account, App, Repo
from forge.world.world import World


def task_of(
    world: World, app: App, event: str, action: str | None, repo: Repo, payload: JsonObject
) -> Task | None:
    """The commit that an event gives reason to test, or None.

    A pull request from a fork counts for itself: its branch was pushed to another repository.
    """
    match event, action:
        case "push", None:
            ref, sha = str(payload["ref"]), str(payload["after"])
            if sha == ZERO or not ref.startswith("refs/heads/"):
                return None
            return Task(repo, sha, ref, "push", _pusher(world, payload, repo))
        case "pull_request", "opened" | "reopened" | "synchronize":
            number = payload["number"]
            if not isinstance(number, int):
                return None
            pull = world.pull(repo, number)
            if pull.head_repo is repo:
                return None
            ref = f"refs/pull/{pull.number}/head"
            return Task(repo, pull.head_sha, ref, "pull_request", pull.issue.author)
        case "check_run" | "check_suite", "rerequested":
            check = payload[event]
            if not isinstance(check, dict) or not _is_ours(app, check):
                return None
            sha = str(check["head_sha"])
            return Task(repo, sha, _branch_of(app, repo, sha), "rerequest", repo.owner)
        case _:
            return None


def _pusher(world: World, payload: JsonObject, repo: Repo) -> Account:
    pusher = payload.get("pusher")
    login = str(pusher.get("name")) if isinstance(pusher, dict) else ""
    return world.accounts.get(login.lower(), repo.owner)


def _is_ours(app: App, check: JsonObject) -> bool:
    shown = check.get("app")
    return isinstance(shown, dict) and shown.get("id") == app.id


def _branch_of(app: App, repo: Repo, sha: str) -> str:
    for suite in repo.suites:
        if suite.app is app and suite.head_sha == sha and suite.head_branch is not None:
            return f"refs/heads/{suite.head_branch}"
    return f"refs/heads/{repo.default_branch}"
