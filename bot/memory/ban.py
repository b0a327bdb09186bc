"""Whether a proposal is barred, because something similar failed in the last seven days."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.domain.similar.likeness import Proposal, likeness
from bot.domain.similar.weights import SIMILAR
from bot.domain.subject import Subject
from bot.memory.failures import FailedProposal

WINDOW = timedelta(days=7)
"""The article's: a failure older than this speaks against nothing."""


@dataclass(frozen=True, slots=True)
class Attempted:
    """A proposal that is about to be worked on.

    `said` is all that its issue says; `base` the tree it would be written on, `blobs` the files of
    it; `insisted` says that a person asked for it again after an attempt at it had ended.
    """

    subject: Subject
    proposal: Proposal
    said: str
    base: str
    blobs: Mapping[str, str]
    insisted: bool


@dataclass(frozen=True, slots=True)
class Free:
    """Nothing speaks against it."""


@dataclass(frozen=True, slots=True)
class Warned:
    """A similar one failed, but a person insists: the model is told of it."""

    earlier: FailedProposal


@dataclass(frozen=True, slots=True)
class Barred:
    """A similar one failed, and nothing has changed since; `until` it is free again by itself."""

    earlier: FailedProposal
    until: datetime


Ban: TypeAlias = Free | Warned | Barred


def judge(attempted: Attempted, failures: Iterable[FailedProposal], now: datetime) -> Ban:
    """The likeliest failure that still holds decides. The issue's own failures bar nothing: only a
    person starts a second attempt at it, and the brief tells of the first."""
    held = [
        (likeness(attempted.proposal, one.proposal), one.at, one)
        for one in failures
        if one.telling and now - one.at < WINDOW and one.subject != attempted.subject
    ]
    similar = [
        entry
        for entry in held
        if entry[0] >= SIMILAR
        and not changed_since(entry[2], attempted)
        and not differs_knowingly(entry[2], attempted)
    ]
    if not similar:
        return Free()
    earlier = max(similar, key=lambda entry: entry[:2])[2]
    return Warned(earlier) if attempted.insisted else Barred(earlier, earlier.at + WINDOW)


def changed_since(earlier: FailedProposal, attempted: Attempted) -> bool:
    """Whether a file that the failed one touched is another now; of unknown files, any file."""
    if not earlier.paths:
        return earlier.base != attempted.base
    then = zip(earlier.paths, earlier.blobs, strict=True)
    return any(attempted.blobs.get(path, "") != blob for path, blob in then)


def differs_knowingly(earlier: FailedProposal, attempted: Attempted) -> bool:
    """Whether the issue names the failed one, and is about something else: another kind of change,
    other files, or other functions. Naming it alone is not enough, nor is being different unawares.
    """
    number = re.escape(str(earlier.subject.number))
    if re.search(rf"(?:#|/issues/){number}(?![0-9])", attempted.said) is None:
        return False
    proposal, failed = attempted.proposal, earlier.proposal
    return (
        _other(proposal.paths, failed.paths)
        or _other(proposal.symbols, failed.symbols)
        or (failed.kind is not None and proposal.kind is not failed.kind)
    )


def _other(now: frozenset[str], then: frozenset[str]) -> bool:
    """Whether one has what the other has not; what is unknown differs in nothing."""
    return bool(now and then) and now != then
