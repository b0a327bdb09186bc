"""The terms under which a failed proposal is kept and looked for."""

from hashlib import blake2b

from bot.domain.similar.likeness import Proposal
from bot.domain.similar.terms import stems, weighed
from bot.domain.subject import Repo

ASKED_MOST = 16
"""Terms of one look-up: the ones that say most."""
KEPT_MOST = 80
"""Terms of one failure that are kept."""
PLACE, FAILURE = 1.5, 3.0
"""What a path or a symbol, and a fingerprint, weigh beside a word's 1."""


def lookup_terms(proposal: Proposal, most: int) -> dict[str, float]:
    """Terms and how much each says, those that say most first; ties in a fixed order."""
    found = dict(weighed(stems(f"{proposal.title} {proposal.plan}")))
    found |= {f"/{path}": PLACE for path in proposal.paths}
    found |= {f".{symbol}": PLACE for symbol in proposal.symbols}
    found |= {f"!{failure}": FAILURE for failure in proposal.failures}
    best = sorted(found.items(), key=lambda item: (-item[1], -len(item[0]), item[0]))
    return dict(best[:most])


def term_id(repo: Repo, term: str) -> int:
    """A term of one repository as a signed number of 64 bits: small in an index, and no pattern.

    A collision brings in a candidate too many, which is then judged like any other.
    """
    key = f"{repo.full.lower()}\0{term}".encode(errors="replace")
    return int.from_bytes(blake2b(key, digest_size=8).digest(), "big", signed=True)
