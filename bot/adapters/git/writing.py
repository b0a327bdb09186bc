"""Writing one path of a tree into a directory, never through a link, whatever lies there."""

import contextlib
import os
from contextlib import ExitStack
from pathlib import Path

from bot.adapters.git.command import GitError
from bot.adapters.git.links import stays_inside
from bot.adapters.git.objects import EXECUTABLE, SUBMODULE, SYMLINK, BlobReader, Item
from bot.adapters.trees import remove

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_item(root: Path, path: str, item: Item, reader: BlobReader) -> None:
    """Put the item at its path; what is in the way goes. Raises GitError for a path that escapes.

    A link that could lead out of the root becomes a plain file that holds its target.
    """
    *above, name = parts_of(path)
    with ExitStack() as opened:
        directory = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        opened.callback(os.close, directory)
        for part in above:
            directory = _enter(directory, part)
            opened.callback(os.close, directory)
        if item.mode == SUBMODULE:
            _make_directory(directory, name)
            return
        content = reader.read(item.sha)
        _clear(root / path)
        if item.mode == SYMLINK and stays_inside(path, content):
            os.symlink(content, os.fsencode(name), dir_fd=directory)
            return
        mode = 0o755 if item.mode == EXECUTABLE else 0o644
        with os.fdopen(os.open(name, _NEW_FILE, mode, dir_fd=directory), "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), mode)


def parts_of(path: str) -> list[str]:
    """The names a path is made of. Raises GitError when one is not a plain name."""
    parts = path.split("/")
    if any(part in ("", ".", "..") or part.casefold() == ".git" for part in parts):
        raise GitError(f"the tree holds a path that is not allowed: {path!r}")
    return parts


def _enter(directory: int, name: str) -> int:
    _make_directory(directory, name)
    return os.open(name, _DIRECTORY, dir_fd=directory)


def _make_directory(directory: int, name: str) -> None:
    try:
        os.mkdir(name, 0o755, dir_fd=directory)
    except FileExistsError:
        with contextlib.suppress(IsADirectoryError):
            os.unlink(name, dir_fd=directory)
            os.mkdir(name, 0o755, dir_fd=directory)


def _clear(place: Path) -> None:
    # every directory above was just opened without following a link, and no job runs now
    try:
        place.unlink()
    except FileNotFoundError:
        return
    except IsADirectoryError:
        remove(place)
