"""What a diff may be."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.patch_gate import (
    FileChange,
    Mode,
    PatchAccepted,
    PatchRefused,
    PatchRules,
    patch_gate,
)
from bot.kernel.values import Kind

FIX = PatchRules(Kind.FIX)


def change(path="src/a.py", before=b"a = 1\n", after=b"a = 2\n", *, old_path=None, modes=None):
    old, new = modes or (
        Mode.ABSENT if before is None else Mode.REGULAR,
        Mode.ABSENT if after is None else Mode.REGULAR,
    )
    return FileChange(path, old_path or path, before, after, old, new)


def rules_broken(*changes, rules=FIX):
    verdict = patch_gate(changes, rules)
    return set() if isinstance(verdict, PatchAccepted) else {b.rule for b in verdict.breaches}


def test_a_small_change_with_its_test_is_accepted():
    test = change("tests/test_a.py", None, b"def test_a():\n    assert 1\n")
    verdict = patch_gate((change(), test), FIX)
    assert verdict == PatchAccepted(2, ("src/a.py", "tests/test_a.py"), ("tests/test_a.py",))


def test_an_empty_diff_is_refused():
    assert rules_broken() == {"empty-diff"}
    assert rules_broken(change(after=b"a = 1\n")) == {"empty-diff"}


@pytest.mark.parametrize(("lines", "accepted"), [(50, True), (51, False)])
def test_fifty_lines_outside_tests_are_accepted_and_one_more_is_not(lines, accepted):
    grown = change(after=b"a = 1\n" + b"b = 1\n" * lines)
    assert (rules_broken(grown) == set()) is accepted
    in_tests = change("tests/data.py", None, b"b = 1\n" * lines)
    assert rules_broken(change(), in_tests) == set()


@pytest.mark.parametrize(("limit", "accepted"), [(400, True), (10_000, True), (-1, False)])
def test_the_limit_may_be_raised_but_never_above_four_hundred(limit, accepted):
    rules = PatchRules(Kind.FIX, max_lines=limit)
    grown = change(after=b"a = 1\n" + b"b = 1\n" * 400)
    assert (rules_broken(grown, rules=rules) == set()) is accepted
    too_much = change(after=b"a = 1\n" + b"b = 1\n" * 401)
    assert "too-large" in rules_broken(too_much, rules=rules)


def test_lines_cannot_be_hidden_in_bare_carriage_returns_or_in_one_long_line():
    assert {"too-large", "invisible-text"} <= rules_broken(change(after=b"b = 1\r" * 60))
    assert rules_broken(change(after=b"b = 1;" * 200)) == {"long-line"}


PROTECTED_PATHS = [
    "bot/kernel/budget.py", "tests/kernel/test_ci.py", ".github/workflows/ci.yml",
    ".github/evolve.yml", ".gitlab-ci.yml", ".circleci/config.yml", "Jenkinsfile", ".ci/run",
    "uv.lock", "sub/package-lock.json", "pyproject.toml", "web/package.json", "Cargo.toml",
    "go.sum", "CODEOWNERS", "docs/CODEOWNERS", "AGENTS.md", "sub/CLAUDE.md", ".cursor/rules/a.mdc",
    ".cursorrules", ".github/copilot-instructions.md", "conftest.py", "tests/deep/conftest.py",
    ".gitattributes", ".gitmodules", "sub/.gitignore", "Makefile", "tox.ini", "noxfile.py",
    "pytest.ini", "setup.cfg", "requirements-dev.txt", "src/sitecustomize.py",
    ".pre-commit-config.yaml",
]  # fmt: skip
protected_paths = st.sampled_from(PROTECTED_PATHS)
spelling = st.sampled_from([str, str.upper, str.title, str.swapcase])


@pytest.mark.parametrize("path", PROTECTED_PATHS)
def test_a_protected_path_may_not_be_added_changed_or_deleted(path):
    assert "protected-path" in rules_broken(change(path))
    assert "protected-path" in rules_broken(change(path, before=None))
    assert "protected-path" in rules_broken(change(path, after=None))


@given(protected_paths, spelling, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]), st.booleans())
def test_spelling_and_renaming_do_not_open_a_protected_path(path, spell, form, into):
    path = unicodedata.normalize(form, spell(path))
    ends = {"path": path, "old_path": "src/a.py"} if into else {"path": "a.py", "old_path": path}
    assert "protected-path" in rules_broken(change(**ends))
    assert "protected-path" in rules_broken(change(**ends, after=b"a = 1\n"))


def test_full_width_letters_do_not_open_a_protected_path():
    assert "protected-path" in rules_broken(change("\uff23onftest.py"))


@pytest.mark.parametrize("path", ["uv.lock", "pyproject.toml", "requirements.txt", "go.mod"])
def test_manifests_may_change_in_a_dependency_change_alone(path):
    assert rules_broken(change(path), rules=PatchRules(Kind.DEPENDENCY)) == set()
    for kind in set(Kind) - {Kind.DEPENDENCY}:
        assert rules_broken(change(path), rules=PatchRules(kind)) == {"protected-path"}


@pytest.mark.parametrize("glob", ["Migrations/**", "src/*/secret.py", "**/x/*.sql", "a.py", "/src"])
def test_the_policy_may_protect_more(glob):
    paths = ["migrations/1.py", "src/deep/secret.py", "db/x/1.sql", "src/a.py"]
    rules = PatchRules(Kind.FIX, protected=(glob,))
    assert any(rules_broken(change(path), rules=rules) for path in paths)
    assert rules_broken(change("lib/other.py"), rules=rules) == set()


@pytest.mark.parametrize(
    "path",
    ["../a.py", "src/../../a", "/etc/passwd", "", "src//a.py", "./a.py", ".git/hooks/pre-commit",
     "sub/.GIT/config", "a\\b.py", "C:a.py", "a.py::$DATA", "GIT~1/config", ".git./config",
     ".git /x", "a\nb.py", "a\u202eb.py", "\u200b.git/config", ".g\u200cit/config", "a\ud800.py"],
)  # fmt: skip
def test_a_path_that_leaves_the_repository_or_enters_git_is_refused(path):
    broken = change("src/a.py")
    assert "path-escape" in rules_broken(replace(broken, path=path, old_path=path))
    assert "path-escape" in rules_broken(replace(broken, path=path))


@pytest.mark.parametrize(
    ("modes", "rule"),
    [
        ((Mode.REGULAR, Mode.SYMLINK), "symlink"),
        ((Mode.SYMLINK, Mode.REGULAR), "symlink"),
        ((Mode.SUBMODULE, Mode.REGULAR), "submodule"),
        ((Mode.REGULAR, Mode.SUBMODULE), "submodule"),
        ((Mode.REGULAR, Mode.EXECUTABLE), "mode-change"),
        ((Mode.EXECUTABLE, Mode.REGULAR), "mode-change"),
        ((Mode.ABSENT, Mode.REGULAR), "inconsistent"),
        ((Mode.REGULAR, Mode.ABSENT), "inconsistent"),
    ],
)
def test_links_submodules_modes_and_contradictions_are_refused(modes, rule):
    assert rule in rules_broken(change(modes=modes))


def test_an_executable_may_be_edited_and_where_allowed_added():
    edited = change("run", b"#!/bin/sh\n", b"#!/bin/sh\ntrue\n", modes=(Mode.EXECUTABLE,) * 2)
    added = change("run", None, b"#!/bin/sh\n", modes=(Mode.ABSENT, Mode.EXECUTABLE))
    assert rules_broken(edited) == set()
    assert rules_broken(added) == {"mode-change"}
    assert rules_broken(added, rules=PatchRules(Kind.FIX, allow_executable=True)) == set()


def test_a_secret_is_refused_where_it_is_added_and_not_where_it_was():
    key = b"key = '" + b"gh" + b"p_" + b"a1" * 18 + b"'\n"
    assert rules_broken(change(after=b"a = 1\n" + key)) == {"secret"}
    assert rules_broken(change(before=b"a = 1\n" + key, after=b"a = 2\n" + key)) == set()


def test_invisible_text_is_refused_where_it_is_added():
    assert rules_broken(change(after="a = 1  # \u202e\n".encode())) == {"invisible-text"}
    assert rules_broken(change("tests/test_a.py", None, "# \u200b\n".encode())) == {
        "invisible-text"
    }


def test_a_binary_file_is_refused_unless_allowed():
    for data in (b"\x00\x01\n", b"\xff\xfe\n"):
        assert rules_broken(change("logo.png", None, data)) == {"binary"}
        allowed = PatchRules(Kind.FIX, allow_binary=True)
        assert rules_broken(change("logo.png", None, data), rules=allowed) == set()


def test_two_paths_that_are_one_elsewhere_are_refused():
    assert rules_broken(change("src/a.py"), change("src/A.py")) == {"path-collision"}


def test_a_weakened_or_renamed_test_file_is_refused():
    test = b"def test_a():\n    assert f() == 1\n"
    assert rules_broken(change("tests/test_a.py", test, b"")) == {"test-deleted"}
    assert rules_broken(change("tests/test_a.py", test, None)) == {"test-deleted"}
    moved = change("src/a.py", test, test, old_path="tests/test_a.py")
    assert rules_broken(moved) == {"test-deleted"}


def test_code_that_is_renamed_into_the_tests_still_counts():
    lines = b"b = 1\n" * 51
    moved = change("tests/a.py", b"", lines, old_path="src/a.py")
    assert rules_broken(moved) == {"too-large"}


def test_tests_inside_rust_code_are_guarded_and_the_code_around_them_is_free():
    code = b'fn f() { g().expect("x"); }\n'
    tests = b"#[cfg(test)]\nmod tests {\n#[test]\nfn a() { assert_eq!(f(), 1); }\n}\n"
    assert rules_broken(change("src/a.rs", code + tests, b"fn f() {}\n" + tests)) == set()
    assert rules_broken(change("src/a.rs", code + tests, code)) != set()


paths = st.lists(
    st.sampled_from(["src", "tests", ".github", "a.py", "..", "Makefile", "x"]), max_size=4
)
contents = st.none() | st.sampled_from([b"", b"a = 1\n", b"\x00", b"b\r"]) | st.binary(max_size=20)
changes = st.builds(
    FileChange,
    paths.map("/".join),
    paths.map("/".join),
    contents,
    contents,
    st.sampled_from(Mode),
    st.sampled_from(Mode),
)


@given(st.lists(changes, max_size=4), st.sampled_from(Kind))
def test_a_refused_part_makes_the_whole_refused(found, kind):
    rules = PatchRules(kind)
    whole = patch_gate(tuple(found), rules)
    if isinstance(whole, PatchAccepted):
        assert whole.lines <= 50
        for one in found:
            plain = {Mode.REGULAR, Mode.EXECUTABLE, Mode.ABSENT}
            assert {one.old_mode, one.new_mode} <= plain
            assert "github" not in one.path + one.old_path
            assert ".." not in one.path + one.old_path
            alone = patch_gate((one,), rules)
            if isinstance(alone, PatchRefused):
                assert {breach.rule for breach in alone.breaches} == {"empty-diff"}
