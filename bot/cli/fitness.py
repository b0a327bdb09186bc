"""What the bot needs of its environment, judged from what was observed: pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.settings import BadSettings, Settings


class Level(StrEnum):
    """How much a finding matters: only what is missing keeps the bot from working."""

    GOOD = "good"
    NOTE = "note"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `mend` says what to do, and is empty when it is good."""

    name: str
    level: Level
    detail: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """Something that is needed and not there."""

    reason: str
    mend: str


@dataclass(frozen=True, slots=True)
class Present:
    """Something that is needed and there."""

    detail: str


@dataclass(frozen=True, slots=True)
class Observed:
    """What the machine has, as found by `bot.cli.doctor.observe`."""

    git: Present | Absent
    sandbox: Present | Absent
    home: Present | Absent
    database: Present | Absent
    github: tuple[Finding, ...]


SETUP = "run `evolve setup` to create a GitHub App"


def diagnose(settings: Settings | BadSettings, seen: Observed) -> tuple[Finding, ...]:
    """Everything that was looked at, in the order in which a person would mend it."""
    match settings:
        case BadSettings(problems=problems):
            told = [Finding(p.variable, Level.MISSING, p.reason, p.remedy) for p in problems]
        case Settings():
            told = [*_github(settings), *_model(settings), *_limits(settings)]
    machine = {
        "git": seen.git,
        "sandbox": seen.sandbox,
        "EVOLVE_HOME": seen.home,
        "database": seen.database,
    }
    return (*told, *(_judged(name, it) for name, it in machine.items()), *seen.github)


def fit(findings: tuple[Finding, ...]) -> bool:
    """Whether the bot can work here."""
    return all(finding.level is not Level.MISSING for finding in findings)


def _judged(name: str, it: Present | Absent) -> Finding:
    match it:
        case Present(detail=detail):
            return Finding(name, Level.GOOD, detail)
        case Absent(reason=reason, mend=mend):
            return Finding(name, Level.MISSING, reason, mend)


def _github(settings: Settings) -> Iterator[Finding]:
    """An App is needed: a token alone hears of nothing."""
    app = {
        "GITHUB_APP_ID": settings.github_app_id,
        "GITHUB_APP_PRIVATE_KEY": settings.github_app_private_key,
        "GITHUB_WEBHOOK_SECRET": settings.github_webhook_secret,
    }
    if settings.github_token and not any(app.values()):
        detail = "set, but a token alone gets no webhooks"
        yield Finding("GITHUB_TOKEN", Level.NOTE, detail, SETUP)
    for name, value in app.items():
        if value:
            yield Finding(name, Level.GOOD, "set")
        else:
            yield Finding(name, Level.MISSING, "not set", _GITHUB_CURES[name])
    if settings.github_token and any(app.values()):
        detail = "set beside the App, and not used"
        yield Finding("GITHUB_TOKEN", Level.NOTE, detail, "unset GITHUB_TOKEN")


_GITHUB_CURES = {
    "GITHUB_APP_ID": f"{SETUP}, or set it to the App's number",
    "GITHUB_APP_PRIVATE_KEY": f"{SETUP}, or set GITHUB_APP_PRIVATE_KEY_FILE to its .pem file",
    "GITHUB_WEBHOOK_SECRET": f"{SETUP}, or set it to the secret on the App's settings page",
}


def _model(settings: Settings) -> Iterator[Finding]:
    if settings.anthropic_api_key:
        where = settings.anthropic_base_url
        yield Finding("ANTHROPIC_API_KEY", Level.GOOD, f"set, for {where}" if where else "set")
    else:
        cure = "create a key in the Anthropic console and set it, or ANTHROPIC_API_KEY_FILE"
        yield Finding("ANTHROPIC_API_KEY", Level.MISSING, "not set", cure)


def _limits(settings: Settings) -> Iterator[Finding]:
    cap = settings.evolve_budget_per_day
    yield Finding("EVOLVE_BUDGET_PER_DAY", Level.GOOD, f"at most {cap} a day")
    if not settings.evolve_allowed_owners:
        detail = "not set: every account that installs the App may spend your budget"
        cure = "set it to the accounts that may, separated by commas"
        yield Finding("EVOLVE_ALLOWED_OWNERS", Level.NOTE, detail, cure)
