"""The test environment at the steps of an attempt: made before anything is paid.

A later step finds it by its recipe; one that was evicted while the attempt was down is made again.
"""

from dataclasses import dataclass

from bot.domain.policy import TestPolicy
from bot.domain.task import Ending
from bot.engine.desk import Desk
from bot.engine.halt import Halt
from bot.engine.skills import known_skill, skill_failed
from bot.kernel.values import Kind, Sha
from bot.stages.environment import (
    Mounts,
    Recipe,
    SetupFailed,
    Workshop,
    configured,
    equip,
    recipe,
)
from bot.stages.workspace import Unusable


@dataclass(frozen=True, slots=True)
class Equipment:
    """How the base is tested, and the recipe of what its tests need, if they need anything.

    `detected` says that the bot found out how by itself: the policy names no command.
    """

    test: TestPolicy
    recipe: Recipe | None
    detected: bool = False


class NotEquipped(Exception):
    """The environment was there at the beginning and cannot be made any more."""


def make_ready(desk: Desk, base: Sha, policy: TestPolicy) -> Equipment | Halt:
    """Find out how to test, and make the environment; without it the attempt is blocked.

    What worked before on the same files is tried first; if it fails, it is found out anew.
    """
    try:
        test, told = configured(desk.mirror(), base, policy)
        skill = known_skill(desk, base, policy)
        if skill is not None:
            proven = _made_ready(desk, base, policy, skill.applied(policy), skill.told)
            if not isinstance(proven, SetupFailed):
                return proven
            skill_failed(desk, skill)
            if skill.applied(policy) == test:
                return Halt(Ending.BLOCKED, proven.reason)
        ready = _made_ready(desk, base, policy, test, told)
    except Unusable as unusable:
        return Halt(Ending.BLOCKED, f"The test environment cannot be kept: {unusable}")
    return Halt(Ending.BLOCKED, ready.reason) if isinstance(ready, SetupFailed) else ready


def _made_ready(
    desk: Desk, base: Sha, policy: TestPolicy, test: TestPolicy, told: str
) -> Equipment | Halt | SetupFailed:
    detected = policy.command is None and test.command is not None
    if test.setup is None:
        return Equipment(test, None, detected)
    desk.enter("select", told or f"set-up: {test.setup}")
    shop = _workshop(desk)
    if shop is None:
        return Halt(Ending.BLOCKED, "The tests need a set-up, and this service runs none.")
    made = recipe(shop, base, test.setup, test)
    outcome = equip(shop, made)
    return outcome if isinstance(outcome, SetupFailed) else Equipment(test, made, detected)


def equipped(desk: Desk, made: Recipe | None) -> Mounts:
    """What every job of the attempt finds over its checkout. Raises NotEquipped and Unusable."""
    shop = _workshop(desk)
    if made is None or shop is None:
        return ()
    outcome = equip(shop, made)
    if isinstance(outcome, SetupFailed):
        raise NotEquipped(outcome.reason)
    return outcome


def refused_kind(made: Recipe | None, kind: Kind) -> Halt | None:
    """A change of dependencies would need a set-up of its own, with network, from what the model
    wrote: an install script can do anything there. That is for a person.
    """
    if kind is not Kind.DEPENDENCY or made is None:
        return None
    why = "its tests need a set-up from the changed manifests, which the bot does not run"
    return Halt(Ending.BLOCKED, f"A dependency change is not possible here: {why}.")


def _workshop(desk: Desk) -> Workshop | None:
    services = desk.services
    if services.environments is None:
        return None
    return Workshop(
        desk.task.subject.repo.full,
        desk.mirror(),
        services.sandbox,
        services.places,
        services.environments,
    )
