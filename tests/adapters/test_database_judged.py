"""Refused and merged changes are kept as sketches, once each."""

import pytest

from bot.adapters.database.engine import open_database
from bot.adapters.database.judged import SqlJudgedChanges
from bot.adapters.database.refusals import SqlRefusals
from bot.domain.changed_lines import HIGHEST, Sketch
from bot.domain.subject import Subject
from bot.memory.judged import MergedChange, RefusedChange
from bot.memory.refusals import Gate, RefusedAttempt, refusals_of
from tests.adapters.databases import NOW, REPO, SUBJECT, fresh_url, later

SKETCH = Sketch(frozenset({0, 7, 2**40, HIGHEST}), HIGHEST)


@pytest.fixture
def engine(tmp_path):
    opened = open_database(fresh_url(tmp_path))
    yield opened
    opened.dispose()


def test_what_was_refused_comes_back_whole_and_once(engine):
    judged = SqlJudgedChanges(engine)
    one = RefusedChange(SUBJECT, 1, Gate.PATCH, "tree", SKETCH, NOW)
    assert not judged.any_refused(SUBJECT)
    judged.refused(one)
    judged.refused(RefusedChange(SUBJECT, 1, Gate.PATCH, "tree", SKETCH, later(9)))
    assert judged.all_refused() == (one,)
    assert judged.any_refused(SUBJECT)
    assert not judged.any_refused(Subject(REPO, 13))


def test_what_was_merged_is_no_refusal(engine):
    judged = SqlJudgedChanges(engine)
    one = MergedChange(SUBJECT, "head", Sketch(frozenset(), 5), NOW)
    judged.merged(one)
    judged.merged(one)
    assert judged.all_merged() == (one,)
    assert judged.all_refused() == ()
    assert not judged.any_refused(SUBJECT)


def test_a_refusal_says_what_it_was_about(engine):
    refusals = SqlRefusals(engine)
    refusals.record(refusals_of(Gate.PROOF, ("no-red-test",), SUBJECT, 2, "a/tree", NOW))
    (found,) = refusals.all()
    assert (found.gate, found.rule, found.about) == (Gate.PROOF, "no-red-test", "a/tree")
    assert (found.subject.repo.full, found.subject.number) == ("octo/hello", 12)
    assert (found.attempt, found.at) == (2, NOW)


def test_refusals_of_changes_are_counted_by_attempt(engine):
    refusals = SqlRefusals(engine)
    for gate, about in ((Gate.PATCH, "a"), (Gate.PATCH, "b"), (Gate.BUDGET, "c")):
        refusals.record(refusals_of(gate, ("too-large",), SUBJECT, 1, about, NOW))
    assert refusals.by_attempt(REPO) == (RefusedAttempt(12, 1, "too-large", 2),)
