"""What the bot may do next about one issue: a closed union, performed by the engine."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.policy import PolicyError
from bot.domain.task import Ending
from bot.kernel.authority import Actor
from bot.kernel.merge_gate import MergePermit
from bot.kernel.values import Breach, Usd


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing of ours; nobody is told."""

    why: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Everything is on its way; an event or the sweep brings us back."""

    why: str


@dataclass(frozen=True, slots=True)
class Admit:
    """Queue the issue for `by`; `comment` is the command that asked, `extra` raises the cap."""

    by: Actor
    comment: int | None = None
    extra: Usd = Usd()


@dataclass(frozen=True, slots=True)
class Refuse:
    """Somebody without write access commanded: one polite line, once an issue."""

    comment: int
    reason: str


@dataclass(frozen=True, slots=True)
class RejectPolicy:
    """The policy file cannot be used: one clear comment, and nothing is spent."""

    error: PolicyError
    comment: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer a command in the status comment with one line."""

    comment: int
    line: str


@dataclass(frozen=True, slots=True)
class SetPause:
    """`/evolve pause` and `/evolve resume` for this repository."""

    comment: int
    by: Actor
    pause: bool


@dataclass(frozen=True, slots=True)
class Merge:
    """Merge exactly the permitted commit."""

    pull: int
    permit: MergePermit


@dataclass(frozen=True, slots=True)
class AskHuman:
    """A person must act; the status comment says who and why."""

    reasons: tuple[Breach, ...]


@dataclass(frozen=True, slots=True)
class Conclude:
    """The task is over, and this is how."""

    ending: Ending
    reason: str
    comment: int | None = None


Action: TypeAlias = (
    Ignore | Wait | Admit | Refuse | RejectPolicy | Reply | SetPause | Merge | AskHuman | Conclude
)
