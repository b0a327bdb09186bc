"""The bot's own parameters in words: those of an attempt, and what became of a trial."""

from bot.domain.experiment import Tuning
from bot.domain.tuning.evidence import Side
from bot.domain.tuning.parameters import Move, Parameter
from bot.domain.tuning.trial import Step, TuningEvent
from bot.domain.wording.blocks import count


def tuning_line(tuning: Tuning, trial: str) -> str:
    """The values of an attempt; `trial` is the one that it takes part in, if any."""
    values = (
        f"{count(tuning.recall, 'lesson')} at most",
        f"a stronger model after {count(tuning.escalate_after, 'failed proof')}",
        "reviewer " + ("on" if tuning.reviewed else "off"),
    )
    part = f"; part of {trial}" if trial else ""
    return ", ".join(values) + part


def move_line(move: Move) -> str:
    """`recall 3 → 2`, `reviewer on → off`."""
    match move.parameter:
        case Parameter.RECALL:
            return f"lessons recalled {move.before} → {move.after}"
        case Parameter.ESCALATE_AFTER:
            return f"failed proofs before the stronger model {move.before} → {move.after}"
        case Parameter.REVIEWED:
            return f"reviewer {_switch(move.before)} → {_switch(move.after)}"


def event_line(event: TuningEvent) -> str:
    """What happened to a trial, by which figures: the new value's first, then the old one's."""
    told = f"{move_line(event.move)}: {event.step}"
    if event.step is not Step.STARTED:
        new, old = event.figures.new, event.figures.old
        told += f"; new {_side(new)}, old {_side(old)}"
    return f"{told} ({event.why})"


def _side(side: Side) -> str:
    per = f", {side.per_dollar:.2f} a dollar" if side.cost.nano else ""
    return f"{side.merged} of {side.attempts} merged for {side.cost}{per}"


def _switch(value: int) -> str:
    return "on" if value else "off"
