from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError

from bot.adapters.database.engine import open_database
from bot.adapters.database.tasks import SqlTasks
from bot.domain.subject import Repo, Subject
from bot.domain.task import Bond, Ending, Estimate, Filed, Part, Published, TaskState, Wish
from bot.kernel.proof import Strength
from bot.kernel.values import Kind, Risk, Sha, Usd
from bot.memory.tasks import Admittance, StageMark
from tests.adapters.databases import NOW, REPO, SUBJECT, fresh_url, later

ADMITTANCE = Admittance(SUBJECT, "pin-1", "Sum is wrong", 42, "ada", NOW, 3, Usd.of("2"))
ESTIMATE = Estimate(Kind.FIX, 4, Risk.LOW, Usd.of("0.12"), "look at sum()")
PUBLISHED = Published(17, Sha("a" * 40), Risk.LOW, Strength.JUNIT, "d" * 64)


@pytest.fixture
def engine(tmp_path):
    engine = open_database(fresh_url(tmp_path))
    yield engine
    engine.dispose()


@pytest.fixture
def tasks(engine):
    return SqlTasks(engine)


def test_an_admitted_issue_is_queued_as_its_first_attempt(tasks):
    task = tasks.admit(ADMITTANCE)
    assert (task.state, task.attempt, task.pinned, task.votes) == (TaskState.QUEUED, 1, "pin-1", 3)
    assert (task.admitted_by, task.admitted_login, task.admitted_at) == (42, "ada", NOW)
    assert (task.estimate, task.published, task.ending) == (None, None, None)
    assert (task.cap, task.extra_budget) == (Usd.of("2"), Usd(0))
    assert tasks.get(task.id) == tasks.of(SUBJECT) == task
    assert tasks.queued() == tasks.open_in(REPO) == tasks.all() == (task,)


def test_there_is_one_task_an_issue_whichever_installation_saw_it(tasks):
    task = tasks.admit(ADMITTANCE)
    other = Subject(Repo("octo", "hello", 99), 12)
    assert tasks.of(other) == task
    tasks.end(task.id, Ending.FAILED, "", later(1))
    again = tasks.admit(replace(ADMITTANCE, subject=other, at=later(2)))
    assert (again.id, again.subject, again.attempt) == (task.id, other, 2)


def test_what_is_not_there_is_none_and_an_unknown_id_is_a_key_error(tasks):
    assert tasks.of(SUBJECT) is None
    assert tasks.of_pull(REPO, 1) is None
    assert tasks.of_sha(REPO, "a" * 40) is None
    for asked in (
        lambda: tasks.get(5),
        lambda: tasks.estimate(5, ESTIMATE),
        lambda: tasks.split(5, PARTS),
        lambda: tasks.publish(5, 1, PUBLISHED),
        lambda: tasks.end(5, Ending.FAILED, "", NOW),
        lambda: tasks.allow_more(5, Usd(1), 1),
        lambda: tasks.mark(StageMark(5, 1, "prove", "", NOW)),
    ):
        with pytest.raises(KeyError):
            asked()


PARTS = (Part("one", "ä"), Part("two", "y", Filed(2**40, Bond.LISTED)))


def test_what_was_asked_for_and_the_parts_are_kept_while_the_text_is_the_same(tasks):
    task = tasks.admit(replace(ADMITTANCE, wish=Wish.PLAN))
    assert (task.wish, task.parts) == (Wish.PLAN, ())
    tasks.split(task.id, PARTS)
    tasks.end(task.id, Ending.ANSWERED, "", later(1))
    again = tasks.admit(replace(ADMITTANCE, at=later(2)))
    assert (again.wish, again.parts) == (Wish.CHANGE, PARTS)
    edited = tasks.admit(replace(ADMITTANCE, pinned="pin-2", at=later(3)))
    assert edited.parts == ()


def test_an_estimate_that_does_not_hold_any_more_is_forgotten(tasks):
    task = tasks.admit(ADMITTANCE)
    tasks.estimate(task.id, ESTIMATE)
    tasks.estimate(task.id, None)
    assert tasks.get(task.id).estimate is None


def test_a_queued_task_with_the_same_text_is_left_as_it_is(tasks):
    task = tasks.admit(ADMITTANCE)
    assert tasks.admit(replace(ADMITTANCE, at=later(9), by=7, votes=50)) == task


def test_a_text_edited_while_queued_is_pinned_anew_without_a_new_attempt(tasks):
    task = tasks.admit(ADMITTANCE)
    tasks.estimate(task.id, ESTIMATE)
    again = tasks.admit(replace(ADMITTANCE, pinned="pin-2", at=later(9)))
    assert (again.pinned, again.attempt, again.estimate) == ("pin-2", 1, None)


def test_a_repeated_admission_does_not_restart_what_is_worked_on_or_has_ended(tasks):
    task = tasks.admit(ADMITTANCE)
    tasks.claim("t1", task.id, NOW)
    assert tasks.admit(ADMITTANCE).state is TaskState.WORKING
    assert tasks.admit(replace(ADMITTANCE, at=later(9))).state is TaskState.WORKING
    tasks.end(task.id, Ending.FAILED, "no idea", NOW)
    assert tasks.admit(ADMITTANCE).state is TaskState.ENDED


def test_an_ended_task_is_tried_again_as_a_new_attempt_with_nothing_left_of_the_old(tasks):
    task = tasks.admit(ADMITTANCE)
    tasks.claim("t1", task.id, NOW)
    tasks.estimate(task.id, ESTIMATE)
    tasks.publish(task.id, task.attempt, PUBLISHED)
    tasks.allow_more(task.id, Usd.of("2"), 900)
    tasks.end(task.id, Ending.STOPPED, "stopped by ada", NOW)
    again = tasks.admit(replace(ADMITTANCE, at=later(60)))
    assert (again.state, again.attempt) == (TaskState.QUEUED, 2)
    assert (again.published, again.ending, again.reason) == (None, None, "")
    assert (again.estimate, again.extra_budget) == (ESTIMATE, Usd.of("2"))


def test_a_ticket_starts_one_queued_task_and_finds_it_again(tasks):
    task = tasks.admit(ADMITTANCE)
    assert tasks.claimed("t1") is None
    claimed = tasks.claim("t1", task.id, NOW)
    assert claimed is not None
    assert claimed.state is TaskState.WORKING
    assert tasks.claim("t1", task.id, later(5)) == tasks.claimed("t1") == claimed
    assert tasks.claim("t2", task.id, later(5)) is None
    assert tasks.claim("t3", 999, NOW) is None
    assert tasks.queued() == ()


def test_a_ticket_holds_only_one_task_and_only_its_own_attempt(tasks):
    first = tasks.admit(ADMITTANCE)
    second = tasks.admit(replace(ADMITTANCE, subject=Subject(REPO, 13)))
    tasks.claim("t1", first.id, NOW)
    assert tasks.claim("t1", second.id, NOW) == tasks.get(first.id)
    assert tasks.claimed("t1") == tasks.get(first.id)
    assert tasks.ticket_of(first.id) == "t1"
    tasks.end(first.id, Ending.FAILED, "", NOW)
    assert tasks.claimed("t1") is None
    tasks.admit(replace(ADMITTANCE, at=later(60)))
    assert tasks.claimed("t1") is None
    assert tasks.claim("t1", first.id, later(61)) is None
    assert tasks.get(first.id).state is TaskState.QUEUED


def test_of_many_workers_at_once_exactly_one_gets_the_task(tasks):
    task = tasks.admit(ADMITTANCE)
    workers = 8
    together = Barrier(workers)

    def claim(worker: int) -> bool:
        together.wait(timeout=30)
        return tasks.claim(f"t{worker}", task.id, NOW) is not None

    with ThreadPoolExecutor(workers) as pool:
        won = list(pool.map(claim, range(workers)))
    assert sum(won) == 1
    assert tasks.claimed(f"t{won.index(True)}") == tasks.get(task.id)


def test_many_admissions_at_once_are_one_task(tasks):
    workers = 6
    together = Barrier(workers)

    def admit(second: int) -> int:
        together.wait(timeout=30)
        return tasks.admit(replace(ADMITTANCE, at=later(second))).id

    with ThreadPoolExecutor(workers) as pool:
        assert len(set(pool.map(admit, range(workers)))) == 1
    assert [task.attempt for task in tasks.all()] == [1]


def test_estimate_and_publication_are_read_back_whole(tasks):
    task = tasks.admit(ADMITTANCE)
    tasks.claim("t1", task.id, NOW)
    tasks.estimate(task.id, ESTIMATE)
    tasks.publish(task.id, task.attempt, PUBLISHED)
    tasks.publish(task.id, task.attempt, PUBLISHED)
    found = tasks.get(task.id)
    assert (found.state, found.estimate) == (TaskState.PUBLISHED, ESTIMATE)
    assert found.published == PUBLISHED
    assert tasks.of_pull(REPO, 17) == tasks.of_sha(REPO, "a" * 40) == found
    assert tasks.of_pull(Repo("octo", "other", 7), 17) is None


def test_a_pull_request_opened_after_a_stop_is_known_but_does_not_undo_the_stop(tasks):
    task = tasks.admit(ADMITTANCE)
    tasks.claim("t1", task.id, NOW)
    tasks.end(task.id, Ending.STOPPED, "stopped by ada", NOW)
    tasks.publish(task.id, task.attempt, PUBLISHED)
    found = tasks.get(task.id)
    assert (found.state, found.ending, found.published) == (
        TaskState.ENDED,
        Ending.STOPPED,
        PUBLISHED,
    )


def test_the_pull_request_of_an_outdated_attempt_is_not_that_of_the_queued_one(tasks):
    task = tasks.admit(ADMITTANCE)
    tasks.claim("t1", task.id, NOW)
    tasks.admit(replace(ADMITTANCE, pinned="pin-2", at=later(5)))
    tasks.publish(task.id, task.attempt, PUBLISHED)
    assert (tasks.get(task.id).state, tasks.get(task.id).published) == (TaskState.QUEUED, None)


def test_an_ended_task_says_how_and_is_no_longer_open(tasks):
    task = tasks.admit(ADMITTANCE)
    tasks.end(task.id, Ending.AWAITING_REVIEW, "a human must look", NOW)
    tasks.end(task.id, Ending.MERGED, "merged by ada", later(5))
    found = tasks.get(task.id)
    assert (found.state, found.ending) == (TaskState.ENDED, Ending.MERGED)
    assert found.reason == "merged by ada"
    assert tasks.open_in(REPO) == ()


def test_each_continue_comment_raises_the_cap_once(tasks):
    task = tasks.admit(ADMITTANCE)
    tasks.allow_more(task.id, Usd.of("2"), 900)
    tasks.allow_more(task.id, Usd.of("2"), 900)
    assert tasks.get(task.id).extra_budget == Usd.of("2")
    tasks.allow_more(task.id, Usd.of("1.5"), 901)
    assert tasks.get(task.id).extra_budget == Usd.of("3.5")


def test_a_story_is_told_in_order_each_mark_once_and_sets_the_live_stage(tasks):
    task = tasks.admit(ADMITTANCE)
    tasks.claim("t1", task.id, NOW)
    marks = tuple(
        StageMark(task.id, 1, stage, detail, NOW)
        for stage, detail in (("select", ""), ("implement", "turn 1"), ("implement", "turn 2"))
    )
    for mark in (*marks, marks[0]):
        tasks.mark(mark)
    assert tasks.story(task.id) == marks
    assert tasks.get(task.id).stage == "implement"


def test_a_mark_of_an_old_attempt_or_after_the_end_does_not_look_live(tasks):
    task = tasks.admit(ADMITTANCE)
    tasks.claim("t1", task.id, NOW)
    tasks.end(task.id, Ending.FAILED, "", NOW)
    tasks.mark(StageMark(task.id, 1, "learn", "", NOW))
    assert tasks.get(task.id).stage == ""
    tasks.admit(replace(ADMITTANCE, at=later(60)))
    tasks.mark(StageMark(task.id, 1, "learn", "late", NOW))
    assert tasks.get(task.id).stage == ""
    assert len(tasks.story(task.id)) == 2


def test_a_command_is_answered_once_and_the_first_outcome_stays(tasks):
    assert not tasks.answered(REPO, 77)
    tasks.answer(REPO, 77, "queued", NOW)
    tasks.answer(REPO, 77, "refused", later(1))
    assert tasks.answered(REPO, 77)
    assert not tasks.answered(REPO, 78)
    assert not tasks.answered(Repo("octo", "other", 7), 77)


def test_the_newest_tasks_come_first_for_people_and_the_oldest_first_for_workers(tasks):
    made = [tasks.admit(replace(ADMITTANCE, subject=Subject(REPO, n))) for n in (1, 2, 3)]
    assert tasks.all(limit=2) == (made[2], made[1])
    assert tasks.queued() == tuple(made)


def test_a_story_without_a_task_cannot_be_written_past_the_adapter(engine):
    with engine.begin() as connection, pytest.raises(IntegrityError):
        connection.exec_driver_sql(
            "INSERT INTO task_story (task, attempt, stage, detail, at) VALUES (9, 1, '', '', '')"
        )


def another(tasks, number, **how):
    return tasks.admit(replace(ADMITTANCE, subject=Subject(REPO, number), **how))


def opened(tasks, number, *files):
    """A task of its own whose pull request is open."""
    task = another(tasks, number)
    tasks.claim(f"ticket-{number}", task.id, NOW)
    tasks.publish(task.id, 1, replace(PUBLISHED, pull=number + 100, files=files))
    return tasks.get(task.id)


def test_the_last_room_for_a_pull_request_goes_to_one_ticket_alone(tasks):
    wanted = [another(tasks, number, open_prs=1) for number in (1, 2, 3, 4)]
    barrier = Barrier(len(wanted))

    def claim(task) -> bool:
        barrier.wait()
        return tasks.claim(f"t{task.id}", task.id, NOW) is not None

    with ThreadPoolExecutor(len(wanted)) as pool:
        assert list(pool.map(claim, wanted)).count(True) == 1


def test_what_a_pull_request_changes_and_a_plan_touches_is_kept(tasks):
    assert opened(tasks, 1, "a b.py", "ä.py").published.files == ("a b.py", "ä.py")
    mine = another(tasks, 2)
    assert mine.touches == ()
    claimed = tasks.claim("t2", mine.id, NOW)
    assert not tasks.hold_back("t2", claimed, ("c.py",), NOW)
    assert tasks.get(mine.id) == replace(claimed, touches=("c.py",))


def test_a_task_that_would_touch_what_an_open_pull_request_touches_goes_back_and_waits(tasks):
    first = opened(tasks, 1, "a.py", "b.py")
    mine = another(tasks, 2)
    claimed = tasks.claim("t2", mine.id, NOW)
    tasks.estimate(mine.id, ESTIMATE)
    assert tasks.hold_back("t2", claimed, ("b.py",), later(1))
    held = tasks.get(mine.id)
    assert (held.state, held.stage, held.estimate) == (TaskState.QUEUED, "held", ESTIMATE)
    mark = tasks.story(mine.id)[-1]
    assert (mark.stage, mark.at) == ("held", later(1))
    assert "#101 is open and touches b.py" in mark.detail
    assert tasks.claimed("t2") is None
    assert tasks.ticket_of(mine.id) is None
    assert tasks.claim("t3", mine.id, later(2)) is None

    tasks.end(first.id, Ending.MERGED, "", later(3))
    again = tasks.claim("t3", mine.id, later(4))
    assert (again.id, again.attempt, again.touches) == (mine.id, 1, ("b.py",))
    assert tasks.hold_back("t2", claimed, ("b.py",), later(5)), "a ticket that let go stays off"
    assert tasks.claimed("t3") == again
    assert not tasks.hold_back("t3", again, ("b.py",), later(5))


def test_a_task_goes_back_for_any_reason_that_is_given_and_its_story_says_it(tasks):
    mine = another(tasks, 2)
    claimed = tasks.claim("t2", mine.id, NOW)
    assert tasks.hold_back("t2", claimed, (), later(1), "a person must be there")
    assert tasks.get(mine.id).state is TaskState.QUEUED
    assert tasks.story(mine.id)[-1].detail == "a person must be there"
    assert tasks.claimed("t2") is None
    again = tasks.claim("t3", mine.id, later(2))
    assert (again.id, again.attempt) == (mine.id, 1)


def test_an_attempt_that_was_stopped_meanwhile_is_not_put_back(tasks):
    opened(tasks, 1, "b.py")
    mine = another(tasks, 2)
    claimed = tasks.claim("t2", mine.id, NOW)
    tasks.end(mine.id, Ending.STOPPED, "", NOW)
    assert not tasks.hold_back("t2", claimed, ("b.py",), later(1))
    assert tasks.get(mine.id).state is TaskState.ENDED


def test_a_held_attempt_whose_text_is_admitted_anew_is_another_one(tasks):
    opened(tasks, 1, "b.py")
    mine = another(tasks, 2)
    assert tasks.hold_back("t2", tasks.claim("t2", mine.id, NOW), ("b.py",), NOW)
    again = another(tasks, 2, pinned="pin-2", at=later(9))
    assert (again.attempt, again.touches, again.estimate) == (2, (), None)
