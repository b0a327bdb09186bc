"""The environment, read once."""

import pytest
from pydantic import ValidationError

from bot.domain.policy import Switch
from bot.kernel.values import Usd
from bot.settings import SECRETS, BadSettings, LogStyle, Problem, Settings, read_settings

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n"


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def read(home, **variables: str) -> Settings:
    settings = read_settings({"EVOLVE_HOME": str(home), **variables})
    assert isinstance(settings, Settings), str(settings)
    return settings


def problems(home, **variables: str) -> tuple[Problem, ...]:
    bad = read_settings({"EVOLVE_HOME": str(home), **variables})
    assert isinstance(bad, BadSettings)
    return bad.problems


def test_an_empty_environment_gives_careful_defaults(home):
    settings = read(home)
    assert settings.github_api_url == "https://api.github.com"
    assert settings.github_app_id is settings.github_token is settings.anthropic_api_key is None
    assert settings.github_webhook_secret == ()
    assert settings.database_url == f"sqlite:///{home}/evolve.db"
    assert (settings.evolve_host, settings.evolve_port) == ("127.0.0.1", 8000)
    assert settings.evolve_budget_per_day == Usd.of("10.00")
    assert settings.evolve_log is LogStyle.PLAIN
    assert settings.evolve_allowed_owners == ()


def test_the_default_home_is_in_the_users_own_folder():
    settings = read_settings({"GITHUB_TOKEN": "t"})
    assert isinstance(settings, Settings)
    assert settings.home.is_absolute()
    assert str(settings.home).endswith(".local/share/evolve-bot")


def test_everything_can_be_set(home):
    settings = read(
        home,
        GITHUB_API_URL="https://ghe.example/api/v3/",
        GITHUB_APP_ID="42",
        GITHUB_APP_PRIVATE_KEY=KEY,
        GITHUB_WEBHOOK_SECRET="new, old",
        GITHUB_TOKEN="t",
        ANTHROPIC_API_KEY="k",
        ANTHROPIC_BASE_URL="http://127.0.0.1:9/",
        EVOLVE_DATABASE_URL="postgresql://bot:pw@db/evolve",
        EVOLVE_HOST="0.0.0.0",
        EVOLVE_PORT="9000",
        EVOLVE_BUDGET_PER_DAY="$3.50",
        EVOLVE_ALLOWED_OWNERS="Acme, tools",
        EVOLVE_SCHEDULE="30 2 * * 1",
        EVOLVE_TUNING="off",
        EVOLVE_LEARNING="off",
        EVOLVE_LOG="json",
    )
    assert settings.github_api_url == "https://ghe.example/api/v3"
    assert settings.github_app_id == 42
    assert settings.github_app_private_key.get_secret_value() == KEY
    assert [one.get_secret_value() for one in settings.github_webhook_secret] == ["new", "old"]
    assert settings.anthropic_base_url == "http://127.0.0.1:9"
    assert settings.database_url == "postgresql://bot:pw@db/evolve"
    assert (settings.evolve_host, settings.evolve_port) == ("0.0.0.0", 9000)
    assert settings.evolve_budget_per_day == Usd.of("3.50")
    assert settings.evolve_schedule == "30 2 * * 1"
    assert settings.evolve_tuning is Switch.OFF
    assert settings.evolve_learning is Switch.OFF
    assert settings.evolve_log is LogStyle.JSON


def test_the_example_sets_every_variable():
    """So that a new setting cannot be forgotten in the test above."""
    assert len(Settings.model_fields) == 17


def test_a_key_written_on_one_line_is_read(home):
    settings = read(home, GITHUB_APP_PRIVATE_KEY=KEY.strip().replace("\n", "\\n"))
    assert settings.github_app_private_key.get_secret_value() == KEY


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_may_come_from_a_file(home, tmp_path, name):
    value = {"GITHUB_APP_ID": "42", "GITHUB_APP_PRIVATE_KEY": KEY}.get(name, "from-file")
    (tmp_path / "secret").write_text(f"{value}\n")
    direct = read(home, **{name: value})
    assert read(home, **{f"{name}_FILE": str(tmp_path / "secret")}) == direct
    (home / "credentials").mkdir(parents=True)
    (tmp_path / "secret").rename(home / "credentials" / name)
    assert read(home) == direct


def test_a_variable_wins_over_what_setup_stored(home):
    (home / "credentials").mkdir(parents=True)
    (home / "credentials" / "GITHUB_TOKEN").write_text("stored")
    assert read(home, GITHUB_TOKEN="given").github_token.get_secret_value() == "given"


def test_a_secret_given_twice_is_a_problem(home, tmp_path):
    (tmp_path / "t").write_text("a")
    (found,) = problems(home, GITHUB_TOKEN="b", GITHUB_TOKEN_FILE=str(tmp_path / "t"))
    assert found.reason == "both GITHUB_TOKEN and GITHUB_TOKEN_FILE are set"


def test_a_file_that_is_not_there_is_a_problem(home):
    (found,) = problems(home, ANTHROPIC_API_KEY_FILE="/nowhere/key")
    assert found.variable == "ANTHROPIC_API_KEY_FILE"
    assert found.reason == "the file it names is not there"


def test_an_empty_variable_is_as_if_it_were_not_set(home):
    assert read(home, GITHUB_TOKEN="", EVOLVE_PORT="", GITHUB_APP_ID="") == read(home)


@pytest.mark.parametrize(
    ("name", "value", "reason", "remedy"),
    [
        ("EVOLVE_PORT", "99999", "less than or equal to 65535", "such as 8000"),
        ("EVOLVE_PORT", "http", "valid integer", "such as 8000"),
        ("EVOLVE_LOG", "xml", "'plain' or 'json'", "plain or json"),
        ("EVOLVE_BUDGET_PER_DAY", "lots", "no amount in US dollars", "10.00"),
        ("EVOLVE_BUDGET_PER_DAY", "-1", "no amount in US dollars", "10.00"),
        ("GITHUB_API_URL", "api.github.com", "no http(s) address", "https://api.github.com"),
        ("GITHUB_API_URL", "https://me:pw@x", "must not hold a password", "https://"),
        ("GITHUB_APP_ID", "my-bot", "valid integer", "settings page"),
        ("GITHUB_APP_ID", "0", "greater than 0", "settings page"),
        ("GITHUB_APP_PRIVATE_KEY", "sesame", "no private key", "GITHUB_APP_PRIVATE_KEY_FILE"),
    ],
)
def test_a_problem_names_its_variable_and_the_cure(home, name, value, reason, remedy):
    (found,) = problems(home, **{name: value})
    assert found.variable == name
    assert reason in found.reason
    assert remedy in found.remedy


def test_all_problems_are_told_at_once(home):
    found = problems(home, EVOLVE_PORT="x", EVOLVE_LOG="x", GITHUB_TOKEN_FILE="/nowhere")
    assert [one.variable for one in found] == ["GITHUB_TOKEN_FILE", "EVOLVE_PORT", "EVOLVE_LOG"]


def test_no_secret_is_ever_shown(home):
    secret = "s3cret-value"
    settings = read(
        home,
        GITHUB_TOKEN=secret,
        ANTHROPIC_API_KEY=secret,
        GITHUB_WEBHOOK_SECRET=secret,
        GITHUB_APP_PRIVATE_KEY=KEY.replace("MIIE", secret),
        EVOLVE_DATABASE_URL=f"postgresql://u:{secret}@db/x",
    )
    assert secret not in f"{settings!r} {settings} {settings.model_dump()}"
    assert secret not in str(problems(home, GITHUB_APP_PRIVATE_KEY=secret))


def test_settings_are_frozen(home):
    with pytest.raises(ValidationError):
        read(home).evolve_port = 1


def test_the_machines_own_variables_are_not_seen(home, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "of-this-machine")
    assert read(home).github_token is None
    monkeypatch.setenv("EVOLVE_HOME", str(home))
    mine = read_settings()
    assert isinstance(mine, Settings)
    assert mine.github_token.get_secret_value() == "of-this-machine"
