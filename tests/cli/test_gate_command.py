"""`evolve gate`: the bot's own verdict on two commits of a local repository."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.adapters.sandboxes import needs_sandbox
from tests.cli.commands import evolve, words

GIT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_NAME": "a" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "a@example.com" for who in ("AUTHOR", "COMMITTER")},
}

PAGES = "def pages(items, size):\n    return items // size\n"
MENDED = "def pages(items, size):\n    return -(-items // size)\n"
TEST = "from pages import pages\n\n\ndef test_full():\n    assert pages(20, 10) == 2\n"
NEW_TEST = f"{TEST}\n\ndef test_rest():\n    assert pages(21, 10) == 3\n"
RUNNER = """import importlib.util, sys, traceback
sys.path.insert(0, ".")
spec = importlib.util.spec_from_file_location("t", "tests/test_pages.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
cases, failed = [], 0
for name in [n for n in vars(module) if n.startswith("test_")]:
    try:
        getattr(module, name)()
        cases.append(f'<testcase classname="t" name="{name}"/>')
    except AssertionError:
        failed += 1
        cases.append(f'<testcase classname="t" name="{name}"><failure message="no"/></testcase>')
open(".evolve-report.xml", "w").write(f"<testsuite>{''.join(cases)}</testsuite>")
sys.exit(1 if failed else 0)
"""
POLICY = "test:\n  command: python3 runner.py\n"
BASE = {
    ".github/evolve.yml": POLICY,
    "runner.py": RUNNER,
    "pages.py": PAGES,
    "tests/test_pages.py": TEST,
}
GOOD = {"pages.py": MENDED, "tests/test_pages.py": NEW_TEST}


class Repository:
    """A repository on disk with a base commit and changes on top of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit(BASE)

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ("git", *arguments), cwd=self.root, env=GIT, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def commit(self, files: dict[str, str]) -> str:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a change")
        return self.git("rev-parse", "HEAD")

    def everything(self) -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in self.root.rglob("*") if p.is_file()}


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "repository")


def gate(repository: Repository, *options: str, at: Path | None = None):
    where = ("--repo", str(at or repository.root), "--base", "HEAD~1", "--head", "HEAD")
    return evolve(repository.root.parent / "home", "gate", *where, *options)


def test_a_small_change_is_accepted(repository):
    repository.commit(GOOD)
    result = gate(repository)
    assert result.exit_code == 0, result.output
    assert result.stdout == "patch gate: accepted (2 lines outside tests, 2 files)\n"


def test_a_weakened_test_is_refused_by_its_rule(repository):
    repository.commit({"tests/test_pages.py": TEST.replace("== 2", "> 0")})
    result = gate(repository)
    assert result.exit_code == 1
    first, *rules = result.stdout.splitlines()
    assert first == "patch gate: refused"
    assert any(rule.startswith("  assertion-loosened: ") for rule in rules)


def test_the_policy_of_the_base_holds_and_not_that_of_the_change(repository):
    repository.commit({".github/evolve.yml": f"{POLICY}max_lines: 400\n", "big.py": "x = 1\n" * 60})
    result = gate(repository)
    assert result.exit_code == 1
    assert "  too-large: " in result.stdout
    assert "at most 50" in result.stdout
    assert "  protected-path: " in result.stdout


def test_the_kind_of_the_change_counts(repository):
    repository.commit({"uv.lock": "version = 2\n"})
    assert gate(repository).exit_code == 1
    assert gate(repository, "--kind", "dependency").exit_code == 0


def test_an_unusable_policy_on_the_base_is_a_refusal_with_its_line(repository):
    repository.commit({".github/evolve.yml": "test:\n  comand: x\n"})
    repository.commit(GOOD)
    result = gate(repository)
    assert result.exit_code == 1
    assert "mend .github/evolve.yml on the base, line 2" in result.stderr


def test_a_linked_work_tree_and_a_bare_clone_are_repositories_too(repository, tmp_path):
    repository.commit(GOOD)
    repository.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    for place in ("linked", "bare.git"):
        assert gate(repository, at=tmp_path / place).exit_code == 0


@pytest.mark.parametrize("revision", ["nowhere", "--all", "HEAD:pages.py"])
def test_what_is_no_commit_is_wrong_usage(repository, revision):
    where = ("--repo", str(repository.root), "--base", "HEAD", f"--head={revision}")
    result = evolve(repository.root.parent / "home", "gate", *where)
    assert result.exit_code == 2
    assert f"there is no commit {revision!r}" in words(result.stderr)


def test_what_is_no_repository_is_wrong_usage(repository, tmp_path):
    (tmp_path / "empty").mkdir()
    result = gate(repository, at=tmp_path / "empty")
    assert result.exit_code == 2
    assert "is no git repository" in words(result.stderr)


@pytest.mark.sandbox
@needs_sandbox
def test_a_change_with_a_test_that_was_red_is_proven_and_the_repository_stays_as_it_was(repository):
    repository.commit(GOOD)
    before = repository.everything()
    result = gate(repository, "--prove")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert "  new tests on the base: exit 1, 1 passed, 1 failed, 0 skipped" in " ".join(lines)
    assert "proof: proven (junit; 1 tests red on the base)" in lines
    assert "  red, then green: t::test_rest" in lines
    assert repository.everything() == before
    assert list((repository.root.parent / "home" / "work").iterdir()) == []


@pytest.mark.sandbox
@needs_sandbox
def test_the_tests_find_what_the_set_up_of_the_base_has_made_and_it_is_made_once(repository):
    needing = RUNNER.replace("import importlib.util", 'open("made/it")\nimport importlib.util')
    setup = f"{POLICY}  setup: mkdir made && date +%N > made/it\n"
    repository.commit({".github/evolve.yml": setup, "runner.py": needing})
    repository.commit(GOOD)
    result = gate(repository, "--prove")
    assert result.exit_code == 0, result.output
    assert "  making the test environment, with network and without secrets: mkdir" in result.stdout
    assert "  read-only in every run, which have no network: /work/made" in result.stdout
    assert "  the test environment is there already" in gate(repository, "--prove").stdout


@pytest.mark.sandbox
@needs_sandbox
def test_a_set_up_that_fails_is_a_refusal(repository):
    repository.commit({".github/evolve.yml": f"{POLICY}  setup: echo no network; exit 4\n"})
    repository.commit(GOOD)
    result = gate(repository, "--prove")
    assert result.exit_code == 1
    assert "proof: refused\n  could-not-check: The set-up" in result.stdout
    assert "exit code 4" in result.stdout
    assert "no network" in result.stdout


@pytest.mark.sandbox
@needs_sandbox
def test_a_refactoring_says_how_many_places_its_tests_run(repository):
    repository.commit({"pages.py": PAGES.replace("items // size", "int(items // size)")})
    result = gate(repository, "--prove", "--kind", "refactor")
    assert result.exit_code == 0, result.output
    assert "  changed places that tests run: 1" in result.stdout


@pytest.mark.sandbox
@needs_sandbox
def test_a_change_whose_test_was_never_red_is_not_proven(repository):
    repository.commit({"pages.py": MENDED, "tests/test_pages.py": f"{TEST}    assert pages\n"})
    result = gate(repository, "--prove")
    assert result.exit_code == 1
    assert "proof: refused\n  no-red-test: " in result.stdout


@pytest.mark.sandbox
@needs_sandbox
def test_a_change_that_the_patch_gate_refuses_is_not_run_at_all(repository):
    repository.commit({"tests/test_pages.py": TEST.replace("== 2", "> 0")})
    result = gate(repository, "--prove")
    assert result.exit_code == 1
    assert "running" not in result.stdout
