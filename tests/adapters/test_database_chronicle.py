"""The chronicle on a real database: what is new is read, what is known is not read again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from bot.adapters.database.assignments import SqlAssignments
from bot.adapters.database.engine import open_database, writing
from bot.adapters.database.journal import SqlJournal
from bot.adapters.database.ledger import SqlLedger
from bot.adapters.database.tasks import SqlTasks
from bot.domain.pathway import Pathway
from bot.domain.subject import Subject
from bot.domain.success import Tally
from bot.engine.halt import over_budget
from bot.kernel.budget import Caps, OverBudget, Usage
from bot.kernel.values import Kind, Usd
from bot.memory.assignments import Assignment
from bot.memory.ledger import Reservation, Scope, Spending
from bot.memory.tasks import QUEUED, Admittance, StageMark
from bot.memory.telemetry import Chronicle, Course, Fate, Size
from tests.adapters.databases import NOW, REPO, fresh_url, later
from tests.adapters.test_database_assignments import ONE
from tests.memory.pasts import entry

LOTS = Usd.of(1000)
CAPS = Caps(LOTS, LOTS, LOTS, LOTS, LOTS, LOTS)


class Books:
    """The stores that the chronicle reads, and what happens to attempts."""

    def __init__(self, engine) -> None:
        self.engine = engine
        self.journal, self.assignments = SqlJournal(engine), SqlAssignments(engine)
        self.ledger, self.tasks = SqlLedger(engine), SqlTasks(engine)
        self.chronicle = self.opened()

    def opened(self) -> Chronicle:
        return Chronicle(self.journal, self.assignments, self.ledger, self.tasks)

    def begin(self, number: int, after: timedelta = timedelta()) -> Assignment:
        """An issue is queued, its attempt assigned, and its writer paid."""
        subject, at = Subject(REPO, number), NOW + after
        admittance = Admittance(subject, "p", "t", 1, "ada", at, 0, LOTS)
        task = self.tasks.admit(admittance).id
        self.tasks.mark(StageMark(task, 1, QUEUED, "asked by ada", at))
        for role, model, dollars in (("implement", "large", "0.30"), ("review", "small", "0.02")):
            key = f"{task}/{role}"
            held = Reservation(key, Scope(REPO, task, 1, "r"), model, role, Usd.of("0.5"), at)
            self.ledger.reserve(held, CAPS)
            self.ledger.settle(key, Usd.of(dollars), Usage(10, 10))
        made = replace(ONE, task=task, subject=subject, at=at + timedelta(minutes=1))
        return self.assignments.record(made)

    def tell(
        self, number: int, outcome: str, after: float = 0.0, part: str = "", pull: int | None = 3
    ) -> None:
        ending = outcome.partition(":")[0]
        key = f"{Subject(REPO, number)}/1/{part or ending}"
        told = replace(entry(number, outcome), key=key, pull=pull, timestamp=later(after))
        self.journal.append(told)

    def by_issue(self) -> dict[int, Course]:
        return {one.subject.number: one for one in self.chronicle.courses()}


@pytest.fixture
def books(tmp_path):
    engine = open_database(fresh_url(tmp_path))
    yield Books(engine)
    engine.dispose()


def test_a_course_is_put_together_from_four_stores(books):
    made = books.begin(12)
    books.assignments.sized(made.task, 1, 9, Pathway.TOOL)
    books.tell(12, "awaiting review: #3", 3600)
    books.tell(12, "merged: Merged in #3.", 7200)
    (course,) = books.chronicle.courses()
    assert (course.kind, course.area, course.size) == (Kind.FIX, "src", Size.SMALL)
    assert (course.roles, course.models) == ({"implement", "review"}, {"large", "small"})
    assert (course.cost, course.lessons) == (Usd.of("0.32"), (4, 9))
    assert (course.fate, course.proven, course.reverted) == (Fate.MERGED, True, False)
    assert (course.admitted, course.merged) == (NOW, later(7200))
    assert books.chronicle.experience().chance(REPO, Kind.FIX).here == Tally(1, 1)


def test_it_follows_an_attempt_from_its_beginning_to_the_revert(books):
    made = books.begin(12)
    assert books.by_issue()[12].fate is Fate.UNDECIDED
    assert books.by_issue()[12].size is Size.UNKNOWN
    assert books.chronicle.experience().tallies == {}

    books.assignments.sized(made.task, 1, 3, Pathway.TOOL)
    books.tell(12, "awaiting review: #3", 60)
    assert (books.by_issue()[12].fate, books.by_issue()[12].size) == (Fate.UNDECIDED, Size.TINY)

    books.tell(12, "merged: Merged in #3.", 120)
    assert books.by_issue()[12].survived(later(120) + timedelta(days=8)) is True

    books.tell(12, "merged: merged, then ci turned red; #4 takes it back", 900, part="revert")
    course = books.by_issue()[12]
    assert (course.reverted, course.merged) == (True, later(120))
    assert course.survived(later(120) + timedelta(days=8)) is False


def test_what_was_ended_from_outside_before_there_was_a_pull_request_stays_undecided(books):
    for number, outcome in (
        (12, "stopped: by ada"),
        (13, "blocked: no sandbox"),
        (14, "failed: x"),
    ):
        books.begin(number)
        books.journal.append(replace(entry(number, outcome), key=f"{number}", pull=None))
    fates = {number: one.fate for number, one in books.by_issue().items()}
    assert fates == {12: Fate.UNDECIDED, 13: Fate.UNDECIDED, 14: Fate.NOT_MERGED}


def test_a_new_chronicle_derives_the_same(books):
    for number, outcome in ((12, "merged: x"), (13, "failed: y"), (14, "awaiting review: #1")):
        books.begin(number, timedelta(days=number))
        books.chronicle.courses()
        books.tell(number, outcome)
    assert sorted(map(str, books.chronicle.courses())) == sorted(map(str, books.opened().courses()))
    assert books.chronicle.experience() == books.opened().experience()


def test_without_news_it_asks_for_the_newest_alone(books):
    for number in range(12, 18):
        books.begin(number)
        books.tell(number, "merged: x")
    known = books.chronicle.courses()
    asked: list[str] = []
    event.listen(
        books.engine, "before_cursor_execute", lambda c, cursor, text, *more: asked.append(text)
    )
    assert books.chronicle.courses() is known
    assert [one for one in asked if "journal_entries" in one and "LIMIT" not in one] == []
    assert not any("charges" in one or "task_story" in one for one in asked)
    books.begin(20, timedelta(days=9))
    books.tell(20, "failed: x")
    asked.clear()
    assert len(books.chronicle.courses()) == 7
    assert all("IN (" in one for one in asked if "charges" in one)
    assert all(
        "id >" in one
        for one in asked
        if "SELECT journal_entries.id, " in one and "LIMIT" not in one
    )


def test_nothing_is_believed_from_the_first_row_that_was_tampered_with(books):
    for number in (12, 13):
        books.begin(number)
        books.tell(number, "failed: x")
    books.chronicle.courses()
    with writing(books.engine) as connection:
        connection.execute(text("DROP TRIGGER journal_entries_no_update"))
    books.begin(14)
    books.tell(14, "failed: x")
    books.tell(12, "merged: x")
    with writing(books.engine) as connection:
        connection.execute(text("UPDATE journal_entries SET outcome='merged: z' WHERE issue=14"))
    fates = {number: one.fate for number, one in books.by_issue().items()}
    assert fates[12] is Fate.NOT_MERGED, "its merge is told after the row that does not fit"
    assert fates[14] is Fate.UNDECIDED


def test_after_a_failure_it_reads_all_of_it_again(books, monkeypatch):
    books.begin(12)
    books.chronicle.courses()
    books.tell(12, "merged: x")

    class Away(Exception):
        pass

    def away(tasks):
        raise Away

    with monkeypatch.context() as patched:
        patched.setattr(books.tasks, "queued_at", away)
        with pytest.raises(Away):
            books.chronicle.courses()
    assert books.by_issue()[12].fate is Fate.MERGED


def test_spendings_are_summed_by_role_and_model_without_what_was_released(books):
    task = books.begin(12).task
    other = books.begin(13).task
    held = Reservation("more", Scope(REPO, task, 1, "r"), "large", "implement", Usd.of("0.5"), NOW)
    books.ledger.reserve(held, CAPS)
    again = replace(held, key="gone", role="plan")
    books.ledger.reserve(again, CAPS)
    books.ledger.release("gone")
    assert books.ledger.spendings([task]) == (
        Spending(task, 1, "implement", "large", Usd.of("0.80")),
        Spending(task, 1, "review", "small", Usd.of("0.02")),
    )
    assert {one.task for one in books.ledger.spendings()} == {task, other}
    assert books.ledger.spendings([]) == ()


def test_an_attempt_is_queued_when_its_story_says_so_first(books):
    task = books.begin(12).task
    books.tasks.mark(StageMark(task, 1, QUEUED, "asked by bob", later(50)))
    books.tasks.mark(StageMark(task, 2, QUEUED, "asked by ada", later(90)))
    books.tasks.mark(StageMark(task, 1, "select", "", later(1)))
    assert books.tasks.queued_at() == {(task, 1): NOW, (task, 2): later(90)}
    assert books.tasks.queued_at([task + 1]) == {}


def test_a_merge_that_is_taken_back_is_no_success_for_what_comes_after(books):
    books.begin(12)
    books.tell(12, "merged: Merged in #3.", 7200)
    assert books.chronicle.experience().chance(REPO, Kind.FIX).here == Tally(1, 1)
    books.tell(12, "merged: then ci turned red; #4 takes it back", 9000, part="revert")
    assert books.chronicle.experience().chance(REPO, Kind.FIX).here == Tally(0, 1)
    assert books.opened().experience().chance(REPO, Kind.FIX).here == Tally(0, 1)


@pytest.mark.parametrize(
    ("cap", "decided"),
    [("run", 0), ("day", 0), ("month", 0), ("installation", 0), ("change", 1), ("call", 1)],
)
def test_money_that_others_spent_says_nothing_of_a_change_and_its_own_does(books, cap, decided):
    books.begin(12)
    limit = Usd.of("2")
    halt = over_budget(OverBudget(cap, limit, Usd.of("1.9"), Usd.of("0.3")))
    books.tell(12, f"{halt.ending}: {halt.reason}", 60, pull=None)
    assert books.chronicle.experience().chance(REPO, Kind.FIX).here == Tally(0, decided)
