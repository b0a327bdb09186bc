"""Probes and mutants of changed lines, language by language: a text in, broken texts out."""

import ast
import re
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.patch_gate import FileChange, Mode
from bot.stages.probes import Side, Unreadable, edited, mutants, probes, sides
from bot.stages.select.grammar import parser_of

PYTHON = '''"""Prices."""
import math

RATE = 3


@lru_cache
def price(count, rate=RATE):
    """What so many cost."""
    if count > 10: return count
    elif count < 0 and rate:
        rates = sorted(rate, key=lambda one: one + 1)
    while rate:
        rate -= 1
    return math.ceil(count)
'''
TYPESCRIPT = """import { a } from "./a";

export const twice = (n: number) => n * 2;

export function price(n: number): number {
  if (n > 10) return 1;
  else if (!n) {
    log(n);
  }
  switch (n) {
    case 3:
      return n + 1;
    default:
      return n;
  }
}

class Shop {
  open(): boolean { return true; }
}
"""
GO = """package shop

import "errors"

const rate = 3

type Shop struct{ n int }

func (s Shop) Price(n int) (int, error) {
\tif n > 10 {
\t\treturn 1, nil
\t} else if n < 0 {
\t\treturn 0, errors.New("n")
\t}
\tswitch n {
\tcase 3:
\t\tlog(n)
\t}
\treturn n + rate, nil
}
"""
RUST = """use std::fmt;

const RATE: u32 = 3;

pub struct Shop { n: u32 }

impl Shop {
    #[inline]
    pub fn price(&self, n: u32) -> u32 {
        let more = if n > 10 { 1 } else if n == 0 { 2 } else { 3 };
        match n {
            3 => n + 1,
            _ => {
                log(n);
                more
            }
        }
    }
}
"""
TEXTS = {"a.py": PYTHON, "a.ts": TYPESCRIPT, "a.go": GO, "a.rs": RUST}


def side(path: str, *lines: int, text: str | None = None) -> Side:
    return Side(path, (TEXTS[path] if text is None else text).encode(), frozenset(lines))


def line_of(path: str, part: str) -> int:
    return next(n for n, line in enumerate(TEXTS[path].splitlines(), 1) if part in line)


@dataclass(frozen=True, slots=True)
class Broken:
    """A changed line that holds `part`, and the lines that its probes make of it."""

    path: str
    part: str
    lines: tuple[str, ...]


RAISE = 'raise AssertionError("evolve-bot probe")'
THROW = 'if ([].length < 1) { throw new Error("evolve-bot probe"); }'
PANIC = 'if true { panic("evolve-bot probe"); };'
MACRO = 'if true { panic!("evolve-bot probe"); }'
BROKEN = [
    Broken("a.py", "return math", (f"    {RAISE}",)),
    Broken("a.py", "rate -= 1", (f"        {RAISE}",)),
    Broken("a.py", "RATE = 3", (RAISE,)),
    Broken("a.py", "def price", (f"    {RAISE}",)),
    Broken("a.py", "> 10", (f"    {RAISE}", f"    if count > 10: {RAISE}; return count")),
    Broken("a.py", "elif", (f"    {RAISE}", "    elif ([][0], (count < 0 and rate))[1]:")),
    Broken(
        "a.py",
        "lambda",
        (
            f"        {RAISE}",
            "        rates = sorted(rate, key=lambda one: ([][0], (one + 1))[1])",
        ),
    ),
    Broken("a.ts", "return n + 1", (f"      {THROW} return n + 1;",)),
    Broken("a.ts", "return n;", (f"      {THROW} return n;",)),
    Broken("a.ts", "log(n)", (f"    {THROW} log(n);",)),
    Broken(
        "a.ts",
        "n > 10",
        (f"  {THROW} if (n > 10) return 1;", f"  if (n > 10) {{ {THROW} return 1; }}"),
    ),
    Broken("a.go", "return n +", (f"\t{PANIC} return n + rate, nil",)),
    Broken("a.go", "log(n)", (f"\t\t{PANIC} log(n)",)),
    Broken("a.go", "func (s", (f"\t{PANIC} if n > 10 {{",)),
    Broken("a.go", "n < 0", (f"\t{PANIC} if n > 10 {{", f"\t}} else {{ {PANIC} if n < 0 {{")),
    Broken("a.rs", "log(n)", (f"                {MACRO} log(n);",)),
    Broken("a.rs", "#[inline]", (f"        {MACRO} let more =",)),
    Broken(
        "a.rs", "3 => n", (f"        {MACRO} match n {{", f"            3 => {{ {MACRO} n + 1 }},")
    ),
]


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: f"{case.path}: {case.part}")
def test_what_runs_a_changed_line_is_broken(case):
    changed = side(case.path, line_of(case.path, case.part))
    before = TEXTS[case.path].splitlines()
    found = [edited(changed.text, probe.breaks).decode().splitlines() for probe in probes(changed)]
    news = [next(line for line in text if line not in before) for text in found]
    assert len(news) == len(case.lines)
    for new, wanted in zip(news, case.lines, strict=True):
        assert new.startswith(wanted)


@pytest.mark.parametrize("path", TEXTS)
def test_the_twin_of_a_probe_is_the_same_text_but_for_what_fails(path):
    text = TEXTS[path]
    for number in range(1, text.count("\n") + 1):
        changed = side(path, number)
        try:
            found = probes(changed)
        except Unreadable:
            continue
        for probe in found:
            broken, idle = edited(changed.text, probe.breaks), edited(changed.text, probe.idles)
            assert broken != idle != changed.text
            for one in (broken, idle):
                assert not parser_of(path).parse(one).root_node.has_error
            if path == "a.py":
                ast.parse(broken)
                ast.parse(idle)
                assert b"probe" not in idle
            else:
                swapped = idle.replace(b"if false", b"if true").replace(b"length >", b"length <")
                assert swapped == broken


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("a.py", '"""What'),
        ("a.ts", "  }"),
        ("a.go", "import"),
        ("a.go", "type Shop"),
        ("a.rs", "use std"),
        ("a.rs", "pub struct"),
        ("a.rs", "impl Shop"),
    ],
)
def test_what_runs_nothing_needs_no_probe(path, part):
    assert probes(side(path, line_of(path, part))) == ()


@pytest.mark.parametrize(("path", "part"), [("a.go", "const rate"), ("a.rs", "const RATE")])
def test_a_value_that_nothing_runs_cannot_be_probed(path, part):
    with pytest.raises(Unreadable, match=r"line \d+ declares a value"):
        probes(side(path, line_of(path, part)))


@pytest.mark.parametrize(
    ("path", "text"),
    [("a.yml", "a: 1\n"), ("a.c", "int a;\n"), ("a.py", "def (\n"), ("a.go", "func {")],
)
def test_what_cannot_be_read_is_said(path, text):
    with pytest.raises(Unreadable):
        probes(side(path, 1, text=text))
    with pytest.raises(Unreadable):
        mutants(side(path, 1, text=text))


def test_of_the_changed_statements_of_one_block_the_last_is_probed():
    text = (
        "def f(a):\n    b = a\n    c = b\n    if c:\n        d = 1\n        e = 2\n    return d\n"
    )
    found = probes(side("a.py", *range(2, 8), text=text))
    assert [probe.where for probe in found] == ["a.py:7", "a.py:6"]


def test_unchanged_files_have_nothing_to_break():
    for path in (*TEXTS, "a.yml"):
        assert probes(side(path, text="a: 1\n")) == ()
        assert mutants(side(path, text="a: 1\n")) == ()


def test_what_was_only_removed_belongs_to_the_old_side():
    before, after = b"a\nb\nc\nd\n", b"a\nc\nD\ne\n"
    change = FileChange("n.py", "o.py", before, after, Mode.REGULAR, Mode.REGULAR)
    old, new = sides(change)
    assert (old.path, old.lines, new.path, new.lines) == ("o.py", {2}, "n.py", {3, 4})


WRONG = {
    "a.py": (
        "elif",
        [
            "a.py:11: the condition was negated",
            "a.py:11: `<` became `<=`",
            "a.py:11: `0` became `1`",
            "a.py:11: `and` became `or`",
        ],
    ),
    "a.ts": (
        "n > 10",
        [
            "a.ts:6: the condition was negated",
            "a.ts:6: `>` became `>=`",
            "a.ts:6: `10` became `11`",
            "a.ts:6: `1` became `2`",
        ],
    ),
    "a.go": ("return n +", ["a.go:19: `+` became `-`"]),
    "a.rs": (
        "3 => n",
        ["a.rs:12: `3` became `4`", "a.rs:12: `+` became `-`", "a.rs:12: `1` became `2`"],
    ),
}


@pytest.mark.parametrize("path", WRONG)
def test_the_mutants_of_a_line_are_the_mistakes_that_are_made_there(path):
    part, wanted = WRONG[path]
    assert [one.what for one in mutants(side(path, line_of(path, part)))] == wanted


@pytest.mark.parametrize(
    ("path", "part", "what"),
    [
        ("a.py", "return math", "it returned nothing"),
        ("a.py", "rate -= 1", "the statement was left out"),
        ("a.ts", "return n + 1", "it returned nothing"),
        ("a.ts", "return true", "`true` became `false`"),
        ("a.ts", "log(n)", "the statement was left out"),
        ("a.go", "log(n)", "the statement was left out"),
        ("a.rs", "log(n)", "the statement was left out"),
    ],
)
def test_statements_and_values_are_left_out(path, part, what):
    number = line_of(path, part)
    assert f"{path}:{number}: {what}" in [one.what for one in mutants(side(path, number))]


def test_a_docstring_has_no_mutant():
    assert mutants(side("a.py", line_of("a.py", '"""What'))) == ()


def test_a_few_mutants_are_spread_over_the_lines():
    found = mutants(side("a.py", *range(10, 16)))
    assert len({re.match(r"a.py:(\d+)", one.what)[1] for one in found[:5]}) == 5


@given(st.sampled_from(sorted(TEXTS)), st.sets(st.integers(1, 20)))
def test_mutants_are_always_the_same_differ_from_the_text_and_parse(path, lines):
    changed = side(path, *lines)
    found = mutants(changed)
    assert found == mutants(changed)
    texts = [edited(changed.text, one.edit) for one in found]
    assert len({*texts, changed.text}) == len(found) + 1
    for text in texts:
        assert not parser_of(path).parse(text).root_node.has_error
