"""Replaying a fix: what is read from history, and that its edits lead where history went."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.replay.actor import ReplayActor
from bench.replay.edits import Place, places
from bench.replay.history import Fix, NotReplayable, read_fix, untold
from bot.cli.demo.sample import FILES, PAGING, TEST_PAGING
from bot.domain.task import Ending
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.outcomes import merged_exactly_once
from tests.engine.world import town

LINES = st.lists(st.sampled_from(["a\n", "b\n", "\n", "a\r\n", "  c\n", "\x0cd\n"]), max_size=12)
TEXTS = st.builds(lambda lines, end: "".join(lines) + end, LINES, st.sampled_from(["", "end"]))


def made(text: str, steps: tuple[Place, ...]) -> str:
    """As the bot's `edit` does it: `old` must be there once."""
    for step in steps:
        assert text.count(step.edit.old) == 1
        assert text.split("\n")[step.start - 1 :][:1], "the place is in the file"
        text = text.replace(step.edit.old, step.edit.new)
    return text


@given(TEXTS.filter(bool), TEXTS)
def test_the_edits_lead_from_one_text_to_the_other(before: str, after: str):
    assert made(before, places("x", before, after)) == after


def test_the_issue_does_not_name_the_files_or_who_helped():
    told = untold(
        "Fix src/click/core.py and core.py, not score.py\n\nCo-authored-by: A <a@b.c>\nFixes: 3",
        ["src/click/core.py"],
    )
    assert told == "Fix … and …, not score.py\n\n\nFixes: 3"


class TestHistory:
    @pytest.fixture
    def clone(self, tmp_path: Path) -> Path:
        root = tmp_path / "clone"
        root.mkdir()
        self.git(root, "init", "--quiet", "--initial-branch=main")
        self.commit(root, FILES, "Begin")
        return root

    def git(self, root: Path, *arguments: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        done = subprocess.run(
            ("git", "-C", root, *who, *arguments), check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, root: Path, files: dict[str, str], message: str) -> str:
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        self.git(root, "add", "--all")
        self.git(root, "commit", "--quiet", "--message", message)
        return self.git(root, "rev-parse", "HEAD")

    def test_a_fix_is_its_parent_its_words_and_its_edits(self, clone: Path):
        sha = self.commit(clone, FIXED, f"{TITLE}\n\nIn paging.py.\n")
        fix = read_fix(clone, "HEAD")
        assert (fix.commit, fix.title, fix.body) == (sha, TITLE, "In ….")
        assert fix.paths == ("tests/test_new.py", "tests/test_paging.py", "shelf/paging.py")

    def test_code_without_tests_cannot_be_replayed(self, clone: Path):
        self.commit(clone, {"shelf/paging.py": "x = 1\n"}, "No test")
        with pytest.raises(NotReplayable, match="both code and tests"):
            read_fix(clone, "HEAD")

    def test_a_commit_that_is_not_there_is_named(self, clone: Path):
        with pytest.raises(NotReplayable, match="no-such"):
            read_fix(clone, "no-such")

    @pytest.mark.sandbox
    @needs_sandbox
    def test_the_bot_makes_the_fix_again_and_proves_it(self, clone: Path, tmp_path: Path):
        self.commit(clone, FIXED, TITLE)
        fix: Fix = read_fix(clone, "HEAD")
        with town(tmp_path / "town", ReplayActor(fix)) as there:
            issue = there.issue(fix.title, fix.body)
            there.label(issue)
            there.settle()
            assert there.task(issue).ending is Ending.MERGED
            merged_exactly_once(there, issue)
            assert {path: there.file(path) for path in FIXED} == FIXED


TITLE = "Count the last page when it is not full"
FIXED = {
    "shelf/paging.py": PAGING.replace(
        "return items // per_page\n\n", "return -(-items // per_page)\n\n"
    ),
    "tests/test_paging.py": TEST_PAGING
    + "\n\ndef test_odd():\n    assert page_count(21, 10) == 3\n",
    "tests/test_new.py": "def test_new():\n    assert True\n",
}
