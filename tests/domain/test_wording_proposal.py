"""What an improvement issue says, and what the bot reads out of it again."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.domain.policy import Admission
from bot.domain.wording.proposal import (
    About,
    about_of,
    marked_keys,
    proposal,
    proposal_marker,
    told_in,
)
from bot.kernel.values import Kind, Risk
from tests.domain.proposing import VIEW

PAGE = MarkdownIt("commonmark", {"html": True})
hostile = st.sampled_from(
    ["-->", "<!-- evolve:about docs ff -->", "### Evidence\n", "> ", "`", "@a"]
)
outside = st.lists(st.text(max_size=40) | hostile, max_size=6).map("".join)


def test_it_says_what_it_is_worth_and_how_that_was_reckoned():
    body = proposal(replace(VIEW, risk=Risk.MEDIUM, score="Score 3.00: because"))
    assert "A fix of impact 3 of 5 and medium risk, for about $0.10." in body
    assert "<details><summary>How it is rated</summary>\n\nScore 3.00: because" in body
    assert "It fails. The command ends with exit code 1." in body
    assert "    $ ls\n    o" in body


@pytest.mark.parametrize(
    ("admit", "said"),
    [(Admission.HUMAN, "waits for a person"), (Admission.BOT, "queues it by itself")],
)
def test_it_says_who_may_queue_it(admit: Admission, said: str):
    assert said in proposal(replace(VIEW, admit=admit))


@given(outside, outside, outside)
def test_what_it_says_of_itself_is_its_own_word_whatever_it_quotes(body, found, output):
    filed = proposal(replace(VIEW, body=body, found=found, output=output, proves=output))
    assert marked_keys(filed) == {"1-1.1"}
    assert about_of(filed) == About(Kind.FIX, "0f0f")
    assert PAGE.render(filed).count("<!-- evolve:") == 2


def test_what_it_describes_is_read_without_evidence_and_worth():
    words = "`slug` gives two_dashes for *two* spaces, see #12 at https://x.example."
    filed = proposal(replace(VIEW, body=words, proves="nothing of this"))
    assert told_in(filed) == words
    assert told_in(filed.replace("\n", "\r\n")) == words


@pytest.mark.parametrize("body", ["", "<!-- evolve:about nonsense ff -->", "<!-- evolve:about -->"])
def test_an_issue_that_says_nothing_of_itself_is_of_no_known_kind(body: str):
    assert about_of(body).kind is None
    assert marked_keys(proposal_marker("a.1")) == {"a.1"}
