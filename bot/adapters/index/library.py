"""The shelves of repositories: each mirror with the index that belongs to it."""

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bot.adapters.git.command import GitCommand
from bot.adapters.index.source import GitSource, git_directory
from bot.adapters.index.sqlite import SqliteIndex
from bot.stages.select.port import Shelf


class SqliteLibrary:
    """Indexes lie below `home`, one file for each repository; mirrors where git keeps them."""

    def __init__(self, home: Path, mirrors: Path) -> None:
        self._home, self._mirrors = home, mirrors

    @contextmanager
    def open(self, repo: str) -> Generator[Shelf]:
        """The shelf of `owner/name`, whose mirror must be there. Raises GitError."""
        with self.open_directory(self._mirrors / f"{repo}.git") as shelf:
            yield shelf

    @contextmanager
    def open_directory(self, git: Path) -> Generator[Shelf]:
        """The shelf of a git directory, wherever it is. Raises GitError when there is none."""
        place = git_directory(git)
        name = f"{place.stem.strip('.') or 'repo'}-{hashlib.sha256(bytes(place)).hexdigest()[:16]}"
        index = SqliteIndex(self._home / f"{name}.sqlite")
        try:
            yield Shelf(GitSource(GitCommand(place)), index)
        finally:
            index.close()
