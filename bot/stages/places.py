"""The port to scratch directories: where a change is written, and where suites run."""

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol


class Places(Protocol):
    """Directories below the bot's home; what is in them is hostile."""

    def kept(self, name: str) -> Path:
        """A directory that outlives a crash; the same name gives the same directory."""
        ...

    def fresh(self, name: str) -> AbstractContextManager[Path]:
        """An empty directory that is removed at the end, whatever was done in it."""
        ...

    def remove(self, name: str) -> None:
        """A kept directory is not needed any more."""
        ...

    def forget(self, before: datetime) -> None:
        """Remove what a killed process left behind and nobody has touched since."""
        ...
