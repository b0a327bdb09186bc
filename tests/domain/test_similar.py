"""Similar by meaning: properties of the likeness, the fingerprint, and the terms of the index."""

from dataclasses import replace
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.memory.pairs import TRAINING, pairs
from bot.domain.similar.fingerprint import fingerprint, quoted_failures
from bot.domain.similar.likeness import Proposal, common, likeness
from bot.domain.similar.lookup import lookup_terms, term_id
from bot.domain.similar.weights import SIMILAR
from bot.domain.subject import Repo
from bot.kernel.values import Kind

WORDS = st.sampled_from(
    (
        *("reader", "loses", "last", "line", "parse", "timeout", "cache", "encode", "decode"),
        *("add", "remove", "empty", "the", "of", "404", "café", "--color", "read_rows"),
        *("%", "_", "'", "\\", "LIKE"),
    )
)
TEXTS = st.lists(WORDS, max_size=8).map(" ".join) | st.text(max_size=30)
NAMES = st.frozensets(st.sampled_from(["src/a.py", "src/b.py", "net/c.go"]), max_size=2)
SYMBOLS = st.frozensets(st.sampled_from(["read", "Cache.get", "Cache"]), max_size=2)
PROPOSALS = st.builds(
    Proposal, st.none() | st.sampled_from(Kind), TEXTS, TEXTS, NAMES, SYMBOLS, NAMES
)


@settings(deadline=None)
@given(PROPOSALS, PROPOSALS)
def test_the_order_of_the_two_says_nothing(one, other):
    assert likeness(one, other) == pytest.approx(likeness(other, one))


@settings(deadline=None)
@given(PROPOSALS, PROPOSALS)
def test_the_same_failure_makes_no_two_less_alike(one, other):
    both = [replace(p, failures=p.failures | {"it broke"}) for p in (one, other)]
    assert likeness(*both) >= likeness(one, other)


@settings(deadline=None)
@given(PROPOSALS)
def test_words_that_only_join_others_never_make_two_alike(one):
    hollow = replace(one, title="please fix the issue of this and that", plan="it should not be")
    assert likeness(hollow, replace(hollow, title="could you fix it", plan="the")) == 0.0


@pytest.mark.parametrize("text", ["", " ", "%", "_", "%%", "% the _", "…"])
def test_what_says_nothing_is_like_nothing(text):
    said = Proposal(Kind.FIX, "Reader loses the last line", "Flush it in read_rows.")
    assert likeness(Proposal(Kind.FIX, text, text), said) == 0.0
    assert likeness(Proposal(Kind.FIX, text, text), Proposal(Kind.FIX, text, text)) == 0.0


def test_the_same_proposal_again_is_similar():
    said = Proposal(Kind.FIX, "Reader loses the last line", "Flush the buffer in read_rows.")
    assert likeness(said, said) > 0.8


@pytest.mark.parametrize(
    "title",
    [
        "Reader loses the last line when a file has no newline",
        "Wrong: reader loses the last line when a file has no newline",
        "reader drops the last line when a file has no newline!!",
    ],
)
def test_a_title_that_is_said_again_or_with_one_word_for_another_is_similar(title):
    plan = "Flush the buffer at the end of the file in read_rows, so the last line is kept."
    failed = Proposal(Kind.FIX, "Reader loses the last line when a file has no newline", plan)
    assert likeness(replace(failed, title=title), failed) >= SIMILAR


def test_titles_that_part_in_one_word_of_another_meaning_speak_against_it():
    failed = Proposal(Kind.FIX, "Reader loses the last line of a file", "Flush it.")
    less = replace(failed, title="Reader loses the last line")
    other = replace(failed, title="Reader loses the password of a file", plan="Keep the secret.")
    assert common(less, failed).contrast == 0.0
    assert common(other, failed).contrast > 0.2
    assert common(replace(other, plan=failed.plan), failed).contrast == pytest.approx(0.0, abs=0.01)


def test_a_title_stands_for_a_plan_that_is_not_there():
    said = Proposal(Kind.FIX, "Reader loses the last line", "")
    assert common(said, said).means_plans == pytest.approx(1.0)


def test_what_was_fitted_still_tells_the_training_set_apart():
    training = [pair for pair in pairs() if pair.half in TRAINING]
    told = [likeness(pair.failed, pair.proposed) >= SIMILAR for pair in training]
    right = sum(t and pair.same for t, pair in zip(told, training, strict=True))
    assert right / sum(told) >= 0.93
    assert right / sum(pair.same for pair in training) >= 0.93


def test_changes_that_have_nothing_to_do_with_each_other_are_hardly_ever_similar():
    training = [pair for pair in pairs() if pair.half in TRAINING]
    strangers = [
        likeness(one.failed, other.proposed) >= SIMILAR
        for one, other in zip(training, training[61:] + training[:61], strict=True)
        if one.group != other.group
    ]
    assert sum(strangers) <= 0.01 * len(strangers)


def test_the_name_of_a_function_counts_where_only_the_text_says_it():
    known = Proposal(Kind.FIX, "Rows vanish", "Flush it.", symbols=frozenset({"read_rows"}))
    said = Proposal(Kind.FIX, "Lost lines", "The buffer is kept by read_rows.")
    assert common(known, said).said_symbol == common(said, known).said_symbol == 1.0
    assert common(known, replace(said, plan="Keep the buffer.")).said_symbol == 0.0


def test_the_same_number_or_option_speaks_for_it_and_another_one_against_it():
    one = Proposal(Kind.FIX, "Key is readable", "Create it with 0600.")
    other = Proposal(Kind.FIX, "Secret for everybody", "Mode 0600 is needed.")
    assert common(one, other).same_literals == 0.5
    clash = common(one, replace(other, plan="Mode 0644 is needed."))
    assert (clash.same_literals, clash.other_literals) == (0.0, 1.0)


def test_opposite_words_in_the_titles_speak_against_it():
    failed = Proposal(Kind.FIX, "Strip spaces on import", "Call strip.")
    assert common(failed, replace(failed, title="Strip spaces on export")).opposite == 1.0
    assert common(failed, replace(failed, title="Export or import spaces")).opposite == 0.0


def test_what_only_one_of_two_says_is_nothing_against_it():
    failed = Proposal(Kind.FIX, "Reader loses the last line of a file", "Flush the buffer.")
    assert common(replace(failed, title="Reader loses the line"), failed).other_rest == 0.0
    other = replace(failed, title="Reader loses the password", plan="Encrypt the secret.")
    assert common(other, failed).other_rest > 0.2


def test_a_kind_that_is_not_known_speaks_neither_for_it_nor_against_it():
    said = Proposal(Kind.FIX, "Reader loses the last line", "Flush it.")
    unknown, other = replace(said, kind=None), replace(said, kind=Kind.FEATURE)
    kinds = [common(said, one).same_kind for one in (other, unknown, said)]
    assert kinds == [0.0, 0.5, 1.0]


def test_the_labelled_pairs_are_many_and_no_change_is_in_two_parts_of_them():
    labelled = pairs()
    assert len(labelled) >= 400
    parts = {p.half: {q.group for q in labelled if q.half == p.half} for p in labelled}
    assert {*TRAINING, "blind"} <= set(parts) <= {*TRAINING, "blind", "fresh"}
    assert len(set().union(*parts.values())) == sum(map(len, parts.values()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("took 30.01s at 10.0.3.17:8443", "took 2 s at 10.0.9.2:80"),
        ("object at 0x7f3a2c", "object at 0xdeadbeef"),
        ("2026-11-23T12:00:01.5Z failed", "2027-01-02 03:04 failed"),
        (
            "3f2a9bc1 in /home/ann/x/app.py:31",
            "99aa01fe in C:\\ci\\build-8\\app.py:7",
        ),
        ("run 6f9619ff-8b86-d011-b42d-00cf4fc964ff", "run 00000000-8b86-d011-b42d-00cf4fc964ff"),
        ("\x1b[31mFAILED\x1b[0m", "failed"),
        ("expected 3, got 4", "expected 10, got 1,000"),
    ],
)
def test_another_machine_day_or_run_leaves_the_fingerprint(one, other):
    assert fingerprint(one) == fingerprint(other) != ""


def test_another_failure_has_another_fingerprint():
    assert fingerprint("KeyError: 'name' in app.py:3") != fingerprint("KeyError: 'id' in app.py:3")
    assert fingerprint(" \n") == ""


@given(st.text(max_size=200))
def test_a_fingerprint_is_short_and_one_line(text):
    found = fingerprint(text)
    assert len(found) <= 300
    assert "\n" not in found


def test_only_the_lines_of_errors_are_taken_from_an_issue():
    body = "It dies:\n\nTraceback\n  File x\nValueError: bad day 31\nand then\nerror: gone\n"
    assert quoted_failures(body) == ("valueerror: bad day n", "error: gone")
    assert quoted_failures("An Error is nothing.") == ()


def test_terms_of_two_repositories_never_meet_and_capitals_of_a_repository_do_not_count():
    one, same, other = Repo("Octo", "hello", 1), Repo("octo", "Hello", 2), Repo("octo", "world", 1)
    assert term_id(one, "line") == term_id(same, "line") != term_id(other, "line")


@given(PROPOSALS, st.integers(1, 30))
def test_the_terms_that_say_most_come_first(proposal, most):
    found = list(lookup_terms(proposal, most).values())
    assert len(found) <= most
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize("run", ["a", "a.", "0x", "E_", "1.", "1,", "0a", "a/", "A.", "-", "C:"])
def test_a_strangers_issue_as_long_as_github_allows_takes_no_time(run: str):
    """Every recent issue is compared with an idea, whoever wrote it."""
    text = f"ValueError: {run * (65_000 // len(run))}Error: x"
    begun = process_time()
    quoted_failures(text)
    assert process_time() - begun < 2
