"""A directory as git would see it, read without git.

Git itself would follow a nested `.git`, run filters named by `.gitattributes`, and trust ignore
rules that a job has rewritten.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.git.command import GitCommand
from bot.adapters.git.ignored import ignored
from bot.adapters.git.links import stays_inside
from bot.adapters.git.objects import (
    EXECUTABLE,
    REGULAR,
    SUBMODULE,
    SYMLINK,
    BlobReader,
    Item,
    blob_id,
    blob_reader,
)
from bot.adapters.trees import Entry, TreeRefused, read_regular, walk

MAX_FILE_BYTES = 64 * 1024**2
MAX_CHANGED_BYTES = 512 * 1024**2


@dataclass(frozen=True, slots=True)
class Directory:
    """What was found: files that count, contents new to the tree, and names git has no word for."""

    files: Mapping[str, Item]
    fresh: Mapping[str, bytes]
    odd: tuple[str, ...]


def read_directory(
    git: GitCommand, root: Path, known: Mapping[str, Item], leftovers: tuple[str, ...] = ()
) -> Directory:
    """Read what is not ignored by the rules in `known`, and no untracked file that is a leftover.

    Raises TreeRefused for what is too much.
    """
    odd: list[str] = []
    plain: set[str] = set()
    for entry in walk(root):
        if _inside_any(entry.path, odd):
            continue
        if entry.name.casefold() == ".git":
            odd.append(entry.path)
        elif entry.is_file or entry.is_link:
            plain.add(entry.path)
        elif not entry.is_directory:
            odd.append(entry.path)
    submodules = [path for path, item in known.items() if item.mode == SUBMODULE]
    plain = {path for path in plain if not _inside_any(path, submodules)}
    plain -= ignored(git, known, sorted(plain - known.keys()), leftovers)
    files, fresh, total = dict[str, Item](), dict[str, bytes](), 0
    with blob_reader(git) as reader:
        for entry in walk(root):
            if entry.path not in plain:
                continue
            content = _content(entry)
            before = known.get(entry.path)
            item = Item(_mode(entry, before, reader), blob_id(content))
            files[entry.path] = item
            if before is None or before.sha != item.sha:
                fresh[entry.path] = content
                total += len(content)
                if total > MAX_CHANGED_BYTES:
                    raise TreeRefused(f"changed files hold more than {MAX_CHANGED_BYTES} bytes")
    return Directory(files, fresh, tuple(odd))


def _content(entry: Entry) -> bytes:
    if entry.is_link:
        return os.readlink(os.fsencode(entry.name), dir_fd=entry.directory)
    return read_regular(entry.directory, entry.name, MAX_FILE_BYTES)


def _mode(entry: Entry, before: Item | None, reader: BlobReader) -> str:
    if entry.is_link:
        return SYMLINK
    was_link = before is not None and before.mode == SYMLINK
    if was_link and not stays_inside(entry.path, reader.read(before.sha)):
        # such a link was written as a plain file that holds its target; it still is that link
        return SYMLINK
    return EXECUTABLE if entry.status.st_mode & 0o100 else REGULAR


def _inside_any(path: str, directories: list[str]) -> bool:
    return any(path.startswith(f"{directory}/") for directory in directories)
