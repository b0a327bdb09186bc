from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.exc import StatementError

from bot.adapters.database.controls import SqlControls
from bot.adapters.database.engine import open_database
from bot.adapters.database.failures import CANDIDATES_MOST, SqlFailures
from bot.domain.similar.likeness import Proposal
from bot.domain.subject import Repo, Subject
from bot.kernel.values import Kind
from bot.memory.failures import FailedProposal
from tests.adapters.databases import NOW, REPO, SUBJECT, fresh_url, later

FAILURE = FailedProposal(
    key="12-1",
    subject=SUBJECT,
    attempt=1,
    at=NOW,
    description="sum drops the last item",
    reason="the new test passes on the base",
    rules=("red-on-base", "size"),
    paths=("src/sum.py", "täst.py"),
    rolled_back=True,
)


TELLING = replace(
    FAILURE,
    kind=Kind.FIX,
    plan="flush the buffer at the end",
    symbols=("read_rows",),
    failures=("it broke",),
    blobs=("a" * 40, ""),
    base="t" * 40,
    telling=True,
)


@pytest.fixture
def engine(tmp_path):
    engine = open_database(fresh_url(tmp_path))
    yield engine
    engine.dispose()


def test_failures_of_an_issue_come_back_whole_and_oldest_first(engine):
    failures = SqlFailures(engine)
    second = replace(FAILURE, key="12-2", attempt=2, at=later(60), rules=(), rolled_back=False)
    elsewhere = replace(FAILURE, key="13-1", subject=Subject(REPO, 13))
    for failure in (second, FAILURE, elsewhere):
        failures.record(failure)
    assert failures.of(SUBJECT) == (FAILURE, second)
    assert failures.of(Subject(Repo("octo", "other", 7), 12)) == ()


def test_a_failure_recorded_twice_is_kept_as_it_was_first(engine):
    failures = SqlFailures(engine)
    failures.record(FAILURE)
    failures.record(replace(FAILURE, reason="another"))
    assert failures.of(SUBJECT) == (FAILURE,)


def test_what_a_failure_was_about_comes_back_whole(engine):
    failures = SqlFailures(engine)
    failures.record(TELLING)
    assert failures.of(SUBJECT) == (TELLING,)


def test_telling_failures_that_share_words_are_found_the_likeliest_first(engine):
    failures = SqlFailures(engine)
    other = replace(TELLING, key="13-1", description="a comma splits it", plan="", paths=("b.py",))
    silent = replace(TELLING, key="14-1", telling=False)
    for failure in (other, TELLING, silent):
        failures.record(failure)
    assert failures.like(REPO, TELLING.proposal, NOW) == (TELLING, other)
    assert failures.like(REPO, TELLING.proposal, later(1)) == (), "it is older than was asked for"
    assert failures.like(Repo("octo", "other", 7), TELLING.proposal, NOW) == ()


def test_wildcards_are_ordinary_characters_and_an_empty_proposal_finds_nothing(engine):
    failures = SqlFailures(engine)
    failures.record(TELLING)
    for text in ("", "%", "_", "%%%", "' OR 1=1 --"):
        assert failures.like(REPO, Proposal(None, text, text), NOW) == ()


def test_only_so_many_failures_are_read_however_many_share_a_word(engine):
    failures = SqlFailures(engine)
    for number in range(CANDIDATES_MOST + 5):
        failures.record(replace(TELLING, key=f"{number}"))
    assert len(failures.like(REPO, TELLING.proposal, NOW)) == CANDIDATES_MOST


def test_a_time_without_a_zone_is_never_stored(engine):
    naive = datetime.fromisoformat("2026-11-23T12:00:00")
    with pytest.raises(StatementError, match="without a zone"):
        SqlFailures(engine).record(replace(FAILURE, at=naive))


def test_one_paused_repository_does_not_pause_another(engine):
    controls = SqlControls(engine)
    controls.pause("octo/hello", "ada", NOW)
    assert controls.paused(REPO) == "ada"
    assert controls.paused(Repo("octo", "other", 7)) is None


def test_pausing_everything_pauses_every_repository_until_everything_goes_on(engine):
    controls = SqlControls(engine)
    controls.pause("*", "operator", NOW)
    controls.pause("octo/hello", "ada", NOW)
    assert controls.paused(REPO) == "operator"
    controls.resume("*")
    assert controls.paused(REPO) == "ada"
    controls.resume("octo/hello")
    controls.resume("octo/hello")
    assert controls.paused(REPO) is None


def test_a_pause_holds_however_the_name_is_capitalised_and_names_who_was_first(engine):
    controls = SqlControls(engine)
    controls.pause("Octo/HELLO", "ada", NOW)
    controls.pause("octo/hello", "bob", later(1))
    assert controls.paused(REPO) == "ada"
    controls.resume("OCTO/hello")
    assert controls.paused(REPO) is None
