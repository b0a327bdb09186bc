"""The SEED record of a period or of a run, put together from what was recorded."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, assert_never

from bot.domain.policy import Switch
from bot.domain.seed import Period, SeedRecord
from bot.domain.tuning.evidence import figures_of, pairs_of
from bot.domain.tuning.trial import Resting, Running, state_of
from bot.domain.wording.tuning import move_line
from bot.engine.services import Services
from bot.engine.tuning import settle_tuning
from bot.memory.seed import Happenings, seed_of
from bot.memory.tuning import Tunings

SWITCHED_OFF = "no parameter moved: EVOLVE_TUNING is off"
NO_ATTEMPT = "no parameter moved: no attempt was made yet"


class Recorded(Protocol):
    """What a record is read from; the services have it, and so have the records alone."""

    @property
    def happenings(self) -> Happenings:
        """What was recorded, by time."""
        ...

    @property
    def tunings(self) -> Tunings:
        """The trials of the last phase."""
        ...


def seed_record(records: Recorded, period: Period, tuning: Switch = Switch.ON) -> SeedRecord:
    """What a period came to, by phase. It changes nothing, and reads no word of a model.

    `tuning` is what the operator set: where it is off, the record says so.
    """
    facts = records.happenings.between(period)
    if tuning is Switch.OFF:
        return seed_of(replace(facts, standing=(SWITCHED_OFF,)))
    installations = records.happenings.installations(period.repo)
    why = tuple(dict.fromkeys(_why(records.tunings, one) for one in installations))
    return seed_of(replace(facts, standing=why or (NO_ATTEMPT,)))


def close_run(
    services: Services, run: str, repo: str, began: datetime, filed: Iterable[int] = ()
) -> SeedRecord:
    """The last phase of a run: end the trials that are decided, keep its period, tell its record.

    `filed` are the issues that the run proposed by itself; those after a merge are in a story.

    Safe to call again: what was ended stays so, and the first period holds.
    """
    now, tuning = services.clock(), services.operator.tuning
    if tuning is Switch.ON:
        for installation in services.happenings.installations(repo):
            settle_tuning(services.tunings, installation, now)
    # What was just ended belongs to the run, and a period is over before its end.
    period = Period(began, services.clock() + timedelta(microseconds=1), repo, run)
    services.happenings.ran(period, filed)
    return seed_record(services, services.happenings.run(run) or period, tuning)


def _why(tunings: Tunings, installation: int) -> str:
    """Why no parameter was moved."""
    now = state_of(tunings.events(installation))
    match now:
        case Resting():
            return "no parameter moved: nothing is being tried"
        case Running(trial=trial):
            samples = tunings.samples(installation, trial.label)
            decided = figures_of(pairs_of(samples), trial.ceiling).pairs
            tried = f"{move_line(trial.move)}, {trial.phase}"
            return f"no parameter moved: {tried}, {decided} of at most {trial.most} pairs decided"
        case never:
            assert_never(never)
