"""The port to the merges that are watched."""

from typing import Protocol

from bot.domain.subject import Repo
from bot.domain.watch import Outcome, Watch


class Watches(Protocol):
    """One for each merged attempt; every method may be called twice with the same arguments."""

    def begin(self, watch: Watch) -> None:
        """Watch this merge; an attempt that is watched already is left as it is."""
        ...

    def of(self, task: int, attempt: int) -> Watch | None:
        """The watch of an attempt, whatever came of it."""
        ...

    def open_in(self, repo: Repo) -> tuple[Watch, ...]:
        """The merges of a repository that are still watched."""
        ...

    def end(self, watch: Watch, outcome: Outcome) -> None:
        """It is over; the first outcome stays."""
        ...
