"""Which events make the CI service test which commit, or run which jobs again."""

from forge.ci.reporter import Task
from forge.git.objects import ZERO
from forge.jsontypes import JsonObject
from forge.world.entities import Account, App, Job, Repo, WorkflowRun
from forge.world.world import World


def task_of(
    world: World, event: str, action: str | None, repo: Repo, payload: JsonObject
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
        case _:
            return None


def _pusher(world: World, payload: JsonObject, repo: Repo) -> Account:
    pusher = payload.get("pusher")
    login = str(pusher.get("name")) if isinstance(pusher, dict) else ""
    return world.accounts.get(login.lower(), repo.owner)


def jobs_to_rerun(
    app: App, event: str, repo: Repo, payload: JsonObject
) -> list[tuple[WorkflowRun, list[Job]]]:
    """The jobs that somebody asks to run again by their check run or check suite."""
    shown = payload.get(event)
    if not isinstance(shown, dict):
        return []
    found = []
    for run in repo.workflow_runs:
        suite = event == "check_suite" and shown.get("id") == run.suite.id
        wanted = [job for job in run.latest_jobs if suite or job.id == shown.get("id")]
        if wanted and run.suite.app is app:
            found.append((run, wanted))
    return found
