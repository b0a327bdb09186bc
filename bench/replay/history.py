"""A fix as a repository's history has it: what it changed, and how people told of it."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bench.replay.edits import Place, places
from bot.kernel.protected import TEST_GLOBS, matches
from forge.actors import Edit
from forge.git.command import isolated_environment

_TRAILER = re.compile(r"^[A-Z][A-Za-z]*(?:-[A-Za-z]+)+: .*$", re.MULTILINE)


class NotReplayable(Exception):
    """This commit cannot be replayed; the message says why."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A commit with one parent that changed code and tests.

    `tests` and `code` hold the places to edit, in order; the issue says what the commit's author
    said, without the names of the files.
    """

    commit: str
    parent: str
    title: str
    body: str
    tests: tuple[Place, ...]
    code: tuple[Place, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """Every changed file, tests first."""
        return tuple(dict.fromkeys(one.edit.path for one in (*self.tests, *self.code)))


def git(repository: Path, *arguments: str) -> bytes:
    """What git says of the repository. Raises NotReplayable with its words."""
    done = subprocess.run(
        ["git", "-C", str(repository), *arguments],
        capture_output=True,
        env=isolated_environment(),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        raise NotReplayable(done.stderr.decode(errors="replace").strip())
    return done.stdout


def read_fix(repository: Path, revision: str, globs: tuple[str, ...] = ()) -> Fix:
    """The fix at a revision. `globs` name tests beyond the usual. Raises NotReplayable."""
    commit, *parents = git(repository, "rev-list", "--parents", "-1", revision, "--").split()
    if len(parents) != 1:
        raise NotReplayable(f"{revision} has {len(parents)} parents; one is needed")
    sha, parent = commit.decode(), parents[0].decode()
    tests: list[Place] = []
    code: list[Place] = []
    for path in _changed(repository, parent, sha):
        kind = tests if matches(path, (*TEST_GLOBS, *globs)) else code
        kind.extend(_places(repository, parent, sha, path))
    if not tests or not code:
        raise NotReplayable(f"{revision} does not change both code and tests")
    title, _, body = git(repository, "log", "-1", "--format=%B", sha).decode().partition("\n")
    paths = [one.edit.path for one in (*tests, *code)]
    return Fix(sha, parent, untold(title, paths), untold(body, paths), tuple(tests), tuple(code))


def untold(text: str, paths: list[str]) -> str:
    """The text without trailers, and without the names of these files: the bot must find them."""
    words = {word for path in paths for word in (path, PurePosixPath(path).name)}
    for word in sorted(words, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.]){re.escape(word)}(?!\w)", "…", text)
    return _TRAILER.sub("", text).strip()


def _changed(repository: Path, parent: str, sha: str) -> list[str]:
    told = git(repository, "diff-tree", "-r", "-z", "--no-renames", "--raw", parent, sha, "--")
    fields = told.decode(errors="surrogateescape").split("\0")[:-1]
    for facts, path in zip(fields[::2], fields[1::2], strict=True):
        before, after, *_ = facts.lstrip(":").split()
        if after == "000000":
            raise NotReplayable(f"it deletes {path}, which no tool of the bot does in a step")
        if after != "100644" and after != before:
            raise NotReplayable(f"it gives {path} the mode {after}")
    return fields[1::2]


def _places(repository: Path, parent: str, sha: str, path: str) -> tuple[Place, ...]:
    try:
        after = git(repository, "cat-file", "blob", f"{sha}:{path}").decode()
        if not git(repository, "ls-tree", parent, "--", path):
            return (Place(Edit(path, "", after), 0, 0),)
        return places(path, git(repository, "cat-file", "blob", f"{parent}:{path}").decode(), after)
    except ValueError as odd:
        raise NotReplayable(f"{path} is no text that can be edited: {odd}") from odd
