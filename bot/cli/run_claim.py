"""The claim of a run on its state branch: two runs that begin at once find out before they work."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import AwareDatetime, TypeAdapter, ValidationError

CLAIMED = timedelta(minutes=30)
"""How long a run that says nothing more keeps others away; it renews its claim long before."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The run that is under way, and until when (UTC) it is believed to be."""

    run: str
    until: AwareDatetime

    def keeps_away(self, run: str, now: datetime) -> bool:
        """Whether another run must not begin; a claim for longer than one can be is no claim."""
        return self.run != run and timedelta() < self.until - now <= CLAIMED


_FILE = TypeAdapter(Claim)


def claim_of(run: str, now: datetime) -> Claim:
    """What a run that is alive now claims."""
    return Claim(run, now + CLAIMED)


def written(claim: Claim) -> bytes:
    """The claim as a file."""
    return _FILE.dump_json(claim) + b"\n"


def read_claim(data: bytes | None) -> Claim | None:
    """The claim in a file; what cannot be read claims nothing."""
    if data is None:
        return None
    try:
        return _FILE.validate_json(data)
    except ValidationError:
        return None
