"""What a repository allows, from `.github/evolve.yml` on its default branch; frozen once read."""

import re
import shlex
from dataclasses import dataclass
from enum import StrEnum

from bot.kernel.merge_gate import MergePolicy
from bot.kernel.patch_gate import PatchRules
from bot.kernel.protected import TEST_GLOBS
from bot.kernel.values import Kind, Usd

POLICY_PATH = ".github/evolve.yml"
_FILE = re.compile(r"(?<![\w./=-])[\w.][\w./-]*\.\w+(?![\w/])")
"""A word of a shell command that can be the name of a file."""

NO_MODEL = "none"
"""Written for a role that is switched off."""
LABEL = "self-proposed"
OWN_LABEL = "auto-evolution"


class Admission(StrEnum):
    """Who may put the bot's own improvement issues into the queue."""

    HUMAN = "human"
    BOT = "bot"


class Switch(StrEnum):
    """Written as it is read: YAML has six words for a yes, and means others by some of them."""

    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class TestPolicy:
    """How the repository is tested: one shell command, where its JUnit XML lands, and limits.

    `setup` is a shell command that makes the test environment, with network. None for either
    command means that the repository does not say: they are detected.
    """

    command: str | None = None
    report: str = ".evolve-report.xml"
    seconds: float = 600.0
    globs: tuple[str, ...] = ()
    setup: str | None = None
    setup_seconds: float = 900.0

    @property
    def suite(self) -> str:
        """The command that runs the whole suite: pytest when nothing better is known."""
        return self.command or f"python3 -m pytest -q --junitxml={shlex.quote(self.report)}"


@dataclass(frozen=True, slots=True)
class ModelPolicy:
    """Which models do what, and how many turns an implementation may take.

    `plan` plans what triage wants changed, `escalate` takes over after two failed proofs, `review`
    looks at a proven change; each may be `none`.
    """

    triage: str = "claude-haiku-5-5"
    plan: str = NO_MODEL
    implement: str = "claude-sonnet-5-5"
    escalate: str = "claude-opus-5-5"
    review: str = "claude-haiku-5-5"
    turns: int = 40


@dataclass(frozen=True, slots=True)
class BudgetPolicy:
    """Caps in USD: for one call, and for one change. The operator caps days and months.

    A dollar lets the dearest of the default models answer a prompt of 136,000 tokens at its worst.
    """

    call: Usd = Usd.of("1.00")
    change: Usd = Usd.of("2.00")


@dataclass(frozen=True, slots=True)
class ProofPolicy:
    """What a proof needs beside its suites: `mutants` of the change that its new tests kill."""

    mutants: int = 0


@dataclass(frozen=True, slots=True)
class ProposePolicy:
    """Improvement issues the bot files itself: how many may be open, and who admits them."""

    max_open: int = 5
    admit: Admission = Admission.HUMAN


@dataclass(frozen=True, slots=True)
class RunPolicy:
    """One run of the service's schedule: changes it may publish, and its cap in USD."""

    max_changes: int = 3
    budget: Usd = Usd.of("2.00")


@dataclass(frozen=True, slots=True)
class StalePolicy:
    """Days of silence until people are reminded of a pull request, until it is closed; 0: never.

    What nobody was reminded of is not closed either.
    """

    remind: int = 7
    close: int = 21


@dataclass(frozen=True, slots=True)
class LearnPolicy:
    """Whether the bot may `tune` its own parameters by what comes of attempts here."""

    tune: Switch = Switch.ON


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a repository may configure. The defaults are the careful ones."""

    merge: MergePolicy = MergePolicy.HUMAN
    open_prs: int = 3
    max_lines: int = 50
    protected: tuple[str, ...] = ()
    bots: frozenset[int] = frozenset()
    test: TestPolicy = TestPolicy()
    proof: ProofPolicy = ProofPolicy()
    models: ModelPolicy = ModelPolicy()
    budget: BudgetPolicy = BudgetPolicy()
    propose: ProposePolicy = ProposePolicy()
    stale: StalePolicy = StalePolicy()
    run: RunPolicy = RunPolicy()
    learn: LearnPolicy = LearnPolicy()

    def patch_rules(self, kind: Kind) -> PatchRules:
        """What the patch gate holds a change of this kind against."""
        globs = (*TEST_GLOBS, *self.test.globs)
        # A script that the commands name is part of the harness: it must not judge itself.
        named = _FILE.findall(f"{self.test.suite} {self.test.setup or ''}")
        harness = tuple(word.removeprefix("./") for word in named)
        return PatchRules(kind, self.max_lines, (*self.protected, *harness), globs)


@dataclass(frozen=True, slots=True)
class PolicyError:
    """A policy that cannot be used: nothing is spent until it is mended. `line` is 1-based."""

    line: int
    reason: str
