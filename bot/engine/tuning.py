"""The last phase: end the trial that is decided, begin the next, give an attempt its values.

Nothing is kept between two looks but the events: whoever looks, and however often, adds the same.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain.experiment import Arms, Tuning
from bot.domain.policy import Policy, Switch
from bot.domain.subject import Repo
from bot.domain.tuning.evidence import Figures
from bot.domain.tuning.judge import Ends, GoOn, judge, takes_more
from bot.domain.tuning.parameters import Parameter, matters, with_value
from bot.domain.tuning.trial import (
    CEILING,
    Phase,
    Resting,
    Running,
    Step,
    Trial,
    TuningEvent,
    TuningState,
    drawn_value,
    next_move,
    state_of,
)
from bot.kernel.values import Usd
from bot.memory.tuning import Tunings

DECIDED_LEAST = 10
"""Decided attempts of an installation before anything is tried: what they cost is the measure."""

LOOKED_BACK = timedelta(days=60)
"""How old they may be."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """The values of an attempt, and the trial that it takes part in, if any."""

    tuning: Tuning
    trial: str = ""


def settle_tuning(tunings: Tunings, installation: int, at: datetime) -> TuningState:
    """End what is decided; where the installation stands now. Safe to call at any time."""
    now = state_of(tunings.events(installation))
    while isinstance(now, Running):
        trial = now.trial
        samples = tunings.samples(installation, trial.label)
        match judge(trial, samples, at):
            case GoOn():
                return now
            case Ends(step, figures, why):
                tunings.append(_event(installation, trial, step, figures, why, at))
            case never:
                assert_never(never)
        now = state_of(tunings.events(installation))
    return now


def tuned(
    tunings: Tunings, policy: Policy, repo: Repo, ordinal: int, arms: Arms, at: datetime
) -> Assigned:
    """What the attempt number `ordinal` of a repository is made with.

    Where the repository switched it off, the built-in values hold.
    """
    if policy.learn.tune is Switch.OFF:
        return Assigned(Tuning())
    now = settle_tuning(tunings, repo.installation, at)
    possible = frozenset(one for one in Parameter if matters(one, policy.models, arms))
    if isinstance(now, Resting):
        now = _begun(tunings, repo.installation, now, possible, at)
    if isinstance(now, Resting):
        return Assigned(now.tuning)
    trial, parameter = now.trial, now.trial.move.parameter
    samples = tunings.samples(repo.installation, trial.label)
    if parameter not in possible or not takes_more(trial, samples, repo.full, ordinal):
        return Assigned(now.tuning)
    value = drawn_value(trial, repo.full, ordinal)
    return Assigned(with_value(now.tuning, parameter, value), trial.label)


def _begun(
    tunings: Tunings,
    installation: int,
    now: Resting,
    possible: frozenset[Parameter],
    at: datetime,
) -> TuningState:
    """The next trial, when there is a move to try and enough is known of what an attempt costs."""
    events = tunings.events(installation)
    move = next_move(now.tuning, events, possible, at)
    if move is None:
        return now
    decided = tunings.decided(installation, at - LOOKED_BACK)
    if len(decided) < DECIDED_LEAST:
        return now
    mean = sum(one.cost.nano for one in decided) / len(decided)
    ceiling = Usd(max(1, round(CEILING * mean)))
    trial = Trial(now.next_trial, Phase.TRYING, move, at, ceiling, 0)
    why = f"{len(decided)} attempts are decided, of {Usd(round(mean))} on average"
    started = _event(installation, trial, Step.STARTED, Figures(), why, at)
    tunings.append(started)
    return state_of(tunings.events(installation))


def _event(
    installation: int, trial: Trial, step: Step, figures: Figures, why: str, at: datetime
) -> TuningEvent:
    return TuningEvent(
        installation, trial.number, trial.phase, step, trial.move, trial.ceiling, at, figures, why
    )
