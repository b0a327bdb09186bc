"""What an assessment is made of: reasons, each with the risk that it alone would justify."""

from dataclasses import dataclass
from enum import StrEnum

from bot.kernel.values import Risk


class Sign(StrEnum):
    """What was seen, as a reader is told it."""

    API = "public API"
    DEPENDENCIES = "dependencies"
    SCHEMA = "stored data"
    SECURITY = "security"
    CONCURRENCY = "concurrency"
    HARNESS = "test run"
    MACHINERY = "build and settings"
    WORKFLOW = "workflow"
    DELETION = "deletion"
    SIZE = "size"
    UNREAD = "could not be read"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `detail` holds names out of the code, so it is outside text; so is `path`."""

    sign: Sign
    risk: Risk
    detail: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """All reasons that were found, the gravest first."""

    reasons: tuple[Reason, ...] = ()

    @property
    def risk(self) -> Risk:
        """The highest of all reasons; low without any."""
        return max((one.risk for one in self.reasons), default=Risk.LOW)

    def also(self, *more: Reason) -> "Assessment":
        """With these reasons, too; one that is there already is not said twice."""
        every = dict.fromkeys((*self.reasons, *more))
        return Assessment(tuple(sorted(every, key=lambda one: -one.risk.rank)))


def said(who: str, risk: Risk) -> tuple[Reason, ...]:
    """The word of somebody who judged the change; that it is low is no reason for anything."""
    return () if risk is Risk.LOW else (Reason(Sign.SAID, risk, f"{who} rates it {risk}"),)
