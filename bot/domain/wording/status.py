"""The one status comment of an issue, edited in place for as long as the bot has to do with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from bot.domain.labels import StateLabel
from bot.domain.task import Ending, Estimate, Part, Wish
from bot.domain.wording.blocks import Link, count, folded, paragraphs
from bot.domain.wording.parts import part_list
from bot.domain.wording.quoting import inline, prose, quoted
from bot.domain.wording.stages import StageLine, stage_list
from bot.kernel.values import Usd


@dataclass(frozen=True, slots=True)
class Queued:
    """Waiting for a free worker; `why` is the queue's own explanation."""

    place: int
    of: int
    why: str


@dataclass(frozen=True, slots=True)
class OnHold:
    """Admitted, but something must happen first; `why` says what."""

    why: str


@dataclass(frozen=True, slots=True)
class Working:
    """A worker has it; the stage list says where."""

    stage: str


@dataclass(frozen=True, slots=True)
class PullOpen:
    """The pull request is open; `waiting_for` names CI or a person, and what they must do."""

    pull: int
    waiting_for: str


@dataclass(frozen=True, slots=True)
class NeedsPerson:
    """The pull request is open, and goes no further until a person acts; `what` says how."""

    pull: int
    what: str


@dataclass(frozen=True, slots=True)
class Ended:
    """Over, and how; `wish` is what had been asked for."""

    ending: Ending
    reason: str
    wish: Wish = Wish.CHANGE


Standing: TypeAlias = Queued | OnHold | Working | PullOpen | NeedsPerson | Ended


@dataclass(frozen=True, slots=True)
class Money:
    """Spent and reserved for this attempt, and the most it may cost, in USD."""

    spent: Usd
    cap: Usd


@dataclass(frozen=True, slots=True)
class StatusView:
    """Everything the comment shows. `answer` is the reply to the newest command, or empty.

    `pull` is the number of the pull request that the attempt came to, or None.
    """

    issue: int
    attempt: int
    standing: Standing
    money: Money
    estimate: Estimate | None = None
    stages: tuple[StageLine, ...] = ()
    links: tuple[Link, ...] = ()
    answer: str = ""
    parts: tuple[Part, ...] = ()
    pull: int | None = None


def label_of(standing: Standing) -> StateLabel:
    """The label that says the same in a list of issues."""
    match standing:
        case Queued() | OnHold():
            return StateLabel.QUEUED
        case Working():
            return StateLabel.WORKING
        case PullOpen():
            return StateLabel.REVIEW
        case NeedsPerson():
            return StateLabel.NEEDS_HUMAN
        case Ended(ending=ending):
            return StateLabel.NEEDS_HUMAN if ending in _OPEN_ENDS else StateLabel.DONE
        case never:
            assert_never(never)


def status_marker(issue: int) -> str:
    """The hidden line by which the comment is found again."""
    return f"<!-- evolve:status {issue} -->"


def status_comment(view: StatusView) -> str:
    """The whole comment. The same view gives the same text, so an edit happens only on news."""
    return paragraphs(
        status_marker(view.issue),
        prose(view.answer, 1000),
        f"### {_headline(view.standing)}",
        _explained(view.standing),
        _estimate(view.estimate),
        part_list(view.parts),
        _way(view),
        " · ".join(_sums(view)),
        " · ".join(link.markdown() for link in view.links),
        f"<sub>{_next_step(view)}</sub>",
    )


def _headline(standing: Standing) -> str:
    match standing:
        case Queued(place=place, of=of):
            return f"Queued: place {place} of {of}"
        case OnHold():
            return "On hold"
        case Working(stage=stage):
            return f"Working: {inline(stage)}"
        case NeedsPerson(pull=pull):
            return f"Pull request #{pull} needs a person"
        case PullOpen(pull=pull):
            return f"Pull request #{pull} is open"
        case Ended(ending=ending):
            return f"{_SIGNS[ending]} {ending.value.capitalize()}"
        case never:
            assert_never(never)


def _explained(standing: Standing) -> str:
    match standing:
        case Queued(why=why):
            return why
        case OnHold(why=why):
            return prose(why, 1000)
        case Working():
            return ""
        case NeedsPerson(what=what):
            return prose(what, 1500)
        case PullOpen(waiting_for=waiting_for):
            return prose(waiting_for, 1000)
        case Ended(reason=reason):
            return prose(reason, 2000) or "No reason was recorded."
        case never:
            assert_never(never)


def _estimate(estimate: Estimate | None) -> str:
    if estimate is None:
        return ""
    sentence = (
        f"**Estimate** {estimate.kind}, impact {estimate.impact} of 5, {estimate.risk} risk,"
        f" about {estimate.cost}"
    )
    return paragraphs(sentence, f"**Plan**\n\n{quoted(estimate.plan)}" if estimate.plan else "")


def _way(view: StatusView) -> str:
    """The stages: live while there is work, and folded away when they are history."""
    listed = stage_list(view.stages)
    match view.standing:
        case Queued() | OnHold() | Working():
            return listed
        case PullOpen() | NeedsPerson() | Ended():
            return folded(f"How it went ({count(len(view.stages), 'step')})", listed)
        case never:
            assert_never(never)


def _sums(view: StatusView) -> Iterator[str]:
    yield f"**Cost** {view.money.spent} of at most {view.money.cap}"
    yield f"attempt {view.attempt}"
    if view.pull is not None:
        yield f"pull request #{view.pull}"


def _next_step(view: StatusView) -> str:
    match view.standing:
        case Queued() | OnHold() | Working():
            return "`/evolve stop` ends this; `/evolve pause` pauses the whole repository."
        case PullOpen() | NeedsPerson():
            return (
                "An approving review by somebody with write access allows the merge of exactly the"
                " commit it names; a review that requests changes, or `/evolve` and what to do, has"
                " them made. `/evolve stop` ends this."
            )
        case Ended(wish=Wish.PLAN):
            return _after_a_plan(view)
        case Ended(ending=ending):
            return _WHAT_NOW[ending]
        case never:
            assert_never(never)


def _after_a_plan(view: StatusView) -> str:
    """What to do next where only a plan was asked for; nothing was written, however it ended."""
    ending = view.standing.ending if isinstance(view.standing, Ended) else Ending.STOPPED
    if ending is Ending.OVER_BUDGET:
        return _WHAT_NOW[ending]
    if ending is not Ending.ANSWERED:
        return "No code was changed. `/evolve plan` plans again."
    if view.parts:
        return "No code was changed. `/evolve` on one of the parts does it."
    if view.estimate is None:
        return "No code was changed. Once the issue says more, `/evolve plan` plans again."
    return "No code was changed. `/evolve` does it; `/evolve plan` plans again."


_SIGNS = {
    Ending.MERGED: "✅",
    Ending.AWAITING_REVIEW: "👀",
    Ending.ANSWERED: "💬",
    Ending.NOTHING_NEEDED: "💤",
    Ending.BLOCKED: "🚧",
    Ending.REFUSED: "⛔",
    Ending.FAILED: "❌",
    Ending.OVER_BUDGET: "💸",
    Ending.STOPPED: "⏹️",
}

_OPEN_ENDS = frozenset(
    {Ending.BLOCKED, Ending.REFUSED, Ending.FAILED, Ending.OVER_BUDGET, Ending.ANSWERED}
)
"""Endings after which something is left for a person to do or to say."""

_RETRY = "`/evolve retry` tries again as a new attempt."

_WHAT_NOW = {
    Ending.MERGED: "Nothing is left to do. To undo it, revert the merge commit.",
    Ending.AWAITING_REVIEW: "A person reviews and merges the pull request.",
    Ending.ANSWERED: f"No code was changed. {_RETRY}",
    Ending.NOTHING_NEEDED: f"No code was changed. If something is missing, say what; {_RETRY}",
    Ending.BLOCKED: f"Once what is named above is out of the way, {_RETRY}",
    Ending.REFUSED: (
        "A safety gate refused the change and nothing was published. Make the issue smaller or"
        f" clearer, or do this one by hand; {_RETRY}"
    ),
    Ending.FAILED: f"Nothing was merged. Once the cause above is mended, {_RETRY}",
    Ending.OVER_BUDGET: (
        "`/evolve continue $2` tries again with two dollars more; any amount will do."
    ),
    Ending.STOPPED: f"Nothing more will be done or spent. {_RETRY}",
}
