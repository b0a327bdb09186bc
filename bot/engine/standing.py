"""What works in a repository, as it is now."""

from bot.domain.experiment import Arm, Arms
from bot.domain.subject import Repo
from bot.engine.services import Services
from bot.memory.telemetry.standing import Standing, standing


def standing_of(services: Services, repo: Repo) -> Standing:
    """The table for a repository; empty before five attempts are decided there."""
    chronicle = services.chronicle
    refused = services.refusals.by_attempt(repo)
    return standing(repo, chronicle.courses(), refused, chronicle.experience())


def works_here(services: Services, repo: Repo, arms: Arms) -> tuple[str, ...]:
    """The table's lines for an attempt that is shown it, none for one of the control arm."""
    match arms.table:
        case Arm.TREATED:
            return standing_of(services, repo).lines()
        case Arm.CONTROL | Arm.OFF:
            return ()
