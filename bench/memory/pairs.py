"""The labelled pairs: what failed, what is proposed now, and whether the two are the same."""

import json
from dataclasses import dataclass
from pathlib import Path

from bot.domain.similar.fingerprint import fingerprint
from bot.domain.similar.likeness import Proposal
from bot.kernel.values import Kind

FILE = Path(__file__).with_name("pairs.jsonl")
TRAINING = frozenset({"tuning", "held out"})
"""The parts on which weights are fitted; they are judged by fits that leave out the group."""


@dataclass(frozen=True, slots=True)
class Pair:
    """`half` is tuning, held out, blind or fresh; `way` is how the two are alike or differ."""

    group: str
    half: str
    way: str
    same: bool
    failed: Proposal
    proposed: Proposal


def pairs() -> tuple[Pair, ...]:
    """All of the file, in order."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return tuple(_pair(json.loads(line)) for line in lines)


def _pair(row: dict) -> Pair:
    return Pair(
        row["group"],
        row["half"],
        row["way"],
        row["same"],
        _proposal(row["failed"]),
        _proposal(row["proposed"]),
    )


def _proposal(side: dict) -> Proposal:
    failure = fingerprint(side["failure"])
    return Proposal(
        Kind(side["kind"]),
        side["title"],
        side["plan"],
        frozenset(side["paths"]),
        frozenset(side["symbols"]),
        frozenset({failure} if failure else ()),
    )
