"""Everything the engine works with: one field for each port, filled in by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.policy import Switch
from bot.domain.run import Run
from bot.domain.wording.receipt_view import Agent
from bot.kernel.values import Usd
from bot.memory.assignments import Assignments
from bot.memory.failures import Failures
from bot.memory.inbox import InboxReader
from bot.memory.journal import Journal
from bot.memory.judged import JudgedChanges
from bot.memory.ledger import Ledger
from bot.memory.lessons import Lessons
from bot.memory.refusals import Refusals
from bot.memory.revisions import Revisions
from bot.memory.seed import Happenings
from bot.memory.tasks import Controls, Tasks
from bot.memory.telemetry import Chronicle
from bot.memory.trajectory import Trajectory
from bot.memory.tuning import Tunings
from bot.memory.watches import Watches
from bot.stages.environment import Environments
from bot.stages.github import GitHub
from bot.stages.model import Model
from bot.stages.places import Places
from bot.stages.sandbox import Sandbox
from bot.stages.select import Library
from bot.stages.workspace import Git


@dataclass(frozen=True, slots=True)
class Operator:
    """What the operator sets for the whole service. Caps are in USD.

    `tuning` says whether the bot may move its own parameters, `learning` whether what it learned
    reaches the queue and the prompts; without the latter there is none of the former.
    """

    agent: Agent
    owners: frozenset[str]
    per_day: Usd
    per_month: Usd
    per_installation: Usd
    tuning: Switch = Switch.ON
    learning: Switch = Switch.ON


@dataclass(frozen=True, slots=True)
class Services:
    """The ports, the clock, and the operator's settings; without environments, no set-up runs.

    `run` is the run for cron that all of it is for; None where there is none.
    """

    github: GitHub
    model: Model
    sandbox: Sandbox
    git: Git
    library: Library
    places: Places
    inbox: InboxReader
    tasks: Tasks
    revisions: Revisions
    watches: Watches
    controls: Controls
    ledger: Ledger
    journal: Journal
    failures: Failures
    assignments: Assignments
    lessons: Lessons
    refusals: Refusals
    judged: JudgedChanges
    chronicle: Chronicle
    trajectory: Trajectory
    tunings: Tunings
    happenings: Happenings
    clock: Callable[[], datetime]
    operator: Operator
    environments: Environments | None = None
    run: Run | None = None
