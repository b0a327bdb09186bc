"""CI that failed: what each check said, the log of its job, and another run of it."""

import re
from dataclasses import replace

from bot.adapters.github.answers import Refused
from bot.adapters.github.ci import check_of_run, check_of_status
from bot.adapters.github.client import GONE, Client
from bot.adapters.github.ensure import ensured
from bot.adapters.github.paths import repo_path
from bot.adapters.github.record import Record
from bot.domain.subject import Repo
from bot.kernel.ci import HARMLESS, PENDING, CheckState
from bot.kernel.values import Sha
from bot.stages.failing import LONGEST_LOG, Annotation, FailedCheck
from bot.stages.github import Identity

MOST_EXPLAINED = 10
"""Of more failed checks only the first by name are asked for annotations and a log."""

_JOB_PAGE = re.compile(r"/actions/runs/[0-9]+/job/([0-9]+)(?:[/?#]|$)")


def fetch_failed_checks(
    client: Client, ours: Identity, repo: Repo, sha: Sha, explained: bool = True
) -> tuple[FailedCheck, ...]:
    """The latest run of each check that failed, and the latest failed status of each context."""
    commit = repo_path(repo, "commits", sha)
    runs = client.pages(f"{commit}/check-runs", (("filter", "latest"),), key="check_runs")
    failed = sorted(filter(_run_failed, runs), key=lambda one: one.text("name"))
    first = tuple(_of_run(client, repo, one, explained) for one in failed[:MOST_EXPLAINED])
    rest = tuple(_without_details(one) for one in failed[MOST_EXPLAINED:])
    statuses = client.pages(f"{commit}/status", key="statuses")
    told = (_of_status(ours, one) for one in statuses)
    return (*first, *rest, *(one for one in told if one is not None))


def _run_failed(record: Record) -> bool:
    return _bad(check_of_run(record).state)


def _bad(state: CheckState) -> bool:
    return state not in PENDING and state not in HARMLESS


def _without_details(record: Record) -> FailedCheck:
    check = check_of_run(record)
    return FailedCheck(
        name=check.name,
        state=check.state,
        title=record.text("output", "title"),
        summary=record.text("output", "summary"),
    )


def _of_run(client: Client, repo: Repo, record: Record, explained: bool) -> FailedCheck:
    failed, job = _without_details(record), _job(client, repo, record)
    if job is not None:
        attempt = job.number("run_attempt") or 1
        failed = replace(failed, job=job.need_number("id"), run_attempt=attempt)
    if not explained:
        return failed
    annotations = _annotations(client, repo, record)
    log = "" if failed.job is None else _log(client, repo, failed.job)
    return replace(failed, annotations=annotations, log=log)


def _job(client: Client, repo: Repo, run: Record) -> Record | None:
    """The Actions job of a check run, which only its page's address names.

    Any App may write any address into its check run, so the job has to name the check run, too.
    """
    found = _JOB_PAGE.search(run.text("details_url")) or _JOB_PAGE.search(run.text("html_url"))
    if found is None:
        return None
    job = client.readable(repo_path(repo, "actions/jobs", found[1]))
    if job is None:
        return None
    named = job.text("check_run_url").rsplit("/", 1)[-1]
    return job if named == str(run.number("id")) else None


def _annotations(client: Client, repo: Repo, run: Record) -> tuple[Annotation, ...]:
    if not run.number("output", "annotations_count"):
        return ()
    at = repo_path(repo, "check-runs", run.need_number("id"), "annotations")
    return tuple(annotation(one) for one in client.pages(at))


def annotation(record: Record) -> Annotation:
    """A remark about a line; about several it counts for the first."""
    return Annotation(
        path=record.text("path"),
        line=record.number("start_line") or 1,
        level=record.text("annotation_level"),
        message=record.text("message") or record.text("title"),
    )


def _log(client: Client, repo: Repo, job: int) -> str:
    """The log's beginning and end, without what is no text."""
    at = repo_path(repo, "actions/jobs", job, "logs")
    try:
        raw = client.tail(at, LONGEST_LOG)
    except Refused as refused:
        if refused.status != 403:
            raise
        return ""
    # GitHub begins its logs with a byte order mark.
    return raw.decode("utf-8-sig", errors="ignore")


def _of_status(ours: Identity, record: Record) -> FailedCheck | None:
    """A failed commit status: it has a sentence, and nothing more."""
    check = check_of_status(record, ours, None)
    if not _bad(check.state):
        return None
    return FailedCheck(check.name, check.state, title=record.text("description"), summary="")


def rerun(client: Client, repo: Repo, check: FailedCheck) -> bool:
    """Run a job of GitHub Actions once more; False where GitHub does not allow it, or not yet.

    GitHub answers 403 to the re-request of a check run that is another App's, so that is not
    tried. A job that was started again since is not started once more. While one job of a workflow
    run is under way GitHub starts no other, so several failed ones are started together.
    """
    if check.job is None:
        return False
    at = repo_path(repo, "actions/jobs", check.job)
    if (job := client.readable(at)) is None:
        return False
    name, whole = job.text("name"), repo_path(repo, "actions/runs", job.need_number("run_id"))

    def newest() -> tuple[Record, ...]:
        return client.pages(f"{whole}/jobs", (("filter", "latest"),), key="jobs")

    def look() -> bool | None:
        mine = (one for one in newest() if one.text("name") == name)
        again = ((one.number("run_attempt") or 1) > check.run_attempt for one in mine)
        return True if any(again) else None

    def write() -> bool:
        failed = {one.text("name") for one in newest() if one.text("conclusion") == "failure"}
        together = name in failed and len(failed) > 1
        to = f"{whole}/rerun-failed-jobs" if together else f"{at}/rerun"
        try:
            client.write("POST", to, None, f"CI of {repo.full} {check.name}")
        except Refused as refused:
            if refused.status not in (403, 422, *GONE):
                raise
            # 403 is also what a run that is under way answers: the end of it is the next event.
            return look() is True
        return True

    return ensured(client, write, look)
