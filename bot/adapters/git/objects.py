"""Reading and writing git objects in bulk, with a private index that no other task sees."""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.git.command import GitCommand, GitError
from bot.kernel.values import Sha

REGULAR, EXECUTABLE, SYMLINK, SUBMODULE = "100644", "100755", "120000", "160000"


@dataclass(frozen=True, slots=True)
class Item:
    """What a tree holds at one path: git's octal mode and the object's id."""

    mode: str
    sha: Sha


def items(git: GitCommand, tree: Sha) -> dict[str, Item]:
    """Every path of a commit or tree; bytes outside UTF-8 are escaped as by `os.fsdecode`."""
    found = {}
    for line in git.output("ls-tree", "-r", "-z", "--full-tree", checked(tree)).split(b"\0")[:-1]:
        about, _, path = line.partition(b"\t")
        mode, _, sha = about.decode().split()
        found[os.fsdecode(path)] = Item(mode, Sha(sha))
    return found


def write_tree(git: GitCommand, wanted: Mapping[str, Item]) -> Sha:
    """The tree that holds exactly these items. Raises GitError for a path that git refuses."""
    lines = (
        f"{item.mode} {item.sha}\t".encode() + os.fsencode(path) for path, item in wanted.items()
    )
    with tempfile.TemporaryDirectory(dir=git.directory) as scratch:
        more = {"GIT_INDEX_FILE": str(Path(scratch, "index"))}
        git.output("update-index", "-z", "--index-info", stdin=_joined(lines), more=more)
        return Sha(git.output("write-tree", more=more).decode().strip())


def write_blobs(git: GitCommand, contents: Iterable[bytes]) -> list[Sha]:
    """Store contents exactly as they are, without any filter; ids in the same order."""
    with tempfile.TemporaryDirectory(dir=git.directory) as scratch:
        names = []
        for number, content in enumerate(contents):
            path = Path(scratch, str(number))
            path.write_bytes(content)
            names.append(str(path))
        if not names:
            return []
        listing = "".join(f"{name}\n" for name in names).encode()
        printed = git.output("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=listing)
    return [Sha(line) for line in printed.decode().split()]


def blob_id(content: bytes) -> Sha:
    """The id that git gives to this content."""
    header = b"blob %d\0" % len(content)
    return Sha(hashlib.sha1(header + content, usedforsecurity=False).hexdigest())


def checked(sha: Sha) -> Sha:
    """The same id, or GitError when it is none: it must never be read as an option or a range."""
    if len(sha) != 40 or not set(sha) <= set("0123456789abcdef"):
        raise GitError(f"not an object id: {sha!r}")
    return sha


class BlobReader:
    """Reads many objects through one process."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def size(self, sha: Sha) -> int:
        """Bytes of a blob. Raises GitError when it is missing."""
        return self._ask("info", sha)

    def read(self, sha: Sha) -> bytes:
        """The content of a blob. Raises GitError when it is missing."""
        size = self._ask("contents", sha)
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101 - it was started with pipes
        content = stdout.read(size + 1)
        if len(content) != size + 1:
            raise GitError("git cat-file ended early")
        return content[:size]

    def _ask(self, what: str, sha: Sha) -> int:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None  # noqa: S101 - it was started with pipes
        assert stdout is not None  # noqa: S101 - it was started with pipes
        stdin.write(f"{what} {checked(sha)}\n".encode())
        stdin.flush()
        match stdout.readline().split():
            case [_, b"blob", size]:
                return int(size)
            case other:
                raise GitError(f"not a blob: {b' '.join(other).decode(errors='replace')}")


@contextmanager
def blob_reader(git: GitCommand) -> Generator[BlobReader]:
    """A reader for the time of the context."""
    with subprocess.Popen(
        ("git", f"--git-dir={git.directory}", "cat-file", "--batch-command"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=git.variables(),
        cwd="/",
    ) as process:
        try:
            yield BlobReader(process)
        finally:
            process.kill()


def _joined(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\0" for line in lines)
