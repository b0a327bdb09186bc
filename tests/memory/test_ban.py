"""When a proposal is barred by an earlier failure, and everything that lifts it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.subject import Subject
from bot.kernel.values import Kind
from bot.memory.ban import WINDOW, Attempted, Barred, Free, Warned, judge
from bot.memory.failures import FailedProposal
from tests.adapters.databases import NOW, REPO

FAILURE = FailedProposal(
    key="octo/hello#12/1",
    subject=Subject(REPO, 12),
    attempt=1,
    at=NOW - timedelta(days=2),
    description="Reader loses the last line without a newline",
    reason="The change could not be proven.",
    rules=("no-red-test",),
    paths=("src/reader.py",),
    rolled_back=True,
    kind=Kind.FIX,
    plan="Flush the buffer at the end of the file in read_rows.",
    symbols=("read_rows",),
    blobs=("a" * 40,),
    base="t" * 40,
    telling=True,
)
ATTEMPTED = Attempted(
    subject=Subject(REPO, 20),
    proposal=replace(FAILURE, description="The last line is lost if no newline ends it").proposal,
    said="The last line is lost if no newline ends it",
    base="u" * 40,
    blobs={"src/reader.py": "a" * 40},
    insisted=False,
)


def test_a_similar_failure_of_the_last_seven_days_bars_it():
    assert judge(ATTEMPTED, [FAILURE], NOW) == Barred(FAILURE, FAILURE.at + WINDOW)


def test_an_older_one_bars_nothing():
    old = replace(FAILURE, at=NOW - WINDOW)
    assert judge(ATTEMPTED, [old], NOW) == Free()


def test_what_failed_for_another_reason_than_itself_bars_nothing():
    assert judge(ATTEMPTED, [replace(FAILURE, telling=False)], NOW) == Free()


def test_something_else_bars_nothing():
    other = replace(
        FAILURE,
        description="A quoted comma splits the column",
        plan="Track quotes while splitting.",
    )
    assert judge(ATTEMPTED, [other], NOW) == Free()


def test_the_issue_s_own_failure_bars_nothing_because_only_a_person_starts_it_again():
    assert judge(replace(ATTEMPTED, subject=FAILURE.subject), [FAILURE], NOW) == Free()


@pytest.mark.parametrize("blobs", [{"src/reader.py": "b" * 40}, {}], ids=["changed", "removed"])
def test_a_change_of_the_touched_code_lifts_it(blobs):
    assert judge(replace(ATTEMPTED, blobs=blobs), [FAILURE], NOW) == Free()


def test_a_file_that_was_not_there_and_is_not_there_has_not_changed():
    new = replace(FAILURE, paths=("src/reader.py", "src/new.py"), blobs=("a" * 40, ""))
    assert isinstance(judge(ATTEMPTED, [new], NOW), Barred)
    there = {"src/reader.py": "a" * 40, "src/new.py": "c" * 40}
    assert judge(replace(ATTEMPTED, blobs=there), [new], NOW) == Free()


def test_where_the_files_are_not_known_any_change_of_the_base_lifts_it():
    unknown = replace(FAILURE, paths=(), blobs=())
    assert judge(ATTEMPTED, [unknown], NOW) == Free()
    assert isinstance(judge(replace(ATTEMPTED, base=FAILURE.base), [unknown], NOW), Barred)


@pytest.mark.parametrize(
    "said", ["After #12, only for tabs", "see https://github.com/octo/hello/issues/12"]
)
def test_naming_the_failure_and_another_scope_lifts_it(said):
    proposal = replace(ATTEMPTED.proposal, symbols=frozenset({"read_rows", "flush"}))
    knowing = replace(ATTEMPTED, said=said, proposal=proposal)
    assert judge(knowing, [FAILURE], NOW) == Free()


@pytest.mark.parametrize("said", ["as in #12", "see #123 and /issues/120"])
def test_naming_alone_or_naming_another_lifts_nothing(said):
    assert isinstance(judge(replace(ATTEMPTED, said=said), [FAILURE], NOW), Barred)


def test_being_different_without_naming_it_lifts_nothing():
    proposal = replace(ATTEMPTED.proposal, symbols=frozenset({"read_rows", "flush"}))
    assert isinstance(judge(replace(ATTEMPTED, proposal=proposal), [FAILURE], NOW), Barred)


def test_a_person_who_insists_is_told_of_it_and_not_refused():
    assert judge(replace(ATTEMPTED, insisted=True), [FAILURE], NOW) == Warned(FAILURE)


def test_of_several_the_likeliest_is_named():
    vague = replace(FAILURE, key="v", kind=None, at=NOW, subject=Subject(REPO, 13))
    found = judge(ATTEMPTED, [vague, FAILURE], NOW)
    assert isinstance(found, Barred)
    assert found.earlier == FAILURE
