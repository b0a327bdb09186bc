from dataclasses import replace

import pytest

from bot.adapters.database.engine import open_database
from bot.adapters.database.refusals import SqlRefusals
from bot.memory.refusals import Gate, RefusalCount, redaction, refusals_of
from tests.adapters.databases import NOW, SUBJECT, fresh_url, later


@pytest.fixture
def refusals(tmp_path):
    engine = open_database(fresh_url(tmp_path))
    yield SqlRefusals(engine)
    engine.dispose()


def test_a_step_that_runs_again_counts_once(refusals):
    for at in (NOW, later(9)):
        refusals.record(refusals_of(Gate.PATCH, ("secret", "secret"), SUBJECT, 1, "tree", at))
    assert refusals.counts() == (RefusalCount(Gate.PATCH, "secret", 1, NOW),)


def test_another_tree_attempt_or_gate_counts_again_and_the_most_frequent_comes_first(refusals):
    for gate, rules, attempt, about in (
        (Gate.PROOF, ("no-red-test",), 1, "a"),
        (Gate.PATCH, ("too-large", "secret"), 1, "a"),
        (Gate.PATCH, ("too-large",), 1, "b"),
        (Gate.PATCH, ("too-large",), 2, "b"),
    ):
        refusals.record(refusals_of(gate, rules, SUBJECT, attempt, about, later(attempt)))
    assert [(one.gate, one.rule, one.count) for one in refusals.counts()] == [
        (Gate.PATCH, "too-large", 3),
        (Gate.PATCH, "secret", 1),
        (Gate.PROOF, "no-red-test", 1),
    ]
    assert refusals.counts()[0].last == later(2)


def test_nothing_to_record_writes_nothing(refusals):
    refusals.record(())
    assert refusals.counts() == ()


def test_a_redacted_text_belongs_to_its_issue_and_is_counted_once_however_often_it_is_sent():
    once, again = (redaction("octo/hello#12", ("aws-key",), "d1", NOW) for _ in range(2))
    assert once == again
    assert (once[0].gate, once[0].rule) == (Gate.OUTGOING, "aws-key")
    assert (once[0].subject.repo.full, once[0].subject.number) == ("octo/hello", 12)
    other = redaction("octo/hello", ("aws-key",), "d2", NOW)[0]
    assert other.subject.number == 0
    assert replace(other, key="") != replace(once[0], key="")


@pytest.mark.parametrize(
    ("about", "repo", "number"),
    [
        ("octo/hello: octo/hello#12/1", "octo/hello", 12),
        ("octo/hello: evolve", "octo/hello", 0),
        ("octo/hello:main", "octo/hello", 0),
        ("the labels of octo/hello.js", "octo/hello.js", 0),
        ("new issues in octo/hello", "octo/hello", 0),
        ("CI of octo/hello ci / test", "octo/hello", 0),
        ("octo/hello#0", "octo/hello", 0),
        ("nothing", "/", 0),
    ],
)
def test_the_repository_is_found_in_whatever_a_write_was_about(about: str, repo: str, number: int):
    (found,) = redaction(about, ("aws-key",), "d", NOW)
    assert (found.subject.repo.full, found.subject.number) == (repo, number)
