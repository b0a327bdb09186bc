"""The port to the revisions of open pull requests."""

from datetime import datetime
from typing import Protocol

from bot.domain.revision import Came, Revision, Wanted
from bot.domain.task import Published, Task


class Revisions(Protocol):
    """Every method is one transaction, and safe to call twice with the same arguments."""

    def ask(self, task: Task, wanted: Wanted, now: datetime) -> Revision | None:
        """Begin a revision of a published task, which is *revising* from now on.

        None when the task is no longer published at this attempt. One that is under way is given
        back as it is.
        """
        ...

    def of(self, task: int, attempt: int) -> tuple[Revision, ...]:
        """All revisions of an attempt, in order."""
        ...

    def end(self, revision: Revision, came: Came, said: str, published: Published | None) -> None:
        """What came of it. The task is *published* again, unless it was ended meanwhile.

        `published` is what the pull request holds from now on; None leaves it as it was.
        """
        ...

    def drop(self, revision: Revision) -> None:
        """Count a revision that failed as never asked, so that it may be asked for again."""
        ...
