"""Whether an idea is known already: filed, done, rejected, or tried without success."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.similar.likeness import Proposal, likeness
from bot.domain.similar.weights import SIMILAR


class Where(StrEnum):
    """What became of what is known."""

    OPEN = "open"
    DONE = "closed as completed"
    REJECTED = "closed as not planned"
    FAILED = "tried without success"


@dataclass(frozen=True, slots=True)
class Known:
    """Something that was filed or tried. `evidence` is its identity, empty where unknown."""

    number: int
    where: Where
    proposal: Proposal
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """What an idea repeats, and how that shows."""

    known: Known
    why: str

    def __str__(self) -> str:
        return f"a duplicate of #{self.known.number} ({self.known.where}): {self.why}"


def duplicate(proposal: Proposal, evidence: str, known: Iterable[Known]) -> Duplicate | None:
    """What it repeats, the surest first: the same evidence, the same title, the same meaning.

    A known one whose kind nobody told counts as of the same kind: to refuse one improvement too
    many costs less than to file one twice.
    """
    everything = tuple(known)
    for one in everything:
        if evidence and one.evidence == evidence:
            return Duplicate(one, "the same evidence")
    title = plain_title(proposal.title)
    for one in everything:
        if title and plain_title(one.proposal.title) == title:
            return Duplicate(one, "the same title")
    alike = [(likeness(proposal, _of_kind(one.proposal, proposal)), one) for one in everything]
    best = max(alike, key=lambda pair: pair[0], default=None)
    if best is None or best[0] < SIMILAR:
        return None
    return Duplicate(best[1], f"{best[0]:.0%} likely to mean the same")


def plain_title(title: str) -> str:
    """Letters and digits in lower case: no spelling makes a title new."""
    return " ".join("".join(c if c.isalnum() else " " for c in title.lower()).split())


def _of_kind(known: Proposal, idea: Proposal) -> Proposal:
    return known if known.kind is not None else replace(known, kind=idea.kind)
