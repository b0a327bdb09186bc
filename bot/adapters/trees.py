"""Walking a directory that a hostile process has written, or is writing at this moment.

Every step goes through an open directory and refuses symbolic links, so that no swap of a directory
for a link can lead the walk out of the tree. Depth and number of entries are bounded.
"""

import os
import stat
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bot.stages.workspace import Unusable

MAX_ENTRIES = 300_000
MAX_DEPTH = 128


class TreeRefused(Unusable):
    """The tree is not one to work with; the message says why and holds no host path."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in the tree. `directory` is the open descriptor of its directory while visited."""

    directory: int
    name: str
    path: str
    status: os.stat_result

    @property
    def is_directory(self) -> bool:
        """A real directory, not a link to one."""
        return stat.S_ISDIR(self.status.st_mode)

    @property
    def is_file(self) -> bool:
        """A regular file."""
        return stat.S_ISREG(self.status.st_mode)

    @property
    def is_link(self) -> bool:
        """A symbolic link."""
        return stat.S_ISLNK(self.status.st_mode)


def walk(root: Path, max_entries: int = MAX_ENTRIES) -> Iterator[Entry]:
    """Every entry below the root, a directory before what it holds. Raises TreeRefused.

    Names that vanish meanwhile are left out. Paths are relative, with undecodable bytes escaped.
    """
    seen = 0
    with ExitStack() as opened:
        top = _open_directory(str(root), None)
        opened.callback(os.close, top)
        stack = [(top, "", iter(_names(top)))]
        while stack:
            directory, prefix, names = stack[-1]
            name = next(names, None)
            if name is None:
                stack.pop()
                if stack:
                    os.close(directory)
                continue
            try:
                status = os.stat(name, dir_fd=directory, follow_symlinks=False)
            except FileNotFoundError:
                continue
            seen += 1
            if seen > max_entries:
                raise TreeRefused(f"more than {max_entries} files")
            entry = Entry(directory, name, prefix + name, status)
            yield entry
            if entry.is_directory:
                if len(stack) >= MAX_DEPTH:
                    raise TreeRefused(f"directories nested more than {MAX_DEPTH} deep")
                try:
                    below = _open_directory(name, directory)
                except (FileNotFoundError, NotADirectoryError):
                    continue
                except PermissionError as error:
                    raise TreeRefused(f"the directory {entry.path!r} is unreadable") from error
                stack.append((below, f"{entry.path}/", iter(_names(below))))


def remove(root: Path) -> None:
    """Remove a tree of any depth and any modes. Raises TreeRefused when something stays."""
    if not root.exists() and not root.is_symlink():
        return
    for command in (("rm", "-rf", "--"), ("chmod", "-R", "u+rwX", "--"), ("rm", "-rf", "--")):
        done = subprocess.run((*command, str(root)), capture_output=True, check=False)
        if command[0] == "rm" and done.returncode == 0:
            return
    raise TreeRefused("the tree could not be removed")


def read_regular(directory: int, name: str, max_bytes: int) -> bytes:
    """The bytes of a regular file. Raises TreeRefused for any other kind or a larger one."""
    try:
        descriptor = os.open(
            name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory
        )
    except OSError as error:
        raise TreeRefused(f"the file {name!r} cannot be read: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise TreeRefused(f"{name!r} is not a regular file")
        if status.st_size > max_bytes:
            raise TreeRefused(f"the file {name!r} is larger than {max_bytes} bytes")
        return file.read(max_bytes)


def _open_directory(name: str, parent: int | None) -> int:
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | (os.O_NOFOLLOW if parent else 0)
    return os.open(name, flags, dir_fd=parent)


def _names(directory: int) -> list[str]:
    try:
        return sorted(os.listdir(directory))
    except FileNotFoundError:
        return []
