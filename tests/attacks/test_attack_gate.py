"""Diffs that try to slip through the patch gate: delayed CI theft, disguises, secrets."""

import pytest

from bot.domain.policy import Policy
from bot.kernel.patch_gate import FileChange, Mode, PatchRefused, patch_gate
from bot.kernel.values import Kind

KEY = "sk-ant-api03-" + "aB3" * 12

RUNS_LATER = [
    ".github/workflows/ci.yml",
    ".github/actions/x/action.yml",
    ".github/dependabot.yml",
    ".gitlab-ci.yml",
    ".circleci/config.yml",
    ".buildkite/pipeline.yml",
    ".travis.yml",
    "Jenkinsfile",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    ".drone.yml",
    "cloudbuild.yaml",
    ".pre-commit-config.yaml",
    "Makefile",
    "GNUmakefile",
    "Justfile",
    "Taskfile.yml",
    "Rakefile",
    "noxfile.py",
    "tox.ini",
    "pytest.ini",
    "conftest.py",
    "src/conftest.py",
    "sitecustomize.py",
    "usercustomize.py",
    "src/evil.pth",
    "pytest.py",
    "_pytest/main.py",
    "unittest.py",
    "package.json",
    "setup.py",
    "pyproject.toml",
    "Cargo.toml",
    ".cargo/config.toml",
    "go.mod",
    "Gemfile",
    "pom.xml",
    "build.gradle",
    "gradlew",
    "mvnw",
    ".npmrc",
    ".yarnrc.yml",
    "requirements-dev.txt",
    "uv.lock",
    "yarn.lock",
    "jest.config.js",
    "vitest.config.ts",
    ".mocharc.cjs",
    "phpunit.xml",
    ".devcontainer/devcontainer.json",
]
STEERS_AGENTS_OR_GIT = [
    "AGENTS.md",
    "docs/AGENTS.md",
    "CLAUDE.md",
    ".claude/settings.json",
    ".cursor/rules/x.mdc",
    ".cursorrules",
    ".windsurfrules",
    ".clinerules",
    ".aider.conf.yml",
    ".mcp.json",
    "GEMINI.md",
    "x/a.instructions.md",
    ".gitattributes",
    "src/.gitattributes",
    ".gitmodules",
    ".gitignore",
    ".githooks/pre-commit",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    "bot/kernel/proof.py",
    "tests/kernel/test_proof.py",
    ".github/evolve.yml",
]
DISGUISES = [
    ".GITHUB/workflows/ci.yml",
    ".GitHub/Workflows/CI.YML",
    "\uff0egithub/workflows/ci.yml",
    ".g\u0131thub/../.github/workflows/ci.yml",
    ".github /workflows/ci.yml",
    ".github./workflows/ci.yml",
    "./.github/workflows/ci.yml",
    "src/../.github/workflows/ci.yml",
    "src//.github/workflows/ci.yml",
    ".g\u200bithub/workflows/ci.yml",
    ".github\u202e/workflows/ci.yml",
    "GITHUB~1/workflows/ci.yml",
    ".github\\workflows\\ci.yml",
    "C:.github/workflows/ci.yml",
    "Makefile::$DATA",
    "MAKEFILE",
    "ma\u212aefile",
    "CONFTEST.PY",
    "conftest.py ",
    "con\ufb05est.py/../conftest.py",
    "src/a.py\n.github/workflows/ci.yml",
    "src/a\x00.py",
    "src/a\x1b[2K.py",
    ".git/hooks/pre-commit",
    ".GIT/config",
    "git~1/config",
    "vendor/.git/config",
    "a/.gi\u200ct/config",
    "/etc/passwd",
    "../../etc/passwd",
    "..",
    "src/ca\udcf9.py",
]


def added(path: str, text: bytes = b"x = 1\n", mode: Mode = Mode.REGULAR) -> FileChange:
    return FileChange(path, path, None, text, Mode.ABSENT, mode)


def changed(path: str, before: bytes, after: bytes) -> FileChange:
    return FileChange(path, path, before, after, Mode.REGULAR, Mode.REGULAR)


def renamed(old: str, new: str, text: bytes = b"x = 1\n") -> FileChange:
    return FileChange(new, old, text, text, Mode.REGULAR, Mode.REGULAR)


def rules(*changes: FileChange, kind: Kind = Kind.FIX) -> set[str]:
    verdict = patch_gate(changes, Policy().patch_rules(kind))
    return {one.rule for one in verdict.breaches} if isinstance(verdict, PatchRefused) else set()


def test_a_plain_change_passes_so_that_a_refusal_means_something():
    assert (
        rules(added("src/a.py"), added("-x"), added("--output=a"), added("na\u00efve.py")) == set()
    )


@pytest.mark.parametrize("path", RUNS_LATER)
def test_what_ci_or_a_test_run_would_execute_later_is_not_touched(path):
    assert "protected-path" in rules(added(path))
    assert "protected-path" in rules(
        FileChange(path, path, b"x\n", None, Mode.REGULAR, Mode.ABSENT)
    )


@pytest.mark.parametrize("path", STEERS_AGENTS_OR_GIT)
def test_what_steers_agents_git_or_the_bot_is_touched_by_no_kind(path):
    for kind in Kind:
        assert "protected-path" in rules(added(path), kind=kind)


@pytest.mark.parametrize("path", DISGUISES, ids=ascii)
def test_no_spelling_makes_a_forbidden_path_a_free_one(path):
    assert rules(added(path)) & {"protected-path", "path-escape"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("src/ci.yml", ".github/workflows/ci.yml"),
        (".github/workflows/ci.yml", "src/ci.yml"),
        ("tests/helper.py", "conftest.py"),
        ("src/conftest.py", "src/conf.py"),
        ("CODEOWNERS", "docs/owners.txt"),
        ("tests/test_a.py", "tests/helper_a.py"),
        ("tests/test_a.py", "src/a.py"),
    ],
)
def test_a_rename_carries_nothing_over_a_border(old, new):
    tests = b"def test_a():\n    assert 1\n"
    assert rules(renamed(old, new, tests)) & {"protected-path", "test-deleted"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("src/a.py", "src/A.py"),
        ("src/stra\u00dfe.py", "src/strasse.py"),
        ("src/\ufb01le.py", "src/file.py"),
        ("src/e\u0301.py", "src/\u00e9.py"),
        ("src/\u212b.py", "src/\u00e5.py"),
    ],
    ids=ascii,
)
def test_two_files_that_are_one_on_another_machine_are_refused(one, other):
    assert "path-collision" in rules(added(one), added(other))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (added("a", b"/etc/passwd", Mode.SYMLINK), "symlink"),
        (FileChange("a", "a", b"x", b"../x", Mode.REGULAR, Mode.SYMLINK), "symlink"),
        (FileChange("a", "a", b"x", b"x", Mode.SYMLINK, Mode.REGULAR), "symlink"),
        (FileChange("a", "a", None, None, Mode.ABSENT, Mode.SUBMODULE), "submodule"),
        (FileChange("a", "a", b"x", b"x", Mode.REGULAR, Mode.EXECUTABLE), "mode-change"),
        (FileChange("a", "a", b"x", b"x", Mode.EXECUTABLE, Mode.REGULAR), "mode-change"),
        (added("run", b"#!/bin/sh\n", Mode.EXECUTABLE), "mode-change"),
        (FileChange("a", "a", None, b"x", Mode.REGULAR, Mode.REGULAR), "inconsistent"),
        (FileChange("a", "a", b"x", None, Mode.REGULAR, Mode.REGULAR), "inconsistent"),
    ],
)
def test_nothing_but_a_plain_file_of_the_same_mode_passes(change, rule):
    assert rule in rules(change)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"\x7fELF\x02\x01\x01\0code", "binary"),
        (b"MZ\x90\0", "binary"),
        (b"x = '\xff\xfe'\n", "binary"),
        ("x = 1\n".encode("utf-16"), "binary"),
        (b"x = 1;" + b"y = 2;" * 200 + b"\n", "long-line"),
        (b"a\rb\rc\n", "invisible-text"),
        ("if role == 'admin\u202e \u2066': pass\n".encode(), "invisible-text"),
        ("x = '\u200b'\n".encode(), "invisible-text"),
        ("x = '\U000e0041'\n".encode(), "invisible-text"),
        ("\ufeffx = 1\n".encode(), "invisible-text"),
        ("\u3164 = 1\n".encode(), "invisible-text"),
        (b"x = '\x1b[8m'\n", "invisible-text"),
        (b"key = '" + KEY.encode() + b"'\n", "secret"),
        (b"# -----BEGIN OPENSSH PRIVATE KEY-----\n# abc\n", "secret"),
        (b"token = 'ghs_" + b"a1B2" * 9 + b"'\n", "secret"),
        (b"u = 'https://bot:hunter2secret@example.com'\n", "secret"),
        (b"AWS = 'AKIAABCDEFGHIJKLMNOP'\n", "secret"),
        (b"\n".join(b"x%d = 1" % n for n in range(60)), "too-large"),
        (b"\x0b".join(b"x%d = 1" % n for n in range(60)), "invisible-text"),
    ],
)
def test_what_a_reviewer_would_not_see_or_must_not_get_is_refused(data, rule):
    assert rule in rules(added("src/a.py", data))


@pytest.mark.parametrize("path", ["tests/data.txt", "tests/test_a.py", "README.md", "a.svg"])
def test_a_secret_is_refused_wherever_it_is_put(path):
    assert "secret" in rules(added(path, f"# {KEY}\n".encode()))


def test_a_change_that_moves_one_line_past_the_limit_is_refused_whatever_is_removed():
    before = b"".join(b"a%d\n" % n for n in range(51))
    assert "too-large" in rules(changed("src/a.py", before, b""))


PYTHON_TEST = b"""\
import unittest
from shop import total


def test_total():
    result = total([1, 2])
    assert result == 3


class TestShop(unittest.TestCase):
    def test_empty(self):
        self.assertEqual(total([]), 0)
"""
PYTHON_WEAKENED = {
    "a wildcard assertion": (b"result == 3", b"result == __import__('unittest.mock').mock.ANY"),
    "a loop that never runs": (b"    assert", b"    for _ in ():\n        assert"),
    "a generator": (b"    result =", b"    yield\n    result ="),
    "a lambda in its place": (b"def test_total():", b"test_total = lambda: 0\n\n\ndef total_():"),
    "a raise before": (b"    result =", b"    raise __import__('unittest').SkipTest\n    result ="),
    "an awaited test": (b"def test_total", b"async def test_total"),
    "an exit": (b"    assert", b"    __import__('os')._exit(0)\n    assert"),
    "nested": (b"def test_total():", b"def outer():\n  pass\n\n\ndef test_total(total=len):"),
    "a dead branch": (b"    assert result", b"    if 0:\n        assert result"),
    "a decorator": (b"def test_total", b"@(lambda f: lambda: None)\ndef test_total"),
    "the class is decorated": (b"class TestShop", b"@unittest.skip('')\nclass TestShop"),
    "the class gets a metaclass": (b"(unittest.TestCase)", b"(unittest.TestCase, metaclass=M)"),
    "a module that loads none": (b"import unittest", b"import unittest\nload_tests = None"),
    "collected from nowhere": (b"import unittest", b"import unittest\ncollect_ignore = ['.']"),
    "a marker for all": (
        b"import unittest",
        b"import pytest, unittest\npytestmark=pytest.mark.skip",
    ),
    "comparison turned around": (b"result == 3", b"3 != result"),
    "assertion on a literal": (b"self.assertEqual(total([]), 0)", b"self.assertEqual(0, 0)"),
    "fewer arguments": (b"total([]), 0", b"total([]), total([])"),
    "two asserts become one tuple": (b"assert result == 3", b"assert (result == 3, 'x')"),
    "a message that swallows": (b"result == 3", b"(result == 3, print) [1]"),
}


@pytest.mark.parametrize("how", PYTHON_WEAKENED)
def test_no_further_trick_weakens_an_old_python_test(how):
    old, new = PYTHON_WEAKENED[how]
    assert old in PYTHON_TEST
    found = rules(changed("tests/test_shop.py", PYTHON_TEST, PYTHON_TEST.replace(old, new, 1)))
    assert any(one.startswith(("test-", "assertion-")) for one in found), found


OTHER_TESTS = {
    "js todo": ("a.test.js", b"it('a', () => { expect(a()).toBe(1) })\n", b"it.todo('a')\n"),
    "ts skip": (
        "a.spec.ts",
        b"test('a', () => {\n  expect(a()).toBe(1)\n})\n",
        b"test.skip('a', () => {\n  expect(a()).toBe(1)\n})\n",
    ),
    "go skipped at run time": (
        "a_test.go",
        b"package a\n\nfunc TestA(t *testing.T) {\n\tt.Fatal(1)\n}\n",
        b"package a\n\nfunc TestA(t *testing.T) {\n\tt.SkipNow()\n\tt.Fatal(1)\n}\n",
    ),
    "rust ignored in code": (
        "src/lib.rs",
        b"#[cfg(test)]\nmod t {\n#[test]\nfn a() { assert_eq!(f(), 1); }\n}\n",
        b"#[cfg(test)]\nmod t {\n#[test]\n#[ignore]\nfn a() { assert_eq!(f(), 1); }\n}\n",
    ),
    "ruby pending": (
        "a_spec.rb",
        b"it 'adds' do\n  expect(a).to eq 1\nend\n",
        b"xit 'adds' do\n  expect(a).to eq 1\nend\n",
    ),
    "c preprocessor": (
        "tests/a.c",
        b"TEST(a) {\n  assert(f() == 1);\n}\n",
        b"#if 0\nTEST(a) {\n  assert(f() == 1);\n}\n#endif\n",
    ),
    "java disabled": (
        "src/test/java/A.java",
        b"@Test\nvoid a() { assertEquals(1, f()); }\n",
        b"@Disabled\n@Test\nvoid a() { assertEquals(1, f()); }\n",
    ),
    "a golden file": ("tests/golden.json", b"{}\n", b'{"a": 1}\n'),
    "a deleted golden file": ("tests/golden.bin.txt", b"x\n", None),
}


@pytest.mark.parametrize("how", OTHER_TESTS)
def test_no_trick_weakens_a_test_of_another_language(how):
    path, before, after = OTHER_TESTS[how]
    mode = Mode.REGULAR if after is not None else Mode.ABSENT
    found = rules(FileChange(path, path, before, after, Mode.REGULAR, mode))
    assert any(one.startswith(("test-", "assertion-")) for one in found), found
