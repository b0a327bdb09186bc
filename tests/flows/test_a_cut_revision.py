"""The power is cut after every single step of a revision: nothing is lost, nothing is doubled."""

import pytest

from bot.domain.revision import Came, Cause
from bot.domain.task import TaskState
from forge.world.line_comments import LineComment
from forge.world.reviews import create_review
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.outcomes import books_agree, nothing_is_left_behind
from tests.engine.power import Moment
from tests.flows.pull_requests import BY_HUMAN, Obliging, commits_of, on_the_pull, opened

pytestmark = [pytest.mark.sandbox, needs_sandbox]


def test_each_person_is_answered_once_by_one_commit(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    issue = opened(town)
    town.grid.at_every_step = Moment.BEFORE_KEEPING
    remarks = [LineComment("shelf/paging.py", "Too clever for me.", 8)]
    words = "Please write it the plain way."
    create_review(town.forge.world, town.maintainer, town.pull(), "REQUEST_CHANGES", words, remarks)
    town.settle()

    assert {"reopen", "commit", "push", "describe", "reply", "settle"} <= set(town.grid.happened)
    assert town.outages == len(town.grid.happened)
    assert len(commits_of(town)) == 2
    (thread,) = town.pull().threads
    assert len(thread.comments) == 2
    assert len([body for body in on_the_pull(town) if words in body]) == 1
    task = town.task(issue)
    (revision,) = town.records.revisions.of(task.id, task.attempt)
    assert (revision.wanted.cause, revision.came) == (Cause.ANSWER, Came.PUSHED)
    assert task.state is TaskState.PUBLISHED
    assert task.published is not None
    assert task.published.tested == town.pull().head_sha
    books_agree(town)
    nothing_is_left_behind(town)
