"""What the bot may do next about one issue: a closed union, performed by the engine."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from bot.domain.facts import Reason
from bot.domain.policy import PolicyError
from bot.domain.revision import Revision, Wanted
from bot.domain.stale import Silence
from bot.domain.task import Ending, Wish
from bot.domain.watch import Watch, Watching
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
    wish: Wish = Wish.CHANGE


@dataclass(frozen=True, slots=True)
class Refuse:
    """Somebody without write access commanded: one polite line, once an issue."""

    comment: int
    reason: str
    on: int


@dataclass(frozen=True, slots=True)
class RejectPolicy:
    """The policy file cannot be used: one clear comment, and nothing is spent."""

    error: PolicyError
    comment: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer a command with one line, where it was given: `on` is that issue or pull request."""

    comment: int
    line: str
    on: int


@dataclass(frozen=True, slots=True)
class Obeyed:
    """A command that needs nothing but to be seen: a thumb up."""

    comment: int


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
class Revise:
    """Work on the open pull request once more."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Rerun:
    """Let these failed checks run once more before anything is changed or paid."""

    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoOn:
    """Take up a revision that ended without a result, with `extra` USD more."""

    comment: int
    revision: Revision
    extra: Usd


@dataclass(frozen=True, slots=True)
class AfterMerge:
    """What the watch over a merge calls for."""

    watch: Watch
    what: Watching


@dataclass(frozen=True, slots=True)
class Remember:
    """Somebody said why the pull request was closed: that goes to memory."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Disown:
    """A pull request that the bot is done with was opened again: say so there, and how to go on."""

    pull: int


@dataclass(frozen=True, slots=True)
class AskHuman:
    """A person must act; the status comment says who and why."""

    reasons: tuple[Breach, ...]


@dataclass(frozen=True, slots=True)
class Remind:
    """The pull request waits for a person in silence: say so, once; `left` is when it is closed."""

    reasons: tuple[Breach, ...]
    silence: Silence
    left: timedelta | None


@dataclass(frozen=True, slots=True)
class CloseStale:
    """The silence went on after the reminder: close the pull request, and say what it needed."""

    reasons: tuple[Breach, ...]
    silence: Silence


@dataclass(frozen=True, slots=True)
class Conclude:
    """The task is over, and this is how."""

    ending: Ending
    reason: str
    comment: int | None = None


Action: TypeAlias = (
    Ignore
    | Wait
    | Admit
    | Refuse
    | RejectPolicy
    | Reply
    | Obeyed
    | SetPause
    | Merge
    | Revise
    | Rerun
    | GoOn
    | AfterMerge
    | Remember
    | Disown
    | AskHuman
    | Remind
    | CloseStale
    | Conclude
)
