"""An invented installation whose attempts depend on one value, and a trial lived through in it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp
from random import Random

from bot.domain.tuning.evidence import PAIR, Outcome, Sample
from bot.domain.tuning.judge import LONGEST, GoOn, judge, takes_more
from bot.domain.tuning.parameters import Move, Parameter
from bot.domain.tuning.trial import (
    CEILING,
    MOST_PAIRS,
    Phase,
    Step,
    Trial,
    has_new_value,
)
from bot.kernel.values import Usd

START = datetime(2026, 1, 1, tzinfo=UTC)
PLACES = ("octo/one", "octo/two")
A_DAY = 8
"""Attempts of the installation."""
LAG = 4
"""Attempts that begin before one is decided."""
SPREAD = 0.6
"""Of the logarithm of a cost: one attempt in six costs more than 1.8 times the median."""
DEARER_UNMERGED = 1.3
"""What a failed attempt costs of a merged one: it used its turns up."""
MOVE = Move(Parameter.RECALL, 3, 2)


@dataclass(frozen=True, slots=True)
class Value:
    """What attempts with one value come to: the share that is merged, of those taken back, and
    the mean cost of a merged one in dollars."""

    merged: float
    dollars: float = 0.30
    reverted: float = 0.0

    @property
    def per_dollar(self) -> float:
        """Merges for a dollar in the long run."""
        kept = self.merged * (1 - self.reverted)
        return kept / (self.dollars * (self.merged + DEARER_UNMERGED * (1 - self.merged)))

    def outcome(self, chance: Random) -> Outcome:
        """One attempt."""
        merged = chance.random() < self.merged
        reverted = merged and chance.random() < self.reverted
        spread = exp(chance.gauss(0, SPREAD) - SPREAD**2 / 2)
        dollars = self.dollars * spread * (1 if merged else DEARER_UNMERGED)
        return Outcome(merged and not reverted, reverted, Usd(round(dollars * 10**9)))


@dataclass(frozen=True, slots=True)
class Course:
    """How a trial went: whether the value was adopted, whether it stayed, and after how many
    pairs the trial and the watch were over."""

    adopted: bool
    stayed: bool
    tried: int
    watched: int
    why: str


def live(old: Value, new: Value, seed: int) -> Course:
    """One trial, and the watch when there is one; looked at after each attempt that is decided."""
    chance = Random(seed)
    before = [old.outcome(chance).cost.nano for _ in range(12)]
    ceiling = Usd(int(CEILING * sum(before) / len(before)))
    trial = Trial(seed + 1, Phase.TRYING, MOVE, START, ceiling, MOST_PAIRS)
    step, tried, why, at = _phase(trial, old, new, chance)
    if step is not Step.ADOPTED:
        return Course(False, False, tried, 0, why)
    watch = Trial(seed + 1, Phase.WATCHING, MOVE, at, ceiling, tried)
    step, watched, why, _ = _phase(watch, old, new, chance)
    return Course(True, step is Step.KEPT, tried, watched, why)


def _phase(trial: Trial, old: Value, new: Value, chance: Random) -> tuple[Step, int, str, datetime]:
    samples: list[Sample] = []
    hidden: list[Outcome] = []
    ordinals = dict.fromkeys(PLACES, 0)
    begun: set[tuple[str, int]] = set()
    decided: set[tuple[str, int]] = set()
    shown, at = 0, trial.since
    while True:
        at += timedelta(days=1 / A_DAY)
        place = chance.choice(PLACES)
        ordinal = ordinals[place]
        ordinals[place] += 1
        # Below this many blocks there is room in any case.
        if len(begun) < trial.most or takes_more(trial, samples, place, ordinal):
            begun.add((place, ordinal // PAIR))
            is_new = has_new_value(trial, place, ordinal)
            samples.append(Sample(place, ordinal, is_new, None))
            hidden.append((new if is_new else old).outcome(chance))
            late = max(shown, len(samples) - LAG)
        else:
            late = len(samples)
        changed = at - trial.since >= LONGEST
        for number in range(shown, late):
            one = samples[number]
            samples[number] = Sample(one.place, one.ordinal, one.new, hidden[number])
            block = one.place, one.ordinal // PAIR
            changed = changed or block in decided
            decided.add(block)
        shown = late
        if changed and not isinstance(verdict := judge(trial, samples, at), GoOn):
            return verdict.step, verdict.figures.pairs, verdict.why, at
