"""The port to the lessons: what outcomes taught, and what came of the attempts they were shown in.

Counters are counted from one row for each lesson and attempt, so that each outcome counts once
however often it is told.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from bot.domain.lessons.credit import Credit
from bot.domain.lessons.lesson import Draft, Lesson, Why
from bot.domain.subject import Repo


class Lessons(Protocol):
    """Every method is one transaction, and safe to call twice with the same arguments.

    Where a method adds a lesson or moves a counter, those that have to go by
    `bot/domain/lessons/keeping.py` are retired with it.
    """

    def learn(self, draft: Draft) -> int:
        """Add a lesson, or evidence for one that says the same; the id of either.

        An outcome (its `key`) that was learned from before adds nothing.
        """
        ...

    def accept(self, task: int, attempt: int, at: datetime) -> None:
        """The attempt was merged: its tentative lessons are lessons from now on."""
        ...

    def reject(self, task: int, attempt: int, at: datetime) -> None:
        """The attempt came to nothing, and so do its tentative lessons."""
        ...

    def take_back(self, task: int, attempt: int, at: datetime) -> None:
        """The merge is reverted: what it taught as good practice is none."""
        ...

    def active(self, repo: Repo) -> tuple[Lesson, ...]:
        """Those of a repository that may be recalled, in the order of their ids."""
        ...

    def some(self, ids: Iterable[int]) -> tuple[Lesson, ...]:
        """These lessons, whatever became of them, in the order of their ids."""
        ...

    def all(self) -> tuple[Lesson, ...]:
        """Every lesson there is or was, in the order of their ids."""
        ...

    def recalled(self, task: int, attempt: int, ids: Iterable[int], *, shown: bool) -> None:
        """These were recalled for an attempt; a control is not shown them."""
        ...

    def credit(self, task: int, attempt: int, credit: Credit, at: datetime) -> None:
        """What the attempt's outcome says of the lessons that were recalled for it."""
        ...

    def credit_recipe(
        self, lesson: int, task: int, attempt: int, credit: Credit, at: datetime
    ) -> None:
        """What the attempt says of the recipe that it was set up by."""
        ...

    def retire(self, lesson: int, why: Why, at: datetime, note: str = "") -> bool:
        """Recall it no more; False when there is no such lesson, or it is retired already."""
        ...
