"""Our check run and our state labels on the forge: looked for first, written once."""

from dataclasses import replace

import pytest

from bot.domain.labels import StateLabel, state_label
from bot.kernel.ci import CheckState
from bot.stages.github import NotAllowed
from bot.stages.landing import CheckReport
from forge.world import labels
from forge.world.entities import CheckConclusion, CheckRun, CheckStatus
from tests.adapters.github_on_forge import Place

REPORT = CheckReport("evolve", "1-1", CheckState.RUNNING, "Proving", "3 of 4 runs", "")


def runs(at: Place) -> list[CheckRun]:
    return [run for suite in at.repo.suites for run in suite.runs if run.app is at.town.app]


def test_the_check_is_made_once_and_then_updated(at: Place):
    head = at.push("evolve/1-1")
    number = at.github.ensure_check(at.here, head, REPORT)
    done = replace(REPORT, state=CheckState.SUCCESS, title="Proven", text="| a | b |")
    assert at.github.ensure_check(at.here, head, done) == number
    (run,) = runs(at)
    assert (run.id, run.external_id, run.status) == (number, "1-1", CheckStatus.COMPLETED)
    assert (run.conclusion, run.title, run.text) == (
        CheckConclusion.SUCCESS,
        "Proven",
        "| a | b |",
    )


def test_a_check_that_says_so_already_is_not_written(at: Place):
    head = at.push("evolve/1-1")
    at.github.ensure_check(at.here, head, REPORT)
    at.town.forge.faults.fail_before(502, method="PATCH", path="/check-runs/")
    at.town.forge.faults.fail_before(502, method="POST", path="/check-runs$")
    at.github.ensure_check(at.here, head, REPORT)
    assert len(runs(at)) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_check_whose_answer_was_lost_is_there_once(at: Place, when: str):
    head = at.push("evolve/1-1")
    faults = at.town.forge.faults
    fail = faults.fail_after if when == "after" else faults.fail_before
    fail(502, method="POST", path="/check-runs$")
    at.github.ensure_check(at.here, head, REPORT)
    assert len(runs(at)) == 1


def test_what_is_too_long_for_a_check_is_cut_and_what_is_secret_is_not_shown(at: Place):
    secret = "ghp_" + "a" * 36
    long = replace(REPORT, summary=secret + "s" * 70_000, text="t" * 70_000)
    at.github.ensure_check(at.here, at.push("evolve/1-1"), long)
    (run,) = runs(at)
    assert run.summary is not None
    assert run.text is not None
    assert max(len(run.summary), len(run.text)) == 65_535
    assert secret not in run.summary


@pytest.mark.parametrize("state", list(CheckState))
def test_every_state_can_be_said(at: Place, state: CheckState):
    head = at.push("evolve/1-1")
    report = replace(REPORT, state=state)
    number = at.github.ensure_check(at.here, head, report)
    assert at.github.ensure_check(at.here, head, report) == number


def test_a_check_on_a_commit_that_is_not_there_is_refused(at: Place):
    with pytest.raises(NotAllowed, match="No commit found"):
        at.github.ensure_check(at.here, at.push("evolve/1-1")[::-1], REPORT)


def on(at: Place) -> list[str]:
    return sorted(label.name for label in at.issue.labels)


def test_a_state_label_is_made_with_its_colour_and_takes_the_place_of_the_last(at: Place):
    labels.add_label(at.world, at.town.ada, at.issue, "bug")
    for state in StateLabel:
        at.github.ensure_state_label(at.subject, state)
        assert on(at) == sorted(["bug", state.value])
        made = at.repo.labels[state.value]
        assert (made.color, made.description) == (state.colour, state.description)
    at.github.ensure_state_label(at.subject, None)
    assert on(at) == ["bug"]


def test_a_state_label_that_is_on_is_not_written_again(at: Place):
    at.github.ensure_state_label(at.subject, StateLabel.QUEUED)
    before = len(at.issue.timeline)
    at.github.ensure_state_label(at.subject, StateLabel.QUEUED)
    assert len(at.issue.timeline) == before


def test_a_label_that_people_recoloured_or_respelled_is_theirs(at: Place):
    labels.create_label(at.world, at.town.ada, at.repo, "Evolve: Working", "000000", "ours")
    at.github.ensure_state_label(at.subject, StateLabel.WORKING)
    assert on(at) == ["Evolve: Working"]
    assert at.repo.labels["evolve: working"].color == "000000"
    at.github.ensure_state_label(at.subject, StateLabel.DONE)
    assert on(at) == [StateLabel.DONE.value]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_label_write_whose_answer_was_lost_is_done_once(at: Place, method: str):
    at.github.ensure_state_label(at.subject, StateLabel.QUEUED)
    at.town.forge.faults.fail_after(502, method=method, path="/labels")
    at.github.ensure_state_label(at.subject, StateLabel.WORKING)
    assert on(at) == [StateLabel.WORKING.value]


def test_labels_keep_within_githubs_limits_and_are_known_by_any_spelling():
    for label in StateLabel:
        assert len(label.value) <= 50
        assert len(label.description) <= 100
        assert int(label.colour, 16) < 2**24
        assert state_label(label.value.upper()) is label
    assert state_label("bug") is None
