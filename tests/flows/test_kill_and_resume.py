"""The bot's process is killed as by a power cut, again and again; nothing is lost or doubled."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.demo.cast import cast
from bot.cli.demo.sample import BUG_BODY, BUG_TITLE
from bot.cli.demo.stage import Stage
from bot.cli.demo.story import look_into
from bot.compose import Records
from bot.domain.task import Ending, Task, TaskState
from bot.memory.journal import Intact, verify
from bot.memory.ledger import ChargeState
from forge.world.entities import Issue, Pull
from forge.world.issues import open_issue
from forge.world.labels import add_label

pytestmark = pytest.mark.sandbox

PATIENCE_S = 120.0


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with Stage(tmp_path, cast()) as built:
        yield built
        built.kill()


def wait_for(stage: Stage, records: Records, issue: Issue, reached: str) -> Task:
    """Until the story has a mark of this stage, or the task has ended when it is `ended`."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        for task in records.tasks.all():
            if task.subject.number != issue.number:
                continue
            stages = {mark.stage for mark in records.tasks.story(task.id)}
            if reached in stages or (reached == "ended" and task.state is TaskState.ENDED):
                return task
        assert stage.running(), stage.log.read_text()
        time.sleep(0.02)
    raise AssertionError(f"{reached} was not reached: {stage.log.read_text()}")


def labelled_issue(stage: Stage) -> Issue:
    world, person = stage.forge.world, stage.maintainer
    issue = open_issue(world, person, stage.repo, BUG_TITLE, BUG_BODY)
    add_label(world, person, issue, "self-proposed")
    return issue


def pulls_of(stage: Stage) -> list[Pull]:
    return stage.forge.world.pulls(stage.repo)


def test_killed_at_two_stages_the_work_goes_on_and_nothing_happens_twice(stage: Stage):
    """First another slot takes the work over; then the process comes back in the slot it had."""
    stage.start()
    records = look_into(stage)
    try:
        issue = labelled_issue(stage)
        for moment in ("implement", "land"):
            wait_for(stage, records, issue, moment)
            stage.kill()
            stage.start(slot=1)
        task = wait_for(stage, records, issue, "ended")

        assert task.ending is Ending.MERGED, task.reason
        assert [pull.merged_at is not None for pull in pulls_of(stage)] == [True]
        ours = [comment for comment in issue.comments if comment.author is stage.app.bot]
        assert len(ours) == 1, "one status comment"
        assert issue.closed_at is not None
        assert isinstance(verify(records.journal.rows()), Intact)
        charges = records.ledger.charges()
        settled = [charge for charge in charges if charge.state is ChargeState.SETTLED]
        billed = stage.model.ledger.charges
        open_ones = [charge for charge in charges if charge.state is ChargeState.OPEN]
        # A call that the kill cut off may or may not have been billed: it counts as spent.
        assert len(settled) <= len(billed) <= len(settled) + len(open_ones)
        assert len(open_ones) <= 1
        assert records.ledger.total().nano >= int(stage.model.ledger.total * 10**9)
    finally:
        records.database.dispose()
