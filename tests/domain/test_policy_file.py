"""`.github/evolve.yml`, read strictly."""

from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.policy import (
    Admission,
    LearnPolicy,
    Policy,
    PolicyError,
    RunPolicy,
    StalePolicy,
    Switch,
)
from bot.domain.policy_file import read_policy
from bot.kernel.merge_gate import MergePolicy
from bot.kernel.values import Usd

FULL = """\
# everything that can be said
merge: bot
open_prs: 2
max_lines: 120
protected:
  - src/auth/**
  - "*.sql"
bots: [49699333]
test:
  command: npm test -- --reporter=junit
  report: reports/junit.xml
  seconds: 90.5
  globs: ["spec/**"]
  setup: npm ci
  setup_seconds: 300
proof:
  mutants: 5
models:
  triage: claude-haiku-5-5
  plan: claude-opus-5-5
  implement: claude-opus-5-5
  escalate: none
  review: claude-sonnet-5-5
  turns: 12
budget:
  call: 0.25
  change: $1.50
propose:
  max_open: 0
  admit: bot
stale:
  remind: 3
  close: 0
run:
  max_changes: 0
  budget: 1.25
learn:
  tune: off
"""


def test_a_missing_or_empty_file_means_the_defaults():
    for text in (None, "", "\n# nothing yet\n", "---\n", "budget:\n"):
        assert read_policy(text) == Policy()


def test_everything_that_can_be_said_is_read():
    policy = read_policy(FULL)
    assert isinstance(policy, Policy)
    assert policy.merge is MergePolicy.BOT
    assert policy.open_prs == 2
    assert policy.max_lines == 120
    assert policy.protected == ("src/auth/**", "*.sql")
    assert policy.bots == frozenset({49699333})
    assert policy.test.command == "npm test -- --reporter=junit"
    assert policy.test.report == "reports/junit.xml"
    assert policy.test.seconds == 90.5
    assert policy.test.globs == ("spec/**",)
    assert policy.test.setup == "npm ci"
    assert policy.test.setup_seconds == 300
    assert policy.proof.mutants == 5
    assert policy.models.plan == "claude-opus-5-5"
    assert policy.models.implement == "claude-opus-5-5"
    assert policy.models.escalate == "none"
    assert policy.models.review == "claude-sonnet-5-5"
    assert policy.models.turns == 12
    assert policy.budget.call == Usd.of("0.25")
    assert policy.budget.change == Usd.of("1.50")
    assert policy.propose.max_open == 0
    assert policy.propose.admit is Admission.BOT
    assert policy.stale == StalePolicy(remind=3, close=0)
    assert policy.run == RunPolicy(max_changes=0, budget=Usd.of("1.25"))
    assert policy.learn == LearnPolicy(Switch.OFF)


def test_the_example_differs_from_the_default_in_every_key_but_one():
    """So that a reader which forgets a key fails the test above."""

    def leaves(value, name=""):
        for field in fields(value):
            part = getattr(value, field.name)
            if is_dataclass(part) and not isinstance(part, Usd):
                yield from leaves(part, f"{name}{field.name}.")
            else:
                yield f"{name}{field.name}", part

    full, default = dict(leaves(read_policy(FULL))), dict(leaves(Policy()))
    assert [name for name in default if full[name] == default[name]] == ["models.triage"]


def test_a_command_that_is_not_there_differs_from_the_default_written_out():
    default = Policy().test.suite
    written = read_policy(f"test:\n  command: {default}\n")
    assert isinstance(written, Policy)
    assert written.test.command == default
    assert Policy().test.command is None


MISTAKES = {
    "unknown key": ("merge: human\nmax_line: 9\n", 2, "did you mean `max_lines`?"),
    "unknown key in a section": ("test:\n  comand: x\n", 2, "in `test`; did you mean `command`?"),
    "far from any key": ("zebra: 1\n", 1, "known are `merge`"),
    "dash for underscore": ("open-prs: 1\n", 1, "did you mean `open_prs`?"),
    "too many lines": ("max_lines: 401\n", 1, "`max_lines`: must be 1 to 400, not 401"),
    "no lines": ("max_lines: 0\n", 1, "must be 1 to 400"),
    "a word for a number": ("\n\nopen_prs: three\n", 3, "write a whole number, not `three`"),
    "a quoted number": ('open_prs: "3"\n', 1, "write a whole number"),
    "a float": ("max_lines: 5.5\n", 1, "write a whole number"),
    "a list for a value": ("merge: [bot]\n", 1, "write a single value"),
    "unknown word": ("merge: yes\n", 1, "write human or bot, not `yes`"),
    "no dollars": ("budget:\n  call: 0\n", 2, "`budget.call`: must be more than $0"),
    "euros": ("budget:\n  call: 5 EUR\n", 2, "write dollars such as"),
    "slipped point": ("budget:\n  change: 2000\n", 2, "at most $1,000.00"),
    "negative": ("budget:\n  call: -1\n", 2, "write dollars"),
    "not a number": ("budget:\n  call: .nan\n", 2, "write dollars"),
    "unpriced model": ("models:\n  implement: gpt-9\n", 2, "no price is known for `gpt-9`"),
    "a name for an id": ("bots: [dependabot]\n", 1, "write the numeric user id"),
    "one for many": ("protected: src/**\n", 1, "`protected`: write a list"),
    "escape": ("test:\n  report: ../x.xml\n", 2, "inside the repository"),
    "absolute": ("protected:\n  - a\n  - /etc/**\n", 3, "inside the repository"),
    "exception": ("protected: ['!src']\n", 1, "exceptions are not possible"),
    "no command": ("test:\n  command:\n", 2, "`test.command`: write a shell command"),
    "endless": ("test:\n  seconds: 1e9\n", 2, "write a number of seconds"),
    "too long": ("test:\n  seconds: 3601\n", 2, "1 to 3600 seconds"),
    "twice": ("merge: human\nmerge: bot\n", 2, "twice, first on line 1"),
    "alias": ("a: &x [1]\nb: *x\n", 1, "anchors"),
    "tag": ("merge: !!python/object/apply:os.system [id]\n", 1, "tags are not allowed"),
    "two documents": ("merge: bot\n---\nmerge: human\n", 2, "second document"),
    "a list": ("- merge\n", 1, "the file must be a section"),
    "a section that is a word": ("budget: 5\n", 1, "`budget` must be a section"),
    "broken": ("merge: [\n", 2, ""),
    "tab": ("test:\n\tcommand: x\n", 2, "cannot start any token"),
    "control character": ("merge: human\nx: \x07\n", 2, "a character that YAML does not allow"),
    "too deep": ("merge: " + "[" * 30_000, 1, "nested too deeply"),
    "too large": ("# " + "x" * 66_000, 1, "larger than 64 KiB"),
    "key that is a list": ("? [a]\n: b\n", 1, "a key must be a plain word"),
}


@pytest.mark.parametrize(("text", "line", "reason"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_its_line(text, line, reason):
    error = read_policy(text)
    assert isinstance(error, PolicyError)
    assert error.line == line
    assert reason in error.reason


def test_an_alias_bomb_is_refused_before_it_is_built():
    bomb = "a: &a [x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)},*{chr(97 + i)}]\n" for i in range(24)
    )
    assert read_policy(bomb) == PolicyError(
        1, "anchors (&name) are not allowed here: write the value out"
    )


@given(st.text(max_size=200))
def test_no_text_raises(text):
    read_policy(text)


KEYS = st.sampled_from(["merge", "max_lines", "test", "budget", "call", "bots", "models", "x"])
WORDS = st.sampled_from(["bot", "5", '"5"', "$2", "[", "]", "null", "- a", "{}", "1e400", "0x1f"])


@given(st.lists(st.tuples(st.sampled_from(["", "  "]), KEYS, WORDS), max_size=6))
def test_no_arrangement_of_keys_raises(lines):
    result = read_policy("".join(f"{indent}{key}: {word}\n" for indent, key, word in lines))
    if isinstance(result, Policy):
        assert 1 <= result.max_lines <= 400
        assert Usd() < result.budget.call <= Usd.of(1000)
