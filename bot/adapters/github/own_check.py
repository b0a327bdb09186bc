"""Our check run on a commit: found by its `external_id`, written when it says something else."""

from typing import assert_never

from bot.adapters.github.client import Client
from bot.adapters.github.ensure import written
from bot.adapters.github.outgoing import clean, fitting, same, title_line
from bot.adapters.github.paths import repo_path
from bot.adapters.github.record import Record
from bot.domain.subject import Repo
from bot.kernel.ci import CheckState
from bot.kernel.values import Sha
from bot.stages.github import Identity
from bot.stages.landing import CheckReport

LONGEST_OUTPUT = 65_535
"""GitHub's limit for a check's summary and for its text, in characters."""


def ensure_check(client: Client, ours: Identity, repo: Repo, sha: Sha, report: CheckReport) -> int:
    """Our check says what the report says; its id. Raises NotAllowed for a person's token."""
    wanted, about = _wanted(report), f"{repo.full}: {report.external_id}"

    def found() -> Record | None:
        return _newest_of_ours(client, ours, repo, sha, report)

    def look() -> int | None:
        run = found()
        return run.number("id") if run is not None and _says(run, wanted) else None

    def write() -> int:
        run = found()
        if run is None:
            body = {"head_sha": sha, **wanted}
            answer = client.write("POST", repo_path(repo, "check-runs"), body, about)
        else:
            at = repo_path(repo, "check-runs", run.need_number("id"))
            answer = client.write("PATCH", at, wanted, about)
        return answer.record().need_number("id")

    there = look()
    return written(client, write, look) if there is None else there


def _newest_of_ours(
    client: Client, ours: Identity, repo: Repo, sha: Sha, report: CheckReport
) -> Record | None:
    query = (("check_name", report.name), ("filter", "all"))
    runs = client.pages(repo_path(repo, "commits", sha, "check-runs"), query, key="check_runs")
    mine = (
        run
        for run in runs
        if run.text("external_id") == report.external_id
        # The App behind a workflow's token is not told to us: then only the key tells our check.
        and ours.app_id in (0, run.number("app", "id"))
    )
    return max(mine, key=lambda run: run.number("id") or 0, default=None)


def _wanted(report: CheckReport) -> dict[str, object]:
    status, conclusion = _state(report.state)
    # GitHub wants a summary that is not empty wherever it is given an output.
    output: dict[str, object] = {
        "title": title_line(report.title) or report.name,
        "summary": _cut(report.summary) or title_line(report.title) or report.name,
        "text": _cut(report.text),
    }
    wanted: dict[str, object] = {
        "name": report.name,
        "external_id": report.external_id,
        "status": status,
        "output": output,
    }
    return wanted if conclusion is None else wanted | {"conclusion": conclusion}


def _cut(text: str) -> str:
    return fitting(clean(text), LONGEST_OUTPUT)


def _says(run: Record, wanted: dict[str, object]) -> bool:
    ours = Record(wanted)
    plain = all(run.text(name) == ours.text(name) for name in ("name", "status", "conclusion"))
    output = ("title", "summary", "text")
    return plain and all(
        same(run.text("output", name), ours.text("output", name)) for name in output
    )


def _state(state: CheckState) -> tuple[str, str | None]:
    """GitHub's status and conclusion."""
    match state:
        case CheckState.QUEUED:
            return "queued", None
        case CheckState.RUNNING:
            return "in_progress", None
        case CheckState.STALE:
            # GitHub lets nobody but itself say "stale".
            return "completed", CheckState.CANCELLED.value
        case (
            CheckState.SUCCESS
            | CheckState.FAILURE
            | CheckState.NEUTRAL
            | CheckState.SKIPPED
            | CheckState.CANCELLED
            | CheckState.TIMED_OUT
            | CheckState.ACTION_REQUIRED
        ):
            return "completed", state.value
        case _:
            assert_never(state)
