"""What works in a repository, as it is now."""

from bot.domain.experiment import Arm, Arms
from bot.domain.subject import Repo
from bot.engine.services import Services
from bot.memory.telemetry.what_works import WhatWorks, what_works


def what_works_in(services: Services, repo: Repo) -> WhatWorks:
    """The table for a repository; empty before five attempts are decided there."""
    chronicle = services.chronicle
    refused = services.refusals.by_attempt(repo)
    return what_works(repo, chronicle.courses(), refused, chronicle.experience())


def works_here(services: Services, repo: Repo, arms: Arms) -> tuple[str, ...]:
    """The table's lines for an attempt that is shown it, none for one of the control arm."""
    match arms.table:
        case Arm.TREATED:
            return what_works_in(services, repo).lines()
        case Arm.CONTROL | Arm.OFF:
            return ()
