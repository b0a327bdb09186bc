"""Check suites: one for each App and commit, made when a commit is pushed."""

from collections.abc import Iterable

from forge.git.objects import ZERO
from forge.jsontypes import JsonObject
from forge.render.checks import render_check_suite
from forge.world.entities import (
    Account,
    App,
    CheckConclusion,
    CheckRun,
    CheckStatus,
    CheckSuite,
    Level,
    Repo,
)
from forge.world.world import World

_WORST_FIRST = (
    CheckConclusion.STARTUP_FAILURE,
    CheckConclusion.FAILURE,
    CheckConclusion.TIMED_OUT,
    CheckConclusion.CANCELLED,
    CheckConclusion.ACTION_REQUIRED,
    CheckConclusion.STALE,
    CheckConclusion.SUCCESS,
    CheckConclusion.NEUTRAL,
    CheckConclusion.SKIPPED,
)


def request_suites(
    world: World, actor: Account, repo: Repo, branch: str, before: str, after: str
) -> None:
    """Open a suite for each App that may write checks here, and ask that App alone to fill it.

    A suite that an App never fills stays queued for ever, as on GitHub.
    """
    for installation in tuple(world.installations.values()):
        may = installation.permissions.get("checks", Level.READ) >= Level.WRITE
        if not may or not installation.covers(repo) or installation.suspended_at is not None:
            continue
        known = any(it.app is installation.app and it.head_sha == after for it in repo.suites)
        suite = suite_of(world, installation.app, repo, after, branch)
        if known:
            continue
        suite.before, suite.after = (None if before == ZERO else before), after
        _tell(world, actor, suite, "requested", only=suite.app)


def suite_of(world: World, app: App, repo: Repo, sha: str, branch: str | None = None) -> CheckSuite:
    """The suite of an App on a commit; it is made when there is none."""
    for suite in repo.suites:
        if suite.app is app and suite.head_sha == sha:
            suite.head_branch = suite.head_branch or branch
            return suite
    now = world.now()
    made = CheckSuite(
        id=world.new_id(),
        repo=repo,
        app=app,
        head_branch=branch or _branch_at(world, repo, sha),
        head_sha=sha,
        created_at=now,
        updated_at=now,
        after=sha,
    )
    repo.suites.append(made)
    return made


def rerequest_suite(world: World, actor: Account, suite: CheckSuite) -> None:
    """Ask the suite's App to run its checks once more."""
    with world.lock:
        suite.status, suite.conclusion = CheckStatus.QUEUED, None
        suite.updated_at = world.now()
        _tell(world, actor, suite, "rerequested", only=suite.app)


def settle_suite(world: World, actor: Account, suite: CheckSuite) -> None:
    """Fold the newest run of each name into the suite; tell when the suite is completed by it."""
    newest = {run.name: run for run in sorted(suite.runs, key=lambda run: run.id)}
    was = suite.status
    suite.updated_at = world.now()
    suite.status, suite.conclusion = folded(list(newest.values()))
    if suite.status is CheckStatus.COMPLETED and was is not CheckStatus.COMPLETED:
        _tell(world, actor, suite, "completed")


def folded(runs: Iterable[CheckRun]) -> tuple[CheckStatus, CheckConclusion | None]:
    """What several check runs are together: completed when all are, then as bad as the worst."""
    statuses, reached = {run.status for run in runs}, {run.conclusion for run in runs}
    if statuses == {CheckStatus.COMPLETED}:
        return CheckStatus.COMPLETED, next(worst for worst in _WORST_FIRST if worst in reached)
    began = statuses & {CheckStatus.IN_PROGRESS, CheckStatus.COMPLETED}
    return (CheckStatus.IN_PROGRESS if began else CheckStatus.QUEUED), None


def _tell(
    world: World, actor: Account, suite: CheckSuite, action: str, only: App | None = None
) -> None:
    shown: JsonObject = {"check_suite": render_check_suite(world, suite)}
    world.emit("check_suite", action, suite.repo, actor, shown, only)


def _branch_at(world: World, repo: Repo, sha: str) -> str | None:
    heads = world.git(repo).refs("refs/heads/")
    return next((name.removeprefix("refs/heads/") for name, at in heads.items() if at == sha), None)
