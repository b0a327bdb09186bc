"""An improvement is proposed once: not while it is open, nor after it was closed or failed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.proposing.duplicates import Known, Where, duplicate
from bot.domain.similar.likeness import Proposal
from bot.kernel.values import Kind

FILED = Proposal(
    Kind.FIX,
    "Reader loses the last line when the file has no newline at its end",
    "In read_rows yield the buffered text after the loop when it is not empty, so that a last line"
    " without newline is not lost; test with such a file.",
    frozenset({"src/tally/reader.py"}),
)
IN_OTHER_WORDS = Proposal(
    Kind.FIX,
    "The final row is dropped if a file does not finish with a line break",
    "After the read loop ends, read_rows must emit what is left in the buffer if the file has no"
    " trailing newline. Test: two lines, none after the second.",
    frozenset({"src/tally/reader.py"}),
)
OTHER = Proposal(
    Kind.FIX,
    "Reader treats a quoted comma as a column separator",
    "Teach read_rows to track whether it is within quotes, so that a comma there does not split the"
    " column; test a quoted field.",
    frozenset({"src/tally/reader.py"}),
)
texts = st.text(max_size=30)
proposals = st.builds(Proposal, st.sampled_from([None, *Kind]), texts, texts)


@pytest.mark.parametrize("where", Where)
def test_the_same_in_other_words_is_a_duplicate_of_whatever_became_of_it(where: Where):
    found = duplicate(IN_OTHER_WORDS, "", [Known(3, where, FILED)])
    assert found is not None
    assert str(found).startswith(f"a duplicate of #3 ({where}): ")
    assert "likely to mean the same" in found.why


def test_another_fault_in_the_same_place_is_none():
    assert duplicate(OTHER, "e1", [Known(3, Where.OPEN, FILED, "e2")]) is None


@pytest.mark.parametrize(
    "title",
    ["Reader treats a QUOTED comma as a column separator!", "`Reader` treats a quoted comma as a"
     " column separator."],
)  # fmt: skip
def test_the_same_title_is_a_duplicate_however_it_is_spelt(title: str):
    known = Known(3, Where.DONE, Proposal(None, title, ""))
    found = duplicate(OTHER, "", [known])
    assert found is not None
    assert found.why == "the same title"


def test_the_same_evidence_is_a_duplicate_whatever_the_words():
    found = duplicate(OTHER, "e1", [Known(3, Where.REJECTED, FILED, "e1")])
    assert found is not None
    assert found.why == "the same evidence"


def test_an_issue_whose_kind_nobody_told_counts_as_of_the_same_kind():
    untold = replace(FILED, kind=None)
    assert duplicate(IN_OTHER_WORDS, "", [Known(3, Where.OPEN, untold)]) is not None


@given(proposals, st.lists(proposals, max_size=4), st.randoms())
def test_the_order_of_what_is_known_decides_nothing_but_which_is_named(idea, others, chance):
    known = [Known(n, Where.OPEN, one) for n, one in enumerate(others)]
    shuffled = known[:]
    chance.shuffle(shuffled)
    assert (duplicate(idea, "", known) is None) == (duplicate(idea, "", shuffled) is None)


@given(proposals)
def test_nothing_repeats_nothing_and_everything_with_a_title_repeats_itself(idea):
    assert duplicate(idea, "", []) is None
    if any(c.isalnum() for c in idea.title):
        assert duplicate(idea, "", [Known(1, Where.OPEN, idea)]) is not None
