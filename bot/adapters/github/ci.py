"""Checks and statuses of a commit."""

from urllib.parse import quote

from bot.adapters.github.client import Client
from bot.adapters.github.paths import repo_path
from bot.adapters.github.record import Record
from bot.domain.subject import Repo
from bot.kernel.ci import Check, CheckState
from bot.kernel.values import Sha
from bot.stages.github import Identity

_CONCLUSIONS = {
    "success": CheckState.SUCCESS,
    "failure": CheckState.FAILURE,
    "neutral": CheckState.NEUTRAL,
    "skipped": CheckState.SKIPPED,
    "cancelled": CheckState.CANCELLED,
    "timed_out": CheckState.TIMED_OUT,
    "action_required": CheckState.ACTION_REQUIRED,
    "startup_failure": CheckState.FAILURE,
    "stale": CheckState.STALE,
}
_STATUSES = {
    "success": CheckState.SUCCESS,
    "pending": CheckState.RUNNING,
    "failure": CheckState.FAILURE,
    "error": CheckState.FAILURE,
}


def fetch_checks(client: Client, ours: Identity, repo: Repo, sha: Sha) -> tuple[Check, ...]:
    """The latest run of each check, and the latest status of each context."""
    commit = repo_path(repo, "commits", sha)
    latest = (("filter", "latest"),)
    runs = client.pages(f"{commit}/check-runs", latest, key="check_runs")
    statuses = client.pages(f"{commit}/status", key="statuses")
    return (
        *map(check_of_run, runs),
        *(check_of_status(one, ours, app_of_creator(client, one)) for one in statuses),
    )


def app_of_creator(client: Client, status: Record) -> int | None:
    """The App behind a status, told only by its bot user's name; None for a person's."""
    slug = status.text("creator", "login").removesuffix("[bot]")
    if status.text("creator", "type") != "Bot" or not slug:
        return None
    app = client.record(f"/apps/{quote(slug, safe='')}")
    return app.number("id") if app else None


def check_of_run(record: Record) -> Check:
    """A check run. A conclusion that we do not know is a failure; no conclusion is not one."""
    app_id = record.number("app", "id")
    if record.text("status") != "completed":
        running = record.text("status") == "in_progress"
        state = CheckState.RUNNING if running else CheckState.QUEUED
    else:
        state = _CONCLUSIONS.get(record.text("conclusion"), CheckState.FAILURE)
    return Check(record.text("name"), app_id, state)


def check_of_status(record: Record, ours: Identity, app_id: int | None) -> Check:
    """A commit status of an App, or of a person (None). Our own are known by their creator."""
    own = record.number("creator", "id") == ours.user_id
    state = _STATUSES.get(record.text("state"), CheckState.FAILURE)
    return Check(record.text("context"), ours.app_id if own else app_id, state)
