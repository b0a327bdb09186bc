"""Check runs and check suites."""

from functools import partial

from forge.api import fields
from forge.api.call import Call
from forge.api.check_fields import read_report
from forge.api.guarded import GuardedRouter, commit_of
from forge.api.http import ApiError, Reply, not_found
from forge.render.checks import render_annotation, render_check_run, render_check_suite
from forge.world.checks import create_check_run, rerequest_check_run, update_check_run
from forge.world.entities import App, CheckRun, CheckSuite
from forge.world.suites import rerequest_suite, suite_of

router = GuardedRouter()

_READ = ("checks:read",)
_WRITE = ("checks:write",)
_RUN = "/repos/{owner}/{repo}/check-runs/{run:int}"
_SUITE = "/repos/{owner}/{repo}/check-suites/{suite:int}"


@router.post("/repos/{owner}/{repo}/check-runs", app=_WRITE)
def create(call: Call) -> Reply:
    """Report a check. Only Apps may: GitHub refuses people's tokens."""
    app, body = _app(call), call.json()
    name, sha = fields.required_text(body, "name"), fields.required_text(body, "head_sha")
    run = create_check_run(call.world, app, call.repo(), name, sha, read_report(body))
    shown = render_check_run(call.world, run)
    return Reply(201, shown, {"Location": str(shown["url"])})


@router.get(_RUN, app=_READ)
def get_run(call: Call) -> Reply:
    """One check run."""
    return Reply(200, render_check_run(call.world, _run(call)))


@router.patch(_RUN, app=_WRITE)
def update(call: Call) -> Reply:
    """Change what a check says; each App its own."""
    run = _run(call)
    if run.app is not _app(call):
        raise ApiError(
            403,
            "Invalid app_id `" + str(_app(call).id) + "` - check run can only be "
            "modified by the GitHub App that created it.",
        )
    update_check_run(call.world, run, read_report(call.json()))
    return Reply(200, render_check_run(call.world, run))


@router.get(_RUN + "/annotations", app=_READ)
def list_annotations(call: Call) -> Reply:
    """The remarks of a check about lines."""
    run = _run(call)
    return call.paged(run.annotations, partial(render_annotation, call.urls, run))


@router.post(_RUN + "/rerequest", app=_WRITE)
def rerequest_run(call: Call) -> Reply:
    """Ask the check's App to run it once more; an App may do so for its own checks alone."""
    run = _run(call)
    if call.app is not None and run.app is not call.app:
        raise ApiError(403, "This check run does not belong to the authenticated GitHub App")
    rerequest_check_run(call.world, call.actor, run)
    return Reply(201, {})


@router.get("/repos/{owner}/{repo}/commits/{ref:path}/check-runs", app=_READ)
def list_for_ref(call: Call) -> Reply:
    """The check runs of a commit, newest first; of each name the latest unless `filter=all`."""
    sha = commit_of(call)
    suites = [suite for suite in call.repo().suites if suite.head_sha == sha]
    return _paged_runs(call, [run for suite in suites for run in suite.runs])


@router.get(_SUITE + "/check-runs", app=_READ)
def list_in_suite(call: Call) -> Reply:
    """The check runs of a suite."""
    return _paged_runs(call, _suite(call).runs)


@router.get("/repos/{owner}/{repo}/commits/{ref:path}/check-suites", app=_READ)
def list_suites(call: Call) -> Reply:
    """The check suites of a commit."""
    sha, app_id = commit_of(call), call.query.get("app_id")
    found = [
        suite
        for suite in call.repo().suites
        if suite.head_sha == sha and app_id in (None, str(suite.app.id))
    ]
    return call.paged(found, partial(render_check_suite, call.world), "check_suites")


@router.post("/repos/{owner}/{repo}/check-suites", app=_WRITE)
def create_suite(call: Call) -> Reply:
    """The App's suite on a commit: 201 when made, 200 when it was there."""
    sha = fields.required_text(call.json(), "head_sha")
    if call.world.git(call.repo()).kind(sha) != "commit":
        raise ApiError(422, f"No commit found for SHA: {sha}")
    before = len(call.repo().suites)
    suite = suite_of(call.world, _app(call), call.repo(), sha)
    made = len(call.repo().suites) > before
    return Reply(201 if made else 200, render_check_suite(call.world, suite))


@router.get(_SUITE, app=_READ)
def get_suite(call: Call) -> Reply:
    """One check suite."""
    return Reply(200, render_check_suite(call.world, _suite(call)))


@router.post(_SUITE + "/rerequest", app=_WRITE)
def rerequest(call: Call) -> Reply:
    """Ask the suite's App to run its checks once more; an App may do so for its own alone."""
    suite = _suite(call)
    if call.app is not None and suite.app is not call.app:
        raise ApiError(403, "This check suite does not belong to the authenticated GitHub App")
    rerequest_suite(call.world, call.actor, suite)
    return Reply(201, {})


def _app(call: Call) -> App:
    if call.app is None:
        raise ApiError(403, "You must authenticate via a GitHub App.")
    return call.app


def _run(call: Call) -> CheckRun:
    wanted = call.number("run")
    for suite in call.repo().suites:
        for run in suite.runs:
            if run.id == wanted:
                return run
    raise not_found()


def _suite(call: Call) -> CheckSuite:
    wanted = call.number("suite")
    found = next((suite for suite in call.repo().suites if suite.id == wanted), None)
    if found is None:
        raise not_found()
    return found


def _paged_runs(call: Call, runs: list[CheckRun]) -> Reply:
    query = call.query
    found = [
        run
        for run in sorted(runs, key=lambda run: -run.id)
        if query.get("check_name") in (None, run.name)
        and query.get("status") in (None, run.status.value)
        and query.get("app_id") in (None, str(run.app.id))
    ]
    if query.get("filter", "latest") == "latest":
        newest = {(run.app.id, run.name): run for run in sorted(runs, key=lambda run: run.id)}
        found = [run for run in found if newest[run.app.id, run.name] is run]
    return call.paged(found, partial(render_check_run, call.world), "check_runs")
