"""Failed proposals: what was tried and did not work, so that it is not paid for again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.similar.likeness import Proposal
from bot.domain.subject import Repo, Subject
from bot.kernel.values import Kind


@dataclass(frozen=True, slots=True)
class FailedProposal:
    """One failure. `rules` are the breached rule ids; `rolled_back` says the work tree is gone.

    `paths` and `symbols` are what was touched, `blobs` the ids of those files on the base it was
    tried on ("" for one that was not there), `base` the id of that base's tree; `failures` are
    fingerprints. `telling` says that the proposal was at fault and not its surroundings (a model
    that is away, a sandbox that is missing): only then does it speak against a similar one.
    """

    key: str
    subject: Subject
    attempt: int
    at: datetime
    description: str
    reason: str
    rules: tuple[str, ...]
    paths: tuple[str, ...]
    rolled_back: bool
    kind: Kind | None = None
    plan: str = ""
    symbols: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    blobs: tuple[str, ...] = ()
    base: str = ""
    telling: bool = False

    @property
    def proposal(self) -> Proposal:
        """What was proposed, to be compared."""
        places = frozenset(self.paths), frozenset(self.symbols)
        known = frozenset(self.failures)
        return Proposal(self.kind, self.description, self.plan, *places, known)


class Failures(Protocol):
    """Kept for ever; read before anything similar is tried."""

    def record(self, failure: FailedProposal) -> None:
        """Remember; the same key again changes nothing."""
        ...

    def of(self, subject: Subject) -> tuple[FailedProposal, ...]:
        """What failed before on this issue, oldest first."""
        ...

    def like(self, repo: Repo, proposal: Proposal, since: datetime) -> tuple[FailedProposal, ...]:
        """Telling failures of a repository that share rare words or places with it, likeliest
        first.

        At most `CANDIDATES_MOST`; how similar they are is for the caller to judge.
        """
        ...
