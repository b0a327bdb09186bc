"""How an attempt ends without a pull request, as a value that every part of it may return."""

from dataclasses import dataclass

from bot.domain.task import Ending
from bot.kernel.budget import OverBudget
from bot.kernel.values import Breach, Sha


@dataclass(frozen=True, slots=True)
class Tried:
    """What the model had written in the end, on which base (a commit), and what the issue quoted
    of failures, as fingerprints."""

    base: Sha
    tree: Sha
    quoted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Halt:
    """The attempt ends here, and how; `breaches` are the rules that fired.

    `tried` is there when the change itself was at fault, and not what surrounds it.
    """

    ending: Ending
    reason: str
    breaches: tuple[Breach, ...] = ()
    tried: Tried | None = None

    @property
    def told(self) -> tuple[str, ...]:
        """Each breach in a line."""
        return tuple(f"{breach.rule}: {breach.detail}" for breach in self.breaches)

    @property
    def said(self) -> str:
        """The reason and every breach in one line."""
        return f"{self.reason} {'; '.join(self.told)}".strip()


_MORE = {
    "change": " Comment `/evolve continue $1` to allow more.",
    "run": " Comment `/evolve retry` to have the next run try again.",
}


def over_budget(over: OverBudget) -> Halt:
    """The honest ending at a cap; some can be raised, or are new with the next run."""
    more = _MORE.get(over.cap, "")
    return Halt(
        Ending.OVER_BUDGET,
        f"The next call could cost {over.wanted}, {over.spent} of {over.limit} is spent"
        f" (cap: {over.cap}).{more}",
        (Breach(f"budget-{over.cap}", f"the cap of {over.limit} holds"),),
    )
