"""docs/configuration.md says what settings and policy hold, no less and no more."""

import re
from dataclasses import fields, is_dataclass
from enum import Enum

import pytest

from bot.domain.policy import Policy, PolicyError
from bot.domain.policy_file import read_policy
from bot.kernel.budget import Caps
from bot.kernel.values import Usd
from bot.settings import SECRETS, Settings
from tests.pages import CONFIGURATION, ROOT, code, rows, text_of


def shown(value: object) -> str:
    """A default as the pages write it."""
    match value:
        case None | () | frozenset():
            return "none"
        case Enum():
            return str(value.value)
        case Usd():
            return f"{value.nano / 10**9:.2f}"
        case float():
            return f"{value:g}"
        case _:
            return str(value)


def environment_table() -> dict[str, list[str]]:
    listed = rows(text_of(CONFIGURATION), "## Environment variables")
    return {code(cells[0]): cells for cells in listed if len(cells) == 4}


def policy_table() -> dict[str, list[str]]:
    listed = rows(text_of(CONFIGURATION), "## `.github/evolve.yml`")
    return {code(cells[0]): cells for cells in listed}


def read_directly() -> set[str]:
    """The variables that the bot reads from `os.environ` by their names."""
    found: set[str] = set()
    for path in (*(ROOT / "bot").rglob("*.py"), *(ROOT / "webhooks").rglob("*.py")):
        found |= set(re.findall(r"environ(?:\.get\(|\[)\"(EVOLVE_\w+)\"", path.read_text()))
    return found


def policy_defaults() -> dict[str, object]:
    """Every key of the policy file, dotted, with its default."""
    found: dict[str, object] = {}
    for field in fields(Policy):
        value = getattr(Policy(), field.name)
        if is_dataclass(value):
            found |= {f"{field.name}.{one.name}": getattr(value, one.name) for one in fields(value)}
        else:
            found[field.name] = value
    return found


def test_every_environment_variable_is_described_and_no_other():
    known = {name.upper() for name in Settings.model_fields} | read_directly()
    assert set(environment_table()) == known


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_an_environment_variable_has_the_default_that_is_told(name):
    default = Settings.model_fields[name.lower()].default
    assert code(environment_table()[name][1]) == shown(default)


def test_every_secret_that_may_come_from_a_file_is_listed_and_no_other():
    told = {code(c[0]): code(c[1]) for c in rows(text_of(CONFIGURATION), "### Secrets from files")}
    assert told == {name: f"{name}_FILE" for name in SECRETS}


def test_every_policy_key_is_described_and_no_other():
    assert set(policy_table()) == set(policy_defaults())


@pytest.mark.parametrize(("key", "default"), policy_defaults().items())
def test_a_policy_key_has_the_default_that_is_told(key, default):
    assert code(policy_table()[key][1]) == shown(default)


def with_value(key: str, value: object) -> Policy | PolicyError:
    section, _, name = key.rpartition(".")
    return read_policy(f"{section}:\n  {name}: {value}" if section else f"{name}: {value}")


@pytest.mark.parametrize("key", policy_defaults())
def test_the_range_that_is_told_for_a_policy_key_is_the_one_that_is_held(key):
    allowed = policy_table()[key][2]
    if match := re.fullmatch(r"(\d+) to (\d+)", allowed):
        least, most = map(int, match.groups())
        inside, outside = (least, most), (least - 1, most + 1)
    elif match := re.fullmatch(r"above (\d+), (\d+) at most", allowed):
        most = int(match[2])
        inside, outside = ("0.01", most), (match[1], most + 1)
    elif match := re.fullmatch(r"`(\w+)` or `(\w+)`", allowed):
        inside, outside = match.groups(), ("neither",)
    else:
        inside, outside = (), ("{}",)
    for value in inside:
        assert isinstance(with_value(key, value), Policy), value
    for value in outside:
        assert isinstance(with_value(key, value), PolicyError), value


def test_the_example_of_a_policy_can_be_used():
    (example,) = re.findall(r"```yaml\n(.*?)```", text_of(CONFIGURATION), re.DOTALL)
    assert isinstance(read_policy(example), Policy)


def test_as_many_caps_are_told_as_the_kernel_holds():
    told = len(re.findall(r"^\| one ", text_of(CONFIGURATION), re.MULTILINE))
    assert told == len(fields(Caps))
