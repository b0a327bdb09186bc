"""The risk is the highest of all that is seen and said, and nothing that is added lowers it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.risk.assess import assess
from bot.domain.risk.reasons import Assessment, Reason, Sign, said
from bot.kernel.values import Risk
from tests.domain.risky import assessed, change, of

LOW, MEDIUM, HIGH, BREAKING = Risk
NO_TESTS: frozenset[str] = frozenset()

MOVED = {
    "a.py": ("def f(a):\n    return a.lock\n\n\n", "class B:\n    password = 1\n\n\n"),
    "a.go": ("func F(a int) {\n\tgo run()\n}\n\n", "type T struct {\n\tToken int\n}\n\n"),
    "a.rs": ("pub fn f(a: u8) {\n    lock();\n}\n\n", "#[derive(Debug)]\npub struct T;\n\n"),
    "a.ts": (
        "export function f(a: X) {\n  await a;\n}\n\n",
        "export class T {\n  login() {}\n}\n\n",
    ),
}


@pytest.mark.parametrize("path", MOVED)
def test_moving_code_unchanged_within_a_file_is_low(path):
    one, other = MOVED[path]
    head = "package a\n\n" if path.endswith("go") else "\n"
    assert assessed(path, head + one + other, head + other + one) == Assessment()


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", "\n\ndef _g(a):\n    return a\n"),
        ("a.go", "\n\nfunc g(a int) int {\n\treturn a\n}\n"),
        ("a.rs", "\n\nfn g(a: u8) -> u8 {\n    a\n}\n"),
        ("a.ts", "\n\nfunction g(a: number) {\n  return a;\n}\n"),
        ("A.java", "\n\n  private int g(int a) {\n    return a;\n  }\n"),
    ],
)
def test_a_private_function_more_is_low(path, line):
    before = "".join(MOVED.get(path, ("x\n",)))
    assert assessed(path, before, before + line) == Assessment()


def test_a_statement_that_changes_its_place_did_change():
    before = "def f():\n    check_password()\n    read()\n    go_on()\n"
    after = "def f():\n    read()\n    go_on()\n    check_password()\n"
    assert assessed("a.py", before, after).risk is HIGH


def test_a_removed_file_is_high_and_removed_prose_medium():
    assert assessed("scripts/a.py", "x = 1\n", None).risk is HIGH
    assert assessed("README.md", "x\n", None).risk is MEDIUM
    gone = (change("tests/test_a.py", "def test_a(): ...\n", None),)
    seen = assess(gone, frozenset({"tests/test_a.py"}))
    assert [(one.risk, one.detail) for one in seen.reasons] == [(HIGH, "a test file is removed")]


@pytest.mark.parametrize(("lines", "risk"), [(100, LOW), (101, MEDIUM), (250, MEDIUM), (251, HIGH)])
def test_many_lines_are_hard_to_read(lines, risk):
    added = "".join(f"x{n} = {n}\n" for n in range(lines))
    assert assessed("a.py", "", added).risk is risk


@pytest.mark.parametrize(("files", "risk"), [(5, LOW), (6, MEDIUM), (16, HIGH)])
def test_many_files_are_hard_to_read(files, risk):
    changes = tuple(change(f"a{n}.py", "x = 1\n", "x = 2\n") for n in range(files))
    assert assess(changes, NO_TESTS).risk is risk


@pytest.mark.parametrize(("lines", "risk"), [(30, LOW), (31, MEDIUM), (101, HIGH)])
def test_lines_that_nothing_replaces_are_a_deletion(lines, risk):
    before = "def f():\n" + "".join(f"    a({n})\n" for n in range(lines + 1))
    deleted = of(assessed("a.py", before, "def f():\n    a(0)\n"), Sign.DELETION)
    assert max((one[0] for one in deleted), default=LOW) is risk


def test_what_is_no_text_is_high():
    assert assessed("a.bin", "a\0b", "a\0c").risk is HIGH


def test_the_word_of_the_model_and_of_triage_count_unless_they_say_low():
    words = (*said("triage", HIGH), *said("the author", LOW))
    seen = assess((change("a.py", "x = 1\n", "x = 2\n"),), NO_TESTS, said=words)
    assert seen.reasons == (Reason(Sign.SAID, HIGH, "triage rates it high"),)


def test_the_gravest_reason_comes_first():
    text = "password = 1\ndef f(): ...\n"
    risks = [one.risk for one in assessed("a.py", text, "").reasons]
    assert risks == sorted(risks, reverse=True)
    assert risks[0] is BREAKING


LINES = st.sampled_from(
    [
        "def f(a): ...",
        "def f(a, b): ...",
        "export function f(a) {}",
        "func F() {}",
        "pub fn f() {}",
        "public void f() {",
        "self.lock()",
        "password = 1",
        "x = 1",
        "",
    ]
)
TEXTS = st.none() | st.lists(LINES, max_size=6).map(lambda lines: "\n".join(lines))
NAMES = st.sampled_from(["a.py", "a.js", "a.go", "a.rs", "A.java", "uv.lock", "a.sql", "b.md"])


@st.composite
def diffs(draw):
    """Files in folders of their own: two files of one Go package are one module, told elsewhere."""
    many = draw(st.lists(st.tuples(NAMES, TEXTS, TEXTS), max_size=6))
    return tuple(change(f"d{n}/{name}", old, new) for n, (name, old, new) in enumerate(many))


@given(diffs(), st.sampled_from(Risk))
def test_nothing_that_is_added_lowers_the_risk(changes, word):
    words = said("triage", word)
    whole = assess(changes, NO_TESTS, words)
    for kept in range(len(changes)):
        part = assess(changes[:kept], NO_TESTS, words)
        assert whole.risk >= part.risk
    assert all(whole.risk >= reason.risk for reason in whole.reasons)
    assert whole.risk >= word


@given(st.text(max_size=300), st.text(max_size=300), NAMES)
def test_any_text_can_be_assessed_and_no_change_is_no_risk(before, after, name):
    assert assessed(f"src/{name}", before, after).risk in set(Risk)
    same = change("src/a.py", before, before)
    assert of(assess((same,), NO_TESTS), Sign.API) == []
