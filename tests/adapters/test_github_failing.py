"""CI that failed, on the forge: annotations, logs, and another run."""

from collections.abc import Iterator

import pytest

from bot.kernel.ci import CheckState
from bot.kernel.values import Sha
from bot.stages.failing import LONGEST_LOG, FailedCheck, run_again
from forge.ci.runner import Mode
from forge.world import apps, checks, entities, people, pushes
from tests.adapters.github_on_forge import Place, Town, place

RED = """
name: ci
jobs:
  lint: {steps: [{run: echo fine}]}
  test:
    steps:
      - run: |
          echo "::error file=sums.py,line=3::3 is not 4"
          echo "attempt $GITHUB_RUN_ATTEMPT" && test "$GITHUB_RUN_ATTEMPT" = 2
"""


@pytest.fixture
def at(octo: Town) -> Iterator[Place]:
    with place(octo) as new:
        yield new
        octo.forge.ci.mode = Mode.NORMAL
        assert octo.forge.wait_idle()


def ci_ran(at: Place, workflow: str = RED) -> Sha:
    """A commit that CI is through with."""
    files = {".github/workflows/ci.yml": workflow}
    sha = pushes.push_commit_as(at.world, at.town.app.bot, at.repo, "evolve/1-1", files, "c")
    assert at.town.forge.wait_idle()
    return Sha(sha)


def only(at: Place, sha: Sha) -> FailedCheck:
    (failed,) = at.github.failed_checks(at.here, sha)
    return failed


def test_a_failed_job_is_told_with_its_annotations_and_its_log(at: Place):
    failed = only(at, ci_ran(at))
    assert (failed.name, failed.state) == ("ci / test", CheckState.FAILURE)
    first, last = failed.annotations
    assert (first.path, first.line, first.level, first.message) == (
        "sums.py",
        3,
        "failure",
        "3 is not 4",
    )
    assert last.message == "Process completed with exit code 1."
    assert failed.job is not None
    assert failed.run_attempt == 1
    assert "attempt 1\n" in failed.log
    assert failed.log.endswith("##[error]Process completed with exit code 1.\n")
    assert "failed" in failed.title
    assert "exit code 1" in failed.summary


def test_of_a_long_log_the_beginning_and_the_end_are_kept(at: Place):
    loud = "name: ci\njobs: {test: {steps: [{run: 'seq 40000; echo the end; exit 1'}]}}"
    failed = only(at, ci_ran(at, loud))
    assert len(failed.log) <= LONGEST_LOG
    assert "##[group]Run seq 40000" in failed.log
    assert "[... cut ...]" in failed.log
    assert "Z 39990\n" in failed.log
    assert "Z the end\n" in failed.log


def test_a_job_runs_again_once(at: Place):
    sha = ci_ran(at)
    failed = only(at, sha)
    for _ in range(2):
        assert at.github.rerun(at.here, failed) is True
        assert at.town.forge.wait_idle()
    assert at.github.failed_checks(at.here, sha) == ()
    assert [run.run_attempt for run in at.repo.workflow_runs] == [2]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_whose_answer_was_lost_is_begun_once(at: Place, when: str):
    failed = only(at, ci_ran(at))
    faults = at.town.forge.faults
    fail = faults.fail_after if when == "after" else faults.fail_before
    fail(502, method="POST", path="/rerun$")
    assert at.github.rerun(at.here, failed) is True
    assert at.town.forge.wait_idle()
    assert [run.run_attempt for run in at.repo.workflow_runs] == [2]


def test_a_second_failure_tells_that_it_is_the_second(at: Place):
    sha = ci_ran(at, RED.replace("= 2", "= 3"))
    assert at.github.rerun(at.here, only(at, sha)) is True
    assert at.town.forge.wait_idle()
    again = only(at, sha)
    assert again.run_attempt == 2
    assert "attempt 2\n" in again.log


def test_what_ran_twice_and_what_nobody_named_is_not_started_again(at: Place):
    sha = ci_ran(at, RED.replace("= 2", "= 4"))
    for names, attempts in (({"lint"}, 1), ({"ci / test"}, 2), ({"ci / test"}, 2)):
        run_again(at.github, at.here, sha, names)
        assert at.town.forge.wait_idle()
        assert [run.run_attempt for run in at.repo.workflow_runs] == [attempts]


def test_failed_jobs_of_one_run_are_started_together(at: Place):
    sha = ci_ran(at, RED.replace("echo fine", "exit 1"))
    at.town.forge.ci.mode = Mode.PAUSED
    for failed in at.github.failed_checks(at.here, sha):
        assert at.github.rerun(at.here, failed) is True
    (run,) = at.repo.workflow_runs
    assert [(job.name, job.attempt) for job in run.latest_jobs] == [("lint", 2), ("test", 2)]
    assert run.run_attempt == 2


def test_a_job_is_not_started_while_others_of_its_run_are_under_way(at: Place):
    at.town.forge.faults.ci.cancelled(job="test")
    sha = ci_ran(at, RED.replace("echo fine", "exit 1"))
    lint, test = at.github.failed_checks(at.here, sha)
    at.town.forge.ci.mode = Mode.PAUSED
    assert at.github.rerun(at.here, lint) is True
    assert at.github.rerun(at.here, test) is False
    at.town.forge.ci.mode = Mode.NORMAL
    assert at.town.forge.wait_idle()
    assert at.github.rerun(at.here, test) is True


def test_what_was_not_the_changes_fault_looks_like_it(at: Place):
    ci = at.town.forge.faults.ci
    for begin, state, words in (
        (ci.cancelled, CheckState.CANCELLED, "canceled"),
        (ci.lost_runner, CheckState.FAILURE, "lost communication"),
        (ci.out_of_time, CheckState.TIMED_OUT, "maximum execution time"),
    ):
        begin(job="test")
        failed = only(at, ci_ran(at, f"{RED}# {words}\n"))
        assert failed.state is state
        assert words in failed.annotations[0].message
        assert bool(failed.log) == (state is not CheckState.FAILURE)


def test_without_the_permission_there_is_neither_job_nor_log(at: Place):
    sha = ci_ran(at)
    granted = at.town.installation.permissions
    del granted["actions"]
    people.revoke_tokens(at.world, at.town.installation)
    try:
        failed = only(at, sha)
        assert (failed.job, failed.log) == (None, "")
        assert len(failed.annotations) == 2
        assert at.github.rerun(at.here, failed) is False
    finally:
        granted["actions"] = entities.Level.WRITE
        people.revoke_tokens(at.world, at.town.installation)


def test_reading_is_not_enough_to_run_again(at: Place):
    failed = only(at, ci_ran(at))
    granted = at.town.installation.permissions
    granted["actions"] = entities.Level.READ
    people.revoke_tokens(at.world, at.town.installation)
    try:
        assert at.github.rerun(at.here, failed) is False
    finally:
        granted["actions"] = entities.Level.WRITE
        people.revoke_tokens(at.world, at.town.installation)


def test_the_check_of_another_app_has_no_job_even_if_it_points_at_one(at: Place):
    sha = ci_ran(at)
    job = only(at, sha).job
    other = apps.create_app(
        at.world, f"CI {at.repo.name}", {"checks": entities.Level.WRITE}, owner=at.town.org
    )
    page = f"{at.town.forge.web_url}/{at.repo.full_name}/actions/runs/1/job/{job}"
    report = checks.CheckReport(
        conclusion=entities.CheckConclusion.FAILURE, details_url=page, title="t", summary="s"
    )
    checks.create_check_run(at.world, other, at.repo, "a scan", sha, report)
    scan = next(it for it in at.github.failed_checks(at.here, sha) if it.name == "a scan")
    assert (scan.job, scan.log) == (None, "")
    assert (scan.title, scan.summary, scan.annotations) == ("t", "s", ())
    assert at.github.rerun(at.here, scan) is False


def test_a_failed_status_has_a_sentence(at: Place):
    sha = at.push("evolve/1-1")
    state = entities.StatusState
    fine = (at.world, at.town.ada, at.repo, sha, state.SUCCESS, "fine")
    checks.create_status(*fine)
    checks.create_status(
        at.world, at.town.ada, at.repo, sha, state.ERROR, "deploy", "no disk", "https://ci/1"
    )
    failed = only(at, sha)
    assert (failed.name, failed.state) == ("deploy", CheckState.FAILURE)
    assert failed.title == "no disk"
    assert (failed.job, failed.log, failed.annotations) == (None, "", ())
    assert at.github.rerun(at.here, failed) is False


def test_what_runs_and_what_is_harmless_has_not_failed(at: Place):
    sha = ci_ran(at, "name: ci\njobs: {test: {steps: [{run: 'true'}]}}")
    for conclusion in (entities.CheckConclusion.NEUTRAL, entities.CheckConclusion.SKIPPED):
        report = checks.CheckReport(conclusion=conclusion)
        checks.create_check_run(at.world, at.town.app, at.repo, conclusion.value, sha, report)
    going = checks.CheckReport(status=entities.CheckStatus.IN_PROGRESS)
    checks.create_check_run(at.world, at.town.app, at.repo, "going", sha, going)
    assert at.github.failed_checks(at.here, sha) == ()
