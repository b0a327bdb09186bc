"""What the receipt shows, as the engine gathers it."""

from dataclasses import dataclass

from bot.domain.pathway import Pathway
from bot.domain.revision import Came, Cause
from bot.domain.risk.reasons import Reason
from bot.kernel.proof import Outcome, Strength
from bot.kernel.values import Kind, Risk, Sha, Usd


@dataclass(frozen=True, slots=True)
class TestRow:
    """One test of the proof; None where the test was not there, or was not run alone."""

    __test__ = False

    test: str
    on_base: Outcome | None
    on_change: Outcome | None


@dataclass(frozen=True, slots=True)
class ProofView:
    """What the proof rests on; the first two counts are of collected tests.

    `places` of the change are run by the base's tests, its new tests killed `mutants` of it, and
    the `flaky` tests neither prove nor refute.
    """

    strength: Strength
    tests: tuple[TestRow, ...]
    collected_before: int
    collected_after: int
    places: int = 0
    mutants: int = 0
    flaky: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunRow:
    """A command that was run, what for, how it ended, and how long it took."""

    what: str
    command: str
    exit_code: int
    seconds: float


@dataclass(frozen=True, slots=True)
class FileRow:
    """A changed file with its added and removed lines."""

    path: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class CostRow:
    """What one model did for this change."""

    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost: Usd


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A round of work since the pull request was opened; `said` is the model's own words."""

    number: int
    cause: Cause
    came: Came
    said: str


@dataclass(frozen=True, slots=True)
class Agent:
    """Which version of the bot did the work: its version and the commit it runs from."""

    version: str
    commit: str

    def __str__(self) -> str:
        return f"{self.version}+{self.commit}"


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """Everything the receipt shows. `summary` is the model's own words: what and why.

    `pathway` is what the change evolves, `tuning` the bot's own parameters in words.
    """

    issue: int
    attempt: int
    summary: str
    kind: Kind
    risk: Risk
    base: Sha
    tested: Sha
    proof: ProofView
    runs: tuple[RunRow, ...]
    files: tuple[FileRow, ...]
    costs: tuple[CostRow, ...]
    agent: Agent
    journal_head: str
    lessons: tuple[str, ...] = ()
    revisions: tuple[RevisionRow, ...] = ()
    reasons: tuple[Reason, ...] = ()
    pathway: Pathway | None = None
    tuning: str = ""
