"""What a lesson says: facts in fixed words, and what others said only within quotes."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lessons.wording import (
    closed_text,
    convention_text,
    merged_text,
    recalled_sentence,
    refused_text,
    repaired_text,
    reverted_text,
)
from bot.domain.task import Ending
from bot.kernel.values import Breach, Kind

LARGE = Breach("too-large", "80 lines change, at most 50 may")


def test_a_refusal_names_the_rule_and_its_detail():
    said = refused_text(Kind.FIX, "Count pages", Ending.REFUSED, (LARGE, LARGE))
    assert said == (
        "The fix “Count pages” was refused by the patch gate:"
        " too-large: 80 lines change, at most 50 may"
    )
    assert "could not be proven" in refused_text(None, "Count pages", Ending.FAILED, (LARGE,))


def test_of_many_rules_the_first_are_told_and_the_rest_are_counted():
    many = tuple(Breach(f"rule-{number}", "no") for number in range(5))
    said = refused_text(Kind.FIX, "t", Ending.REFUSED, many)
    assert said.endswith("rule-0: no; rule-1: no; rule-2: no; and 2 more")


def test_a_merge_tells_its_files_and_what_refused_it_on_the_way():
    said = merged_text(Kind.FIX, "Count pages", ("b.py", "a.py"), ("no-red-test",))
    assert said == (
        "The fix “Count pages” was merged; it changed a.py, b.py."
        " Refused on the way by no-red-test."
    )
    assert "Refused" not in merged_text(Kind.FIX, "Count pages", ("a.py",), ())


def test_ci_and_reverts_are_told_by_their_checks():
    assert reverted_text("t", ("ci / test", "ci / lint")) == (
        "“t” was merged, then ci / lint, ci / test turned red on the base."
    )
    assert repaired_text("t", ("lint",), ("a.py",)) == (
        "CI failed in lint on “t”, though the suite passed before the push."
        " It was merged after a change of a.py."
    )


@given(st.text(max_size=80))
def test_who_is_quoted_can_neither_end_the_quotation_nor_the_line(words):
    for said in (closed_text("t”", words), convention_text("a.py”", words)):
        _, _, quoted = said.partition(": “")
        assert quoted.index("”") == len(quoted) - 1
        assert "\n" not in said


def test_the_numbers_of_what_was_recalled_are_one_sentence():
    assert recalled_sentence((3, 7)) == "lessons recalled: 3, 7"
    assert recalled_sentence(()) == ""
