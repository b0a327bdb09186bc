"""Which attempts go without a thing that is meant to help, so that its worth can be measured.

Arms are drawn in blocks: of every block of attempts in a repository exactly one, chosen by a hash,
is the control. So the shares are exact, nobody can choose, and a repeated draw is the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

ROOT = "."
"""The area of files that lie in no directory."""


class Experiment(StrEnum):
    """What is measured: recalled lessons, the table of what works here, success by kind in the
    queue's order."""

    LESSONS = "lessons"
    TABLE = "what works here"
    ORDER = "success by kind"


class Arm(StrEnum):
    """With it, or without. `OFF` is no part of a comparison: the operator has switched it off."""

    TREATED = "treated"
    CONTROL = "control"
    OFF = "off"


CONTROL_EVERY: Mapping[Experiment, int] = {
    Experiment.LESSONS: 10,
    Experiment.TABLE: 2,
    Experiment.ORDER: 2,
}
"""One attempt of so many is a control. Every tenth goes without lessons (design.md, section 6);
the other two cost nothing to leave out, and halves measure soonest."""


@dataclass(frozen=True, slots=True)
class Arms:
    """What was drawn for one attempt."""

    lessons: Arm = Arm.OFF
    table: Arm = Arm.OFF
    order: Arm = Arm.OFF


@dataclass(frozen=True, slots=True)
class Tuning:
    """The parameters of the bot's own policy under which an attempt was made.

    `recall` is how many lessons are shown at most; a stronger model takes over after
    `escalate_after` failed proofs, which are measured and not felt; `reviewed` says whether the
    reviewer is asked.
    """

    recall: int = 3
    escalate_after: int = 2
    reviewed: bool = True


def drawn(experiment: Experiment, place: str, ordinal: int) -> Arm:
    """The arm of the attempt number `ordinal` (from 0) in a place, such as `owner/name`."""
    control = is_drawn(experiment, place, ordinal, CONTROL_EVERY[experiment])
    return Arm.CONTROL if control else Arm.TREATED


def is_drawn(what: str, place: str, ordinal: int, every: int) -> bool:
    """Whether the attempt number `ordinal` (from 0) is the one that is drawn of its block."""
    block, position = divmod(ordinal, every)
    digest = sha256(f"{what}\n{place}\n{block}".encode()).digest()
    return position == int.from_bytes(digest[:8], "little") % every


def drawn_by(ticket: str) -> Arm:
    """The arm of `Experiment.ORDER`: it is drawn by the ticket, before there is a task."""
    chosen = sha256(f"{Experiment.ORDER}\n{ticket}".encode()).digest()[0]
    return Arm.CONTROL if chosen % CONTROL_EVERY[Experiment.ORDER] == 0 else Arm.TREATED


def area_of(paths: Iterable[str]) -> str:
    """The top directory in which most of the paths lie; of equals the first by name."""
    tops = Counter(_top(path) for path in paths)
    return min(tops, key=lambda top: (-tops[top], top)) if tops else ROOT


def _top(path: str) -> str:
    top, slash, _ = path.partition("/")
    return top if slash else ROOT
