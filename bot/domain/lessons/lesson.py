"""A lesson: a short item that an outcome taught, with counters that only outcomes move."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self, TypeAlias

from bot.domain.experiment import ROOT
from bot.domain.similar.terms import stems
from bot.domain.subject import Repo
from bot.domain.wording.quoting import flatten
from bot.kernel.values import Kind

TEXT_CHARS = 360
"""Characters of a lesson; what is longer is cut. Three of them fit into the cap on tokens."""
PATHS_MOST, SYMBOLS_MOST, TERMS_MOST, FAILURES_MOST, ANCHORS_MOST = 20, 20, 40, 5, 40
ANYTHING = "*"
"""The blob of an anchor that only has to be there, whatever is in it."""


class Sort(StrEnum):
    """What an item teaches. The last is a recipe for the bot and is never shown to a model."""

    WRONG = "went wrong"
    RECURRING = "keeps going wrong"
    WORKED = "worked"
    CONVENTION = "convention"
    SETUP = "set-up"


class Why(StrEnum):
    """Why a lesson is not recalled any more."""

    OUTDONE = "outdone"
    """Attempts that were shown it do no better than those without."""
    EVICTED = "evicted"
    """There is room for so many, and others are worth more."""
    INVALID = "invalid"
    """What it refers to changed, is gone, or was taken back."""
    REFINED = "refined"
    """A narrower one took its place."""
    REPEATED = "repeated"
    """Another one said the same before, and has its evidence now."""
    NOT_ACCEPTED = "not accepted"
    """The change that it would have come from was not merged."""
    DISMISSED = "dismissed"
    """The operator did not want it."""


@dataclass(frozen=True, slots=True)
class Tentative:
    """It waits for its pull request to be merged."""


@dataclass(frozen=True, slots=True)
class Active:
    """It may be recalled."""


@dataclass(frozen=True, slots=True)
class Retired:
    """It is kept, and never recalled again. `by` is the lesson that took its place."""

    why: Why
    at: datetime
    note: str = ""
    by: int | None = None


Standing: TypeAlias = Tentative | Active | Retired


@dataclass(frozen=True, slots=True)
class Anchor:
    """A file that a lesson refers to, with its blob's id then; "" for one that was not there."""

    path: str
    blob: str


@dataclass(frozen=True, slots=True)
class About:
    """What a lesson, or a question for lessons, is about. `failures` are fingerprints."""

    kind: Kind | None = None
    area: str = ROOT
    paths: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()
    failures: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a repository was set up and tested, as the bot itself found out; two shell commands.

    `report` is where the second one leaves its JUnit XML: it is part of the command.
    """

    setup: str
    command: str
    report: str


@dataclass(frozen=True, slots=True)
class Source:
    """Which outcome taught it. `key` names that outcome for ever."""

    key: str
    task: int
    attempt: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many attempts it was recalled in, and how many of them came to good or bad ends."""

    recalled: int = 0
    good: int = 0
    bad: int = 0

    @property
    def decided(self) -> int:
        """Attempts whose outcome says something."""
        return self.good + self.bad


@dataclass(frozen=True, slots=True)
class Draft:
    """A lesson before it is kept; `text` is outside text in parts, and shown as data only.

    `causes` are the rules that said no, each with its detail; of what is kept, `about.failures`
    holds their fingerprints.
    """

    repo: Repo
    sort: Sort
    text: str
    about: About
    anchors: tuple[Anchor, ...]
    source: Source
    born: datetime
    standing: Tentative | Active = Active()
    recipe: Recipe | None = None
    causes: tuple[str, ...] = ()

    def trimmed(self) -> Self:
        """The same within every limit, its text one line without hidden characters or secrets."""
        about = replace(
            self.about,
            paths=_first(self.about.paths, PATHS_MOST),
            symbols=_first(self.about.symbols, SYMBOLS_MOST),
            terms=_first(self.about.terms, TERMS_MOST),
            failures=_first(self.about.failures, FAILURES_MOST),
        )
        text, anchors = flatten(self.text, TEXT_CHARS), self.anchors[:ANCHORS_MOST]
        return replace(self, text=text, about=about, anchors=anchors)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A kept lesson. `evidence` counts the outcomes that taught it, `tally` is what it was worth.

    `withheld` counts the attempts that would have been shown it and, as controls, were not.
    """

    id: int
    draft: Draft
    standing: Standing
    tally: Tally = Tally()
    withheld: Tally = Tally()
    evidence: int = 1

    @property
    def sort(self) -> Sort:
        """What it teaches."""
        return self.draft.sort

    @property
    def text(self) -> str:
        """What it says."""
        return self.draft.text

    @property
    def about(self) -> About:
        """What it is about."""
        return self.draft.about


def terms_of(*texts: str) -> frozenset[str]:
    """The ideas in these texts that say anything."""
    return stems(" ".join(texts))


def holds(anchors: Iterable[Anchor], blob_of: Mapping[str, str]) -> bool:
    """Whether nothing that a lesson refers to has changed; `blob_of` are the files there are now.

    One changed file is enough, as with what failed before (`bot/memory/ban.py`).
    """
    return all(_holds(anchor, blob_of.get(anchor.path, "")) for anchor in anchors)


def _holds(anchor: Anchor, now: str) -> bool:
    return bool(now) if anchor.blob == ANYTHING else anchor.blob == now


def _first(values: frozenset[str], most: int) -> frozenset[str]:
    return frozenset(sorted(values)[:most])
