"""Reads trees, blobs and messages in bulk: a few processes of git, however many objects."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.adapters.git.command import GitCommand, GitError
from bot.adapters.git.objects import checked
from bot.kernel.values import Sha
from bot.stages.select.port import Past

_BATCH = 1_000


def git_directory(place: Path) -> Path:
    """Where the git directory of a work tree or a bare clone lies. Raises GitError."""
    named = place / ".git"
    if named.is_file():
        named = place / named.read_text().removeprefix("gitdir:").strip()
    found = named if named.is_dir() else place
    if not (found / "HEAD").is_file():
        raise GitError(f"no git repository in {place}")
    return found.resolve()


def head(directory: Path) -> Sha:
    """The commit that is checked out. Raises GitError when there is none."""
    found = GitCommand(directory).output("rev-parse", "--verify", "HEAD^{commit}")
    return Sha(found.decode().strip())


class GitSource:
    """One repository, read through its git directory."""

    def __init__(self, git: GitCommand) -> None:
        self._git = git

    def files(self, tree: Sha) -> dict[str, Sha]:
        """The blob of every regular file of a commit or tree, in path order. Raises GitError."""
        listed = self._git.output("ls-tree", "-r", "-z", "--full-tree", checked(tree))
        return {
            os.fsdecode(line[53:]): Sha(line[12:52].decode())
            for line in listed.split(b"\0")[:-1]
            if line.startswith(b"100")
        }

    def read_blobs(self, shas: Sequence[Sha]) -> Iterator[bytes]:
        """The contents in the order asked; b"" for one that is missing. Raises GitError."""
        for start in range(0, len(shas), _BATCH):
            asked = shas[start : start + _BATCH]
            listing = "".join(f"{checked(sha)}\n" for sha in asked).encode()
            yield from _contents(self._git.output("cat-file", "--batch", stdin=listing))

    def recent(self, tip: Sha, count: int) -> tuple[Sha, ...]:
        """The newest commits that lead to the tip, merges left out, newest first."""
        listed = self._git.output("rev-list", "--no-merges", f"-n{count}", checked(tip))
        return tuple(Sha(line) for line in listed.decode().split())

    def read_commits(self, shas: Sequence[Sha]) -> Iterator[Past]:
        """What these commits said and touched. Raises GitError."""
        listing = "".join(f"{checked(sha)}\n" for sha in shas).encode()
        shape = ("--no-walk=unsorted", "--stdin", "--name-only", "--no-renames", "-z")
        # a message can hold anything but NUL, so nothing else may part the fields
        printed = self._git.output("log", *shape, "--format=%x00%H%x00%B%x00", stdin=listing)
        fields = deque(printed.split(b"\0"))
        for sha in shas:
            while fields and not fields[0]:
                fields.popleft()
            if len(fields) < 2 or fields.popleft() != sha.encode():
                raise GitError(f"git log did not tell of {sha}")
            message, names = fields.popleft().decode(errors="replace"), []
            if len(fields) > 1 and fields[1].startswith(b"\n"):
                fields.popleft()
                names.append(fields.popleft()[1:])
                while fields and fields[0]:
                    names.append(fields.popleft())
            yield Past(sha, message, tuple(os.fsdecode(name) for name in names))


def _contents(printed: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(printed):
        end = printed.index(b"\n", at)
        header = printed[at:end].split()
        if header[-1] == b"missing":
            yield b""
            at = end + 1
            continue
        if len(header) != 3 or header[1] != b"blob":
            raise GitError(f"not a blob: {header[0].decode(errors='replace')}")
        size = int(header[2])
        yield printed[end + 1 : end + 1 + size]
        at = end + size + 2
