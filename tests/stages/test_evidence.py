"""Evidence is found by machines, and seen again in clean checkouts before anybody is told."""

from collections.abc import Mapping

import pytest

from bot.cli.demo.sample import FILES
from bot.domain.proposing.evidence import (
    Evidence,
    FailingSnippet,
    Lint,
    SlowSnippet,
    SlowTest,
    Todo,
    Uncovered,
    todo_command,
)
from bot.domain.proposing.seeing import SHOWN_CHARS, Look, NotReproduced, Reproduced, Verdict
from bot.stages.propose import Ground, gather, reproduce
from tests.adapters.sandboxes import needs_sandbox
from tests.stages.lab import TEST_POLICY, Workshop, suite_of

pytestmark = [pytest.mark.sandbox, needs_sandbox]

SLUGS = (
    FILES["shelf/slugs.py"]
    + '''

def unslug(text):
    """The title again."""
    # TODO: umlauts are lost
    words = [word.capitalize() for word in text.split("-")]
    if not words:
        return ""
    return " ".join(words)


DIGITS = "\\d"
'''
)
SLOW = (
    FILES["tests/test_slugs.py"]
    + """

def test_that_takes_its_time():
    __import__("time").sleep(1.1)
"""
)
COMMAND = 'python3 -c \'from shelf.slugs import slug; assert slug("a  b") == "a-b", slug("a  b")\''


def ground(shop: Workshop, changes: Mapping[str, str] | None = None, **how: object) -> Ground:
    policy = suite_of(str(how["command"])) if "command" in how else TEST_POLICY
    return Ground(shop.lab(policy), shop.commit(changes), shop.said.append)


def shown(shop: Workshop, evidence: Evidence, changes: Mapping[str, str] | None = None) -> Verdict:
    return reproduce(ground(shop, changes), evidence)


def test_machines_find_notes_lint_slow_tests_and_what_no_test_runs(shop: Workshop):
    found = gather(ground(shop, {"shelf/slugs.py": SLUGS, "tests/test_slugs.py": SLOW})).found
    note, lint, slow, unslug, *rest = found
    assert isinstance(note, Todo)
    assert (note.path, note.line, note.text) == ("shelf/slugs.py", 11, "TODO: umlauts are lost")
    assert len(note.commit) == 40
    assert note.since is not None
    assert isinstance(lint, Lint)
    assert (lint.tool, lint.path, lint.line) == ("python", "shelf/slugs.py", 18)
    assert isinstance(slow, SlowTest)
    assert slow.test == "test_slugs::test_that_takes_its_time"
    assert 1.0 < slow.seconds < 5.0
    assert unslug == Uncovered("shelf/slugs.py", "unslug", 12, 15, whole=True)
    assert all(isinstance(one, Uncovered) and not one.whole for one in rest)


def test_what_cannot_be_measured_is_said_and_not_made_up(shop: Workshop):
    red = gather(ground(shop, command="exit 3"))
    assert red.found == ()
    assert "exit code 3" in red.notes[-1]

    blind = gather(ground(shop, {"ruff.toml": "line-length = 9\n"}, command="true"))
    assert blind.found == ()
    assert [note.partition(":")[0] for note in blind.notes] == [
        "ruff is configured, but it is not installed here",
        "the suite leaves no JUnit report with times, so slow tests are not known",
        "coverage",
    ]


@pytest.mark.parametrize(
    "evidence",
    [
        Todo("shelf/slugs.py", 11, "TODO: umlauts are lost"),
        Uncovered("shelf/slugs.py", "unslug", 12, 15, whole=True),
        SlowTest("test_slugs::test_that_takes_its_time", 1.1),
        FailingSnippet(COMMAND),
    ],
    ids=lambda one: type(one).__name__,
)
def test_every_kind_of_evidence_can_be_seen_again(shop: Workshop, evidence: Evidence):
    slow = {"tests/test_slugs.py": SLOW} if isinstance(evidence, SlowTest) else {}
    verdict = shown(shop, evidence, {"shelf/slugs.py": SLUGS, **slow})
    assert isinstance(verdict, Reproduced), verdict
    assert "clean checkouts" in verdict.note


@pytest.mark.parametrize(
    ("evidence", "why"),
    [
        (Todo("shelf/slugs.py", 1, "TODO: umlauts are lost"), "not there"),
        (Todo("--help", 1, "TODO"), "not there"),
        (Uncovered("shelf/slugs.py", "slug", 6, 6, whole=True), "the suite runs it"),
        (SlowTest("test_slugs::test_a_space_becomes_a_dash", 1.1), "which is below"),
        (SlowTest("test_slugs::no_such_test", 1.1), "could not be timed"),
        (FailingSnippet("true"), "does not fail"),
        (FailingSnippet("no-such-program"), "cannot be run"),
        (FailingSnippet("exit 3"), "prints nothing"),
        (FailingSnippet("echo broken; exit 3"), "the same in an empty directory"),
        (
            FailingSnippet("od -An -tx1 -N64 -v /dev/urandom | tr a-f g-p | tr 0-9 a-j; exit 1"),
            "same",
        ),
        (SlowSnippet("test -d shelf", 1.0), "which is below"),
    ],
)
def test_what_cannot_be_seen_again_is_told_to_nobody(shop: Workshop, evidence: Evidence, why: str):
    verdict = shown(shop, evidence)
    assert isinstance(verdict, NotReproduced)
    assert why in verdict.reason


def test_a_snippet_is_timed_as_often_as_is_asked(shop: Workshop):
    looked = ground(shop).look("test -d shelf && sleep 0.2", times=3)
    assert isinstance(looked, Look)
    assert len(looked.seconds) == 3
    assert all(0.2 < seconds < 2.0 for seconds in looked.seconds)


def test_only_the_end_of_a_long_output_is_kept(shop: Workshop):
    verdict = shown(
        shop, FailingSnippet("test -d shelf && { yes | head -c 99999; echo end; exit 1; }")
    )
    assert isinstance(verdict, Reproduced)
    assert len(verdict.shown) == SHOWN_CHARS
    assert verdict.shown.endswith("end\n")


def test_a_note_that_is_a_command_is_only_a_text(shop: Workshop):
    text = "TODO: '; touch /work/harm; echo $(id) `id` '"
    files = {"shelf/x y.py": f"# {text}\n"}
    assert isinstance(shown(shop, Todo("shelf/x y.py", 1, text), files), Reproduced)
    looked = ground(shop, files).look(f"{todo_command(Todo('shelf/x y.py', 1, text))} ; ls")
    assert isinstance(looked, Look)
    assert "harm" not in looked.output.splitlines()


def test_nothing_of_it_stays_and_nothing_reaches_the_network(shop: Workshop, tmp_path):
    dial = "import socket; socket.create_connection(('127.0.0.1', 80), 1)"
    verdict = shown(shop, FailingSnippet(f'test -d shelf && echo x > left && python3 -c "{dial}"'))
    assert isinstance(verdict, Reproduced)
    assert "refused" in verdict.shown or "unreachable" in verdict.shown
    assert list((tmp_path / "work").iterdir()) == []
