"""Revisions of open pull requests, as the database keeps them."""

import pytest

from bot.adapters.database.engine import open_database
from bot.adapters.database.revisions import SqlRevisions
from bot.adapters.database.tasks import SqlTasks
from bot.domain.revision import Came, Cause, Wanted
from bot.domain.task import Ending, Published, TaskState
from bot.kernel.proof import Strength
from bot.kernel.values import Risk, Sha
from tests.adapters.databases import NOW, fresh_url
from tests.adapters.test_database_tasks import ADMITTANCE

HEAD, NEXT = Sha("a" * 40), Sha("b" * 40)
PUBLISHED = Published(13, HEAD, Risk.LOW, Strength.JUNIT, "hash", "what it does")
WANTED = Wanted(Cause.ANSWER, HEAD, ("review:1", "remark:2"))


@pytest.fixture
def memory(tmp_path):
    engine = open_database(fresh_url(tmp_path))
    yield SqlTasks(engine), SqlRevisions(engine)
    engine.dispose()


def published_task(tasks: SqlTasks):
    task = tasks.admit(ADMITTANCE)
    tasks.claim("ticket", task.id, NOW)
    tasks.publish(task.id, task.attempt, PUBLISHED)
    return tasks.get(task.id)


def test_asking_takes_the_task_into_work_and_asking_again_gives_the_same_revision(memory):
    tasks, revisions = memory
    task = published_task(tasks)
    first = revisions.ask(task, WANTED, NOW)
    assert first is not None
    assert (first.number, first.wanted, first.came) == (1, WANTED, Came.UNDER_WAY)
    assert tasks.get(task.id).state is TaskState.REVISING
    assert revisions.ask(task, WANTED, NOW) == first
    assert revisions.of(task.id, task.attempt) == (first,)


def test_what_the_pull_request_holds_is_known_at_the_end_and_the_task_is_published_again(memory):
    tasks, revisions = memory
    task = published_task(tasks)
    revision = revisions.ask(task, WANTED, NOW)
    now = Published(13, NEXT, Risk.MEDIUM, Strength.JUNIT, "other", "what it does")
    for _ in range(2):
        revisions.end(revision, Came.PUSHED, "answered", now)
    after = tasks.get(task.id)
    assert (after.state, after.published) == (TaskState.PUBLISHED, now)
    (kept,) = revisions.of(task.id, task.attempt)
    assert (kept.came, kept.said) == (Came.PUSHED, "answered")


def test_the_next_revision_has_the_next_number(memory):
    tasks, revisions = memory
    task = published_task(tasks)
    revisions.end(revisions.ask(task, WANTED, NOW), Came.FAILED, "no", None)
    again = revisions.ask(task, Wanted(Cause.REPAIR, HEAD), NOW)
    assert again is not None
    assert again.number == 2


def test_a_task_that_ended_meanwhile_stays_ended(memory):
    tasks, revisions = memory
    task = published_task(tasks)
    revision = revisions.ask(task, WANTED, NOW)
    tasks.end(task.id, Ending.STOPPED, "stopped", NOW)
    revisions.end(revision, Came.DROPPED, "stopped", None)
    assert tasks.get(task.id).state is TaskState.ENDED
    assert revisions.ask(task, WANTED, NOW) is None


def test_a_revision_that_failed_can_be_counted_as_never_asked_but_not_one_under_way(memory):
    tasks, revisions = memory
    task = published_task(tasks)
    revision = revisions.ask(task, WANTED, NOW)
    revisions.drop(revision)
    assert revisions.of(task.id, task.attempt)[0].came is Came.UNDER_WAY
    revisions.end(revision, Came.FAILED, "no", None)
    revisions.drop(revision)
    assert revisions.of(task.id, task.attempt)[0].came is Came.DROPPED


def test_the_publishing_step_that_runs_again_late_does_not_undo_a_revision(memory):
    tasks, revisions = memory
    task = published_task(tasks)
    revision = revisions.ask(task, WANTED, NOW)
    tasks.publish(task.id, task.attempt, PUBLISHED)
    assert tasks.get(task.id).state is TaskState.REVISING
    assert revision is not None
