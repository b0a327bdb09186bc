"""The composition root: the one place that knows which adapter stands behind which port."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy import Engine as Database

from bot.adapters.bubblewrap.sandbox import Bubblewrap
from bot.adapters.claude.model import ClaudeModel
from bot.adapters.database.assignments import SqlAssignments
from bot.adapters.database.controls import SqlControls
from bot.adapters.database.engine import open_database
from bot.adapters.database.failures import SqlFailures
from bot.adapters.database.happenings import SqlHappenings
from bot.adapters.database.inbox import SqlInboxReader
from bot.adapters.database.journal import SqlJournal
from bot.adapters.database.judged import SqlJudgedChanges
from bot.adapters.database.ledger import SqlLedger
from bot.adapters.database.lessons import SqlLessons
from bot.adapters.database.migrate import migrate
from bot.adapters.database.refusals import SqlRefusals
from bot.adapters.database.revisions import SqlRevisions
from bot.adapters.database.tasks import SqlTasks
from bot.adapters.database.trajectory import SqlTrajectory
from bot.adapters.database.tuning import SqlTunings
from bot.adapters.database.watches import SqlWatches
from bot.adapters.environments import EnvironmentCache
from bot.adapters.git.mirrors import GitMirrors
from bot.adapters.github.adapter import RestGitHub
from bot.adapters.github.clients import Clients
from bot.adapters.github.credentials import AppCredential, Credential, TokenCredential
from bot.adapters.index.library import SqliteLibrary
from bot.adapters.places import ScratchPlaces
from bot.adapters.toolchains import interpreters, way_out
from bot.domain.wording.receipt_view import Agent
from bot.engine.services import Operator, Services
from bot.memory.refusals import redaction
from bot.memory.telemetry import Chronicle
from bot.settings import Settings

MODEL_TIMEOUT_S = 300.0
DAYS_A_MONTH = 31


class NotConfigured(Exception):
    """Something the bot cannot work without is missing; the message says what to set."""


@dataclass(frozen=True, slots=True)
class Records:
    """What can be looked at without GitHub, a model or a key: the database."""

    database: Database
    tasks: SqlTasks
    revisions: SqlRevisions
    watches: SqlWatches
    controls: SqlControls
    ledger: SqlLedger
    journal: SqlJournal
    failures: SqlFailures
    assignments: SqlAssignments
    lessons: SqlLessons
    refusals: SqlRefusals
    judged: SqlJudgedChanges
    chronicle: Chronicle
    trajectory: SqlTrajectory
    tunings: SqlTunings
    happenings: SqlHappenings
    inbox: SqlInboxReader


def now() -> datetime:
    """The clock of a real process, in UTC."""
    return datetime.now(UTC)


def open_records(settings: Settings) -> Records:
    """Open the database, made or brought to the newest schema when it is not."""
    settings.home.mkdir(parents=True, exist_ok=True)
    url = settings.database_url
    migrate(url)
    database = open_database(url)
    tasks, ledger, journal = SqlTasks(database), SqlLedger(database), SqlJournal(database)
    assignments = SqlAssignments(database)
    return Records(
        database=database,
        tasks=tasks,
        revisions=SqlRevisions(database),
        watches=SqlWatches(database),
        controls=SqlControls(database),
        ledger=ledger,
        journal=journal,
        failures=SqlFailures(database),
        assignments=assignments,
        lessons=SqlLessons(database),
        refusals=SqlRefusals(database),
        judged=SqlJudgedChanges(database),
        chronicle=Chronicle(journal, assignments, ledger, tasks),
        trajectory=SqlTrajectory(database),
        tunings=SqlTunings(database),
        happenings=SqlHappenings(database),
        inbox=SqlInboxReader(database),
    )


def compose(settings: Settings, records: Records) -> Services:
    """Wire the services. Raises NotConfigured when a credential is missing."""
    if settings.anthropic_api_key is None:
        raise NotConfigured("ANTHROPIC_API_KEY is not set: the bot needs a model to write changes")
    clients = Clients(
        credential_of(settings),
        settings.github_api_url,
        redacted=lambda about, kinds, digest: records.refusals.record(
            redaction(about, kinds, digest, now())
        ),
    )
    return Services(
        github=RestGitHub(clients),
        model=ClaudeModel(
            settings.anthropic_api_key.get_secret_value(),
            settings.anthropic_base_url,
            MODEL_TIMEOUT_S,
        ),
        sandbox=Bubblewrap(interpreters(settings.home)),
        git=GitMirrors(settings.home / "mirrors", environment=_proxies()),
        library=SqliteLibrary(settings.home / "index", settings.home / "mirrors"),
        places=ScratchPlaces(settings.home / "work"),
        inbox=records.inbox,
        tasks=records.tasks,
        revisions=records.revisions,
        watches=records.watches,
        controls=records.controls,
        ledger=records.ledger,
        journal=records.journal,
        failures=records.failures,
        assignments=records.assignments,
        lessons=records.lessons,
        refusals=records.refusals,
        judged=records.judged,
        chronicle=records.chronicle,
        trajectory=records.trajectory,
        tunings=records.tunings,
        happenings=records.happenings,
        clock=now,
        operator=operator_of(settings),
        environments=EnvironmentCache(settings.home / "environments", way_out(os.environ)),
    )


def _proxies() -> tuple[tuple[str, str], ...]:
    """The way out of this machine, for git; its environment is empty otherwise."""
    names = ("HTTPS_PROXY", "https_proxy", "http_proxy", "NO_PROXY", "no_proxy")
    return tuple((name, os.environ[name]) for name in names if os.environ.get(name))


def credential_of(settings: Settings) -> Credential:
    """The App when there is one, else the token. Raises NotConfigured when there is neither."""
    if settings.github_app_id is not None and settings.github_app_private_key is not None:
        key = settings.github_app_private_key.get_secret_value()
        return AppCredential(settings.github_app_id, key)
    if settings.github_token is not None:
        return TokenCredential(settings.github_token.get_secret_value())
    raise NotConfigured(
        "GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY (or GITHUB_TOKEN) are not set:"
        " `evolve setup` makes an App and keeps its credentials"
    )


def operator_of(settings: Settings) -> Operator:
    """The operator's caps: the day's is set, a month's and an installation's follow from it."""
    per_month = settings.evolve_budget_per_day * DAYS_A_MONTH
    return Operator(
        agent=agent(),
        owners=frozenset(owner.lower() for owner in settings.evolve_allowed_owners),
        per_day=settings.evolve_budget_per_day,
        per_month=per_month,
        per_installation=per_month,
        tuning=settings.tuning,
        learning=settings.evolve_learning,
    )


def agent() -> Agent:
    """Which version of the bot this is, and the commit it runs from when that can be told."""
    try:
        number = version("evolve-bot")
    except PackageNotFoundError:
        number = "0"
    return Agent(number, os.environ.get("EVOLVE_COMMIT") or _commit_of_checkout() or "unknown")


def _commit_of_checkout() -> str | None:
    root, git = Path(__file__).resolve().parent.parent, shutil.which("git")
    if git is None or not (root / ".git").exists():
        return None
    asked = subprocess.run(
        [git, "-C", str(root), "rev-parse", "--short=12", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
        timeout=10,
    )
    return asked.stdout.strip() or None
