"""The environment, read once into frozen settings; every problem names its variable and the cure.

A secret may also come from a file: `NAME_FILE` names it (as container platforms mount secrets), or
it lies under `EVOLVE_HOME/credentials/NAME`, where `evolve setup` keeps what GitHub gave it.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

from cronsim import CronSim, CronSimError
from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    SecretStr,
    ValidationError,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.domain.policy import Switch
from bot.kernel.values import Usd

CRON_FIELDS = 5
NO_SCHEDULE = "off"
DEFAULT_HOME = "~/.local/share/evolve-bot"
SECRETS = (
    "GITHUB_APP_ID",
    "GITHUB_APP_PRIVATE_KEY",
    "GITHUB_WEBHOOK_SECRET",
    "GITHUB_TOKEN",
    "ANTHROPIC_API_KEY",
    "EVOLVE_DATABASE_URL",
)
"""What may come from a file. The App's id is no secret, but it comes with its key."""


class LogStyle(StrEnum):
    """Lines for people, or one JSON object a line."""

    PLAIN = "plain"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Problem:
    """One variable that cannot be used; neither text repeats a secret."""

    variable: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class BadSettings:
    """The environment cannot be used; every problem in it."""

    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        return "\n".join(f"{p.variable}: {p.reason}. {p.remedy}" for p in self.problems)


def _web_address(value: object) -> str:
    parts = urlsplit(str(value))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("this is no http(s) address")
    if parts.username or parts.password:
        raise ValueError("an address must not hold a password")
    return str(value).rstrip("/")


def _dollars(value: object) -> Usd:
    if isinstance(value, Usd):
        return value
    text = str(value).strip().removeprefix("$")
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,4})?", text, re.ASCII):
        raise ValueError("this is no amount in US dollars")
    return Usd.of(text)


def _private_key(value: object) -> str:
    """A PEM key; one line with `\\n` written out, as many platforms store it, is read as well."""
    key = str(value).strip().replace("\\n", "\n") + "\n"
    if not re.match(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\n.*-----END", key, re.DOTALL):
        raise ValueError("this is no private key in PEM format")
    return key


def _listed(value: object) -> object:
    """The parts between commas; what is a list already stays as it is."""
    if not isinstance(value, str):
        return value
    return tuple(part for part in (one.strip() for one in value.split(",")) if part)


def _schedule(value: object) -> str:
    text = " ".join(str(value).split())
    if text != NO_SCHEDULE:
        try:
            next(CronSim(text, datetime(2026, 1, 1, tzinfo=UTC)))
        except (CronSimError, StopIteration):
            raise ValueError("this is no cron expression that ever comes true") from None
        if len(text.split()) != CRON_FIELDS:
            raise ValueError("a cron expression has five fields")
    return text


Schedule: TypeAlias = Annotated[str, BeforeValidator(_schedule)]
Owners: TypeAlias = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
WebAddress: TypeAlias = Annotated[str, BeforeValidator(_web_address)]


class Settings(BaseSettings):
    """Everything the process is told from outside; a field is its variable in lower case."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", validate_default=False)

    github_api_url: WebAddress = "https://api.github.com"
    github_app_id: Annotated[int, Field(gt=0)] | None = None
    github_app_private_key: Annotated[SecretStr, BeforeValidator(_private_key)] | None = None
    github_webhook_secret: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_listed)] = ()
    """One, or two while they are being rotated."""
    github_token: SecretStr | None = None
    anthropic_api_key: SecretStr | None = None
    anthropic_base_url: WebAddress | None = None
    evolve_database_url: SecretStr | None = None
    evolve_home: Path = Path(DEFAULT_HOME)
    evolve_host: str = "127.0.0.1"
    evolve_port: Annotated[int, Field(ge=1, le=65_535)] = 8000
    evolve_budget_per_day: Annotated[
        Usd, NoDecode, PlainValidator(_dollars), PlainSerializer(str)
    ] = Usd.of("10.00")
    """US dollars a day for everything this process does."""
    evolve_allowed_owners: Owners = ()
    """Accounts whose repositories are served; none named means every installation."""
    evolve_schedule: Schedule = "0 */8 * * *"
    """When the service runs over every repository: a cron expression in UTC, or `off`."""
    evolve_tuning: Switch = Switch.ON
    """Whether the bot may move its own parameters: off means the built-in ones everywhere."""
    evolve_learning: Switch = Switch.ON
    """Whether what was learned reaches the queue and the prompts."""
    evolve_log: LogStyle = LogStyle.PLAIN

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is passed in: a demo or a rehearsal must not see this machine's keys."""
        return (init_settings,)

    @property
    def home(self) -> Path:
        """Where mirrors, the database and credentials lie."""
        return self.evolve_home.expanduser()

    @property
    def database_url(self) -> str:
        """The database; a SQLite file under `home` unless another is named."""
        given = self.evolve_database_url
        return given.get_secret_value() if given else f"sqlite:///{self.home / 'evolve.db'}"

    @property
    def tuning(self) -> Switch:
        """Whether the bot may move its own parameters: only where it learns at all."""
        return self.evolve_tuning if self.evolve_learning is Switch.ON else Switch.OFF


def credentials_folder(home: Path) -> Path:
    """Where `evolve setup` keeps one file for each secret, readable by its owner only."""
    return home / "credentials"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings | BadSettings:
    """Settings from these variables alone (the process's own when None)."""
    variables = dict(os.environ if environ is None else environ)
    problems = [found for name in SECRETS if (found := _from_file(name, variables)) is not None]
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): value for name, value in variables.items() if value}
    try:
        settings = Settings(**source())
    except ValidationError as error:
        problems.extend(_explained(error))
    else:
        if not problems:
            return settings
    return BadSettings(tuple(problems))


def _from_file(name: str, variables: dict[str, str]) -> Problem | None:
    """Fill the variable from its file, if it has one. An empty variable counts as not set."""
    named = variables.get(f"{name}_FILE")
    if variables.get(name):
        both = f"both {name} and {name}_FILE are set"
        return Problem(name, both, f"Unset {name} or {name}_FILE.") if named else None
    home = Path(variables.get("EVOLVE_HOME") or DEFAULT_HOME).expanduser()
    path = Path(named) if named else credentials_folder(home) / name
    try:
        variables[name] = path.read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        if not named:
            return None
        reason = "the file it names is not there"
    except (OSError, UnicodeDecodeError) as error:
        reason = f"{path} cannot be read ({type(error).__name__})"
    else:
        return None
    return Problem(f"{name}_FILE" if named else name, reason, "Mend the file or its permissions.")


def _explained(error: ValidationError) -> Iterator[Problem]:
    for one in error.errors(include_input=False, include_context=False, include_url=False):
        variable = str(one["loc"][0]).upper()
        reason = one["msg"].removeprefix("Value error, ")
        yield Problem(variable, reason, REMEDIES.get(variable, f"Mend or unset {variable}."))


REMEDIES: Mapping[str, str] = {
    "GITHUB_API_URL": "Write https://api.github.com, or https://HOST/api/v3 for a server of yours.",
    "GITHUB_APP_ID": "Write the number from the App's settings page.",
    "GITHUB_APP_PRIVATE_KEY": "Write the whole .pem file that GitHub gave you, or set"
    " GITHUB_APP_PRIVATE_KEY_FILE to its path.",
    "ANTHROPIC_BASE_URL": "Write an address such as https://api.anthropic.com, or unset it.",
    "EVOLVE_PORT": "Write a port from 1 to 65535, such as 8000.",
    "EVOLVE_BUDGET_PER_DAY": "Write dollars, such as 10.00.",
    "EVOLVE_SCHEDULE": "Write a cron expression such as 0 */8 * * *, or off.",
    "EVOLVE_TUNING": "Write on or off.",
    "EVOLVE_LEARNING": "Write on or off.",
    "EVOLVE_LOG": "Write plain or json.",
}
