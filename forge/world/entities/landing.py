"""Merging later: GitHub's auto-merge, and the places in a merge queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forge.world.entities.accounts import Account
    from forge.world.entities.pulls import Pull


class MergeMethod(StrEnum):
    """The three ways to merge."""

    MERGE = "merge"
    SQUASH = "squash"
    REBASE = "rebase"


@dataclass(frozen=True, slots=True)
class AutoMerge:
    """What GitHub shall do once everything that a merge needs is there."""

    enabled_by: Account
    enabled_at: datetime
    method: MergeMethod
    title: str | None
    message: str | None


@dataclass(eq=False, slots=True)
class QueueEntry:
    """One pull request in a merge queue, with the commit that its checks must pass on.

    `base_sha` is what the commit is built on: the branch, or the entry before it.
    """

    id: int
    pull: Pull
    enqueued_by: Account
    enqueued_at: datetime
    pull_sha: str
    base_sha: str
    head_sha: str
    ref: str
