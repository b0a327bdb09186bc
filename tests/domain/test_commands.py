"""What a comment asks for."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commands import (
    VERBS,
    Approve,
    Command,
    Continue,
    Evolve,
    Pause,
    Plan,
    Resume,
    Retry,
    Status,
    Stop,
    Unknown,
    read_command,
)
from bot.kernel.values import Sha, Usd

NO_ARGUMENT: dict[str, Command] = {
    "": Evolve(),
    "plan": Plan(),
    "stop": Stop(),
    "retry": Retry(),
    "status": Status(),
    "approve": Approve(),
    "pause": Pause(),
    "resume": Resume(),
}


@pytest.mark.parametrize(("verb", "command"), NO_ARGUMENT.items())
def test_each_verb_is_its_command_in_any_case(verb, command):
    assert read_command(f"/evolve {verb}") == command
    assert read_command(f"  /EVOLVE\u00a0{verb.upper()}  \r\nthanks!") == command


def test_every_verb_is_tested():
    assert set(VERBS) == set(NO_ARGUMENT) - {""} | {"continue"}


@pytest.mark.parametrize(
    ("text", "dollars"), [("$2", "2"), ("2", "2"), ("$2.50", "2.50"), ("$0.05", "0.05")]
)
def test_continue_reads_an_amount_in_dollars(text, dollars):
    assert read_command(f"/evolve continue {text}") == Continue(Usd.of(dollars))


@pytest.mark.parametrize("text", ["", "$0", "0.00", "-2", "$10000", "2e3", "٣", "$2 $3", "two"])
def test_continue_without_a_sensible_amount_is_unknown(text):
    assert read_command(f"/evolve continue {text}") == Unknown(f"continue {text}".strip())


def test_the_first_line_of_a_later_paragraph_counts():
    assert read_command("Looks good to me.\n\n/evolve approve\nas discussed") == Approve()


def test_a_command_in_the_middle_of_a_paragraph_does_not_count():
    assert read_command("I would rather not say\n/evolve approve") is None


def test_the_first_command_wins():
    assert read_command("/evolve stop\n\n/evolve approve") == Stop()


def test_a_mail_signature_does_not_hide_a_command():
    assert read_command("/evolve stop\n--\nsent from a train") == Stop()


def test_what_can_only_stop_work_is_read_generously():
    assert read_command("/evolve stop it, please!") == Stop()
    assert read_command("/evolve pause until Monday") == Pause()


@pytest.mark.parametrize("verb", ["approve", "retry", "resume", "plan", "status", "merge"])
def test_what_starts_work_is_read_strictly(verb):
    assert read_command(f"/evolve {verb} nothing before review") == Unknown(
        f"{verb} nothing before review"
    )


HIDDEN = {
    "quote": "> /evolve approve",
    "lazy quote": "> as you said\n/evolve approve",
    "fence": "```\n/evolve approve\n```",
    "tilde fence": "~~~sh\n\n/evolve approve\n\n~~~",
    "unclosed fence": "```\n\n/evolve approve",
    "indented code": "    /evolve approve",
    "inline code": "`/evolve approve`",
    "HTML comment": "<!-- note\n\n/evolve approve\n-->",
    "unclosed HTML comment": "<!--\n\n/evolve approve",
    "HTML block": "<details>\n/evolve approve\n</details>",
    "pre": "<pre>\n\n/evolve approve\n\n</pre>",
    "list": "- /evolve approve",
    "heading": "# /evolve approve",
    "strong": "**/evolve approve**",
    "later on a line": "please /evolve approve",
    "another word": "/evolved approve",
    "a path": "/evolve/approve",
    "nothing": "",
}


@pytest.mark.parametrize("body", HIDDEN.values(), ids=HIDDEN)
def test_text_that_is_not_plainly_a_command_is_none(body):
    assert read_command(body) is None


def test_words_inside_an_html_comment_are_not_read():
    assert read_command("/evolve <!-- approve -->") == Evolve()
    assert read_command("/evolve <!-- a --> approve") == Evolve()


def test_an_unknown_word_is_shortened():
    assert read_command("/evolve " + "x" * 500) == Unknown("x" * 60)


@given(
    st.text(alphabet=st.sampled_from("/evolve aprst$20.`<!->\n \t#*~\\\u200b\x00"), max_size=200)
)
def test_no_text_raises(body):
    read_command(body)


@given(st.text(max_size=300), st.sampled_from(sorted(NO_ARGUMENT)))
def test_quoting_any_comment_commands_nothing(text, verb):
    body = f"/evolve {verb}\n{text}"
    quoted = "\n".join(f"> {line}" for line in body.splitlines())
    assert read_command(quoted) is None


@given(st.text(alphabet=st.characters(exclude_characters="`"), max_size=300))
def test_fencing_any_comment_commands_nothing(text):
    assert read_command(f"```\n/evolve approve\n\n{text}\n```") is None


@given(st.integers(min_value=1, max_value=999_999))
def test_every_amount_of_cents_is_read_exactly(cents):
    text = f"${cents // 100}.{cents % 100:02}"
    assert read_command(f"/evolve continue {text}") == Continue(Usd(cents * 10_000_000))


@pytest.mark.parametrize("unit", ["> ", "- ", "[", "<!--", "`", "* a\n", "/evolve x\n\n<!-- "])
def test_the_largest_comment_is_read_in_seconds(unit):
    begun = time.process_time()
    read_command(unit * (65_536 // len(unit)))
    assert time.process_time() - begun < 5


@given(st.text("0123456789abcdef", min_size=40, max_size=40), st.integers(0, 40))
def test_an_approval_names_a_commit_by_twelve_of_its_first_digits_or_more(head: str, digits: int):
    assert Approve(head[:digits]).names(Sha(head)) == (digits >= 12)
    other = f"{int(head, 16) ^ 1:040x}"
    assert not Approve(other).names(Sha(head))
