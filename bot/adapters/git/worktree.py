"""Trees out of the mirror into plain directories, and back."""

import contextlib
from pathlib import Path

from bot.adapters.git.command import GitCommand
from bot.adapters.git.disk import read_directory
from bot.adapters.git.objects import SUBMODULE, blob_reader, items, write_blobs, write_tree
from bot.adapters.git.writing import write_item
from bot.adapters.trees import remove, walk
from bot.kernel.values import Sha


def export(git: GitCommand, tree: Sha, into: Path) -> None:
    """Write every file of a commit or tree."""
    with blob_reader(git) as reader:
        for path, item in items(git, tree).items():
            write_item(into, path, item, reader)


def snapshot(git: GitCommand, directory: Path, base: Sha, leftovers: tuple[str, ...] = ()) -> Sha:
    """The tree of the files on disk; what the base ignores and does not hold is left out."""
    known = items(git, base)
    found = read_directory(git, directory, known, leftovers)
    write_blobs(git, found.fresh.values())
    submodules = {
        path: item
        for path, item in known.items()
        if item.mode == SUBMODULE and (directory / path).is_dir()
    }
    return write_tree(git, submodules | dict(found.files))


def restore(git: GitCommand, directory: Path, tree: Sha) -> None:
    """Make the directory hold exactly the tree; files its rules ignore stay unless in the way."""
    known = items(git, tree)
    found = read_directory(git, directory, known)
    changed = [path for path, item in found.files.items() if known.get(path) != item]
    for path in (*found.odd, *changed):
        remove(directory / path)
    with blob_reader(git) as reader:
        for path, item in known.items():
            if found.files.get(path) != item:
                write_item(directory, path, item, reader)
    empty = [entry.path for entry in walk(directory) if entry.is_directory]
    for path in reversed(empty):
        if path not in known:
            with contextlib.suppress(OSError):
                (directory / path).rmdir()
