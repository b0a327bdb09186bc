"""When a trial ends, and how: the guards first, then the evidence, then its limits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from bot.domain.tuning.evidence import PAIR, Figures, Sample, figures_of, pairs_of
from bot.domain.tuning.trial import Phase, Step, Trial

LEAST_PAIRS = 10
"""Below this nothing is adopted: a handful of lucky merges is no reason."""

ADOPTED_AT = 20.0
"""Capital of the bet on the new value: without any difference it is reached in less than 1 of 20
trials (Ville's inequality)."""

DROPPED_AT = 10.0
"""Capital of a bet against it: a good value is dropped by such luck in less than 1 of 10."""

LONGEST = timedelta(days=60)
"""A phase that is not decided by then ends without. Charges are kept that long everywhere."""


@dataclass(frozen=True, slots=True)
class GoOn:
    """Not decided yet; the figures so far."""

    figures: Figures


@dataclass(frozen=True, slots=True)
class Ends:
    """How the phase ends, by which figures and why."""

    step: Step
    figures: Figures
    why: str


Verdict: TypeAlias = GoOn | Ends


def takes_more(trial: Trial, samples: Sequence[Sample], place: str, ordinal: int) -> bool:
    """Whether this attempt may take part: it completes a block, or there is room for one more."""
    blocks = {(one.place, one.ordinal // PAIR) for one in samples}
    return (place, ordinal // PAIR) in blocks or len(pairs_of(samples)) < trial.most


def judge(trial: Trial, samples: Iterable[Sample], now: datetime) -> Verdict:
    """What is to be done about a trial, from what is decided of its attempts."""
    pairs = pairs_of(samples)
    figures = figures_of(pairs, trial.ceiling)
    against = _against(figures)
    if against is not None:
        return Ends(Step.ROLLED_BACK, figures, against)
    over = now - trial.since >= LONGEST
    full = len(pairs) >= trial.most and all(one.new and one.old for one in pairs)
    pays = figures.new.per_dollar > figures.old.per_dollar
    match trial.phase:
        case Phase.TRYING:
            if pays and figures.pairs >= LEAST_PAIRS and figures.better >= ADOPTED_AT:
                why = f"the bet on it grew to {figures.better:.3g}"
                return Ends(Step.ADOPTED, figures, why)
            if full or over:
                return Ends(Step.ROLLED_BACK, figures, _undecided(over))
        case Phase.WATCHING:
            if full or over:
                if pays:
                    return Ends(Step.KEPT, figures, "it still merges more for a dollar")
                return Ends(Step.ROLLED_BACK, figures, "it does not merge more for a dollar")
        case never:
            assert_never(never)
    return GoOn(figures)


def _against(figures: Figures) -> str | None:
    """A reason to take it back at once."""
    new, old = figures.new, figures.old
    if new.reverted > old.reverted:
        return f"{new.reverted} of its merges were taken back, and {old.reverted} of the others"
    if figures.merges_less >= DROPPED_AT:
        return (
            f"fewer of its attempts are merged: the bet on that grew to {figures.merges_less:.3g}"
        )
    if figures.worse >= DROPPED_AT:
        return f"it merges less for a dollar: the bet on that grew to {figures.worse:.3g}"
    return None


def _undecided(over: bool) -> str:
    limit = f"{LONGEST.days} days" if over else "as many attempts as are allowed"
    return f"no difference was shown within {limit}"
