"""What counts as evidence, what names it, and how the reports of tools are read."""

from dataclasses import replace
from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.proposing.evidence import (
    Evidence,
    FailingSnippet,
    Found,
    Lint,
    SlowSnippet,
    SlowTest,
    Todo,
    Uncovered,
    found_line,
    identity,
    paths_of,
    shown_command,
)
from bot.domain.proposing.reports import (
    PYTHON,
    any_measured,
    linters,
    read_lint,
    read_notes,
    read_uncovered,
)
from bot.domain.proposing.seeing import Look, NotReproduced, Reproduced, judge, see

TODO = Todo("a.py", 3, "TODO: mend", "0" * 40, datetime(2024, 2, 1, tzinfo=UTC))
LINT = Lint("ruff", "a.py", 7, "F401", "`os` imported but unused", "ruff check .")
UNCOVERED = Uncovered("a.py", "A.f", 4, 9, whole=True)
SLOW = SlowTest("tests::test_slow", 2.0)
KINDS: tuple[Evidence, ...] = (
    *(TODO, LINT, UNCOVERED, SLOW),
    *(SlowSnippet("python3 x.py", 2.0), FailingSnippet("python3 y.py")),
)
FAILS = FailingSnippet("python3 -c 'import a; a.f()'")

words = st.text(max_size=40)
lines = st.integers(1, 9_999)
evidence = st.one_of(
    st.builds(Todo, words, lines, words),
    st.builds(Lint, words, words, lines, words, words, words),
    st.builds(Uncovered, words, words, lines, lines, st.booleans()),
    st.builds(SlowTest, words, st.floats(0, 1e6)),
    st.builds(SlowSnippet, words, st.floats(0, 1e6)),
    st.builds(FailingSnippet, words),
)
looks = st.builds(Look, st.integers(-1, 255), st.text(max_size=200), st.tuples(st.floats(0, 99)))


def test_two_looks_that_show_the_same_reproduce_it():
    first = Look(1, "Traceback at 0x7f01\nValueError: bad row 12 after 0.31 s\n")
    second = Look(1, "Traceback at 0x7fff\nValueError: bad row 13 after 0.29 s\n")
    verdict = judge(FAILS, (first, second), Look(1, "ModuleNotFoundError: a\n"))
    assert isinstance(verdict, Reproduced)
    assert verdict.exit_code == 1
    assert verdict.shown == second.output


def test_looks_that_differ_in_more_than_numbers_do_not():
    other = Look(1, "KeyError: 'row'\n")
    verdict = judge(FAILS, (Look(1, "ValueError: bad\n"), other), None)
    assert verdict == NotReproduced("two runs in clean checkouts do not print the same")


def test_what_passes_at_the_second_look_does_not():
    verdict = judge(FAILS, (Look(1, "ValueError: bad\n"), Look(0, "")), None)
    assert isinstance(verdict, NotReproduced)
    assert "the second time" in verdict.reason


def test_what_fails_alike_without_the_code_does_not():
    broken = Look(3, "broken\n")
    assert isinstance(judge(FAILS, (broken, broken), broken), NotReproduced)


def test_what_is_slow_without_the_code_is_no_evidence_however_it_ends_there():
    snippet, slow = SlowSnippet("sleep 2; ls a.py", 2.0), Look(0, "a.py\n", (2.1, 2.0, 2.2))
    alone = Look(2, "ls: no such file\n", (2.1, 2.0, 2.2))
    assert isinstance(judge(snippet, (slow, slow), alone), NotReproduced)
    fast = replace(alone, seconds=(0.1, 0.1, 0.1))
    verdict = judge(snippet, (slow, slow), fast)
    assert isinstance(verdict, Reproduced)
    assert "Timed 6 times in clean checkouts: median 2.10 s, from 2.00 s to 2.20 s" in verdict.note


def test_one_slow_run_among_fast_ones_is_not_slow():
    assert isinstance(see(SlowSnippet("x", 2.0), Look(0, "", (9.0, 0.1, 0.1))), NotReproduced)


@given(evidence, st.lists(looks, min_size=2, max_size=2), st.none() | looks)
def test_every_look_at_every_kind_comes_to_a_verdict(one, two, without):
    verdict = judge(one, two, without)
    assert isinstance(verdict, Reproduced | NotReproduced)
    if isinstance(one, FailingSnippet) and two[1].exit_code == 0:
        assert isinstance(verdict, NotReproduced), "what does not fail is never told"


@given(evidence)
def test_each_is_named_shown_and_told_in_one_line(one):
    assert identity(one) == identity(one)
    assert isinstance(shown_command(one, "make test"), str)
    assert set(paths_of(one)) <= {getattr(one, "path", None)}
    if isinstance(one, Found):
        assert "\n" not in found_line(one)


def test_evidence_keeps_its_name_when_lines_above_it_change():
    assert identity(TODO) == identity(replace(TODO, line=90, commit="", since=None))
    assert identity(LINT) == identity(replace(LINT, line=1, command="other"))
    assert identity(UNCOVERED) == identity(replace(UNCOVERED, first=1, last=2))
    assert identity(SLOW) == identity(replace(SLOW, seconds=9.0))
    assert len({identity(one) for one in KINDS}) == len(KINDS)


@pytest.mark.parametrize(
    ("tool", "output", "found"),
    [
        ("ruff", "a.py:7:1: F401 [*] `os` unused\nFound 1 error.\n", ("a.py", 7, "F401")),
        ("flake8", "./a.py:7:1: E501 line too long\n", ("a.py", 7, "E501")),
        (
            PYTHON,
            "*** Error compiling './a.py'...\n  File \"./a.py\", line 7\n    x = (\n        ^\n"
            "SyntaxError: '(' was never closed\n",
            ("a.py", 7, "SyntaxError"),
        ),
        (
            PYTHON,
            "*** Sorry: IndentationError: x (a.py, line 1)\n",
            None,
        ),
        (
            "eslint",
            '[{"filePath":"/work/a.js","messages":[{"line":7,"ruleId":"eqeqeq","message":"m"}]}]',
            ("a.js", 7, "eqeqeq"),
        ),
        ("eslint", '[{"filePath":7,"messages":[{"line":"x"}]},3]', None),
        ("eslint", "Oops! Something went wrong!", None),
        ("ruff", "error: Failed to parse\n", None),
    ],
)
def test_reports_of_linters_are_read_line_by_line(tool, output, found):
    read = read_lint(tool, "c", output)
    assert [(one.path, one.line, one.rule) for one in read] == ([found] if found else [])


@given(st.sampled_from(["ruff", "flake8", "eslint", PYTHON]), st.text(max_size=300))
def test_no_report_whatever_breaks_the_readers(tool, output):
    read_lint(tool, "c", output)
    read_notes(output)
    read_uncovered(output)
    any_measured(output)


def test_only_linters_that_the_repository_configures_are_tried():
    def tools(files: dict[str, str], python: bool = False) -> list[str]:
        return [one.tool for one in linters(files, python)]

    assert tools({}) == []
    assert tools({"pyproject.toml": "[project]\n"}, python=True) == [PYTHON]
    assert tools({"pyproject.toml": "[tool.ruff]\n"}, python=True) == ["ruff", PYTHON]
    assert tools({"setup.cfg": "[flake8]\n", "eslint.config.mjs": ""}) == ["flake8", "eslint"]


def test_notes_are_read_from_what_grep_prints():
    told = "./a b.py:3:x = 1  # TODO(ada): mend `$(id)`\nBinary file x matches\nno:line:TODO\n"
    assert read_notes(told) == (Todo("a b.py", 3, "TODO(ada): mend `$(id)`"),)


def test_a_report_of_the_probe_is_read_field_by_field():
    good = "uncovered\ta.py\tA.f\t4\t9\twhole\n"
    bad = "uncovered\ta.py\tA.f\tx\t9\twhole\nuncovered\ta.py\n\nmeasured 3\n"
    assert read_uncovered(good + bad) == (UNCOVERED,)
    assert any_measured(good + bad)
    assert not any_measured("measured 0\n")


@pytest.mark.parametrize("run", ["a", "a ", ":", ": ", "a:1:", 'File "', "\t"])
def test_a_report_of_one_endless_line_is_read_in_no_time(run: str):
    """A linter runs what the repository configures, and may print megabytes."""
    begun = process_time()
    for tool in ("ruff", "python"):
        read_lint(tool, "c", run * (100_000 // len(run)))
    assert process_time() - begun < 2


def test_a_finding_is_read_wherever_its_line_begins():
    said = "warning: x\n  src/a b.py:3:1: E1 too long\nerror: src/c.py:4:22: F401 unused"
    places = [(one.path, one.line, one.rule) for one in read_lint("ruff", "c", said)]
    assert places == [("src/a b.py", 3, "E1"), ("src/c.py", 4, "F401")]
