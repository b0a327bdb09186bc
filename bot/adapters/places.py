"""Scratch directories below the bot's home; what is in them was written by a hostile process."""

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.adapters import trees


class ScratchPlaces:
    """Implements `Places` below `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def kept(self, name: str) -> Path:
        """A directory that outlives a crash; the same name gives the same directory."""
        directory = self._root / name
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    @contextmanager
    def fresh(self, name: str) -> Generator[Path]:
        """An empty directory that is removed at the end, whatever was done in it."""
        directory = self.kept(f"{name}-{secrets.token_hex(8)}")
        try:
            yield directory
        finally:
            trees.remove(directory)

    def remove(self, name: str) -> None:
        """A kept directory is not needed any more."""
        directory = self._root / name
        if directory.exists():
            trees.remove(directory)

    def forget(self, before: datetime) -> None:
        """Remove what a killed process left behind and nobody has touched since."""
        if not self._root.is_dir():
            return
        for directory in self._root.iterdir():
            if directory.lstat().st_mtime < before.timestamp():
                trees.remove(directory)
