"""README and docs/ say what the code says: every setting, path, function, command and link."""

import ast
import re
import struct
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path

import click
import pytest
import typer.main

from bot.adapters.database.tables import metadata
from bot.cli.app import app
from bot.domain.commands import VERBS
from bot.domain.policy import Policy, PolicyError
from bot.domain.policy_file import read_policy
from bot.kernel.budget import Caps
from bot.kernel.values import Usd
from bot.settings import SECRETS, Settings

ROOT = Path(__file__).parents[1]
CONFIGURATION = ROOT / "docs/configuration.md"
ARCHITECTURE = ROOT / "docs/architecture.md"
PAGES = (ROOT / "README.md", ARCHITECTURE, CONFIGURATION, ROOT / "docs/install.md")
PICTURE_BYTES = 200_000

NAME = re.compile(r"`([^`]+)`")
PATH = re.compile(r"\.?[A-Za-z][\w.-]*(?:/[\w.-]+)*/?")
TOP = {path.name for path in ROOT.iterdir()}
CLI = typer.main.get_command(app)
assert isinstance(CLI, click.Group)


def text_of(page: Path) -> str:
    return page.read_text()


def rows(text: str, heading: str) -> Iterator[list[str]]:
    """The cells of every row of the tables under a heading, up to the next of its level."""
    level = heading.partition(" ")[0]
    section = re.split(rf"^{level} ", text.partition(f"{heading}\n")[2], flags=re.MULTILINE)[0]
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| `"):
            yield cells


def code(cell: str) -> str:
    """The first thing in code in a cell, or its first word."""
    found = NAME.search(cell)
    return found[1] if found else cell.partition(" ")[0].rstrip(":;,")


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
    table = {
        code(cells[0]): cells for cells in rows(text_of(CONFIGURATION), "## Environment variables")
    }
    return {name: cells for name, cells in table.items() if len(cells) == 4}


def policy_table() -> dict[str, list[str]]:
    return {code(cells[0]): cells for cells in rows(text_of(CONFIGURATION), "## `.github/evolve.yml`")}


def read_directly() -> set[str]:
    """The variables that the bot reads from `os.environ` by their names."""
    found: set[str] = set()
    for path in (*(ROOT / "bot").rglob("*.py"), *(ROOT / "webhooks").rglob("*.py")):
        found |= set(re.findall(r"environ(?:\.get\(|\[)\"(EVOLVE_\w+)\"", path.read_text()))
    return found


def policy_defaults(policy: object = None, prefix: str = "") -> dict[str, object]:
    """Every key of the policy file, dotted, with its default."""
    policy, found = Policy() if policy is None else policy, {}
    for field in fields(policy):
        value = getattr(policy, field.name)
        if is_dataclass(value) and not isinstance(value, Usd):
            found |= policy_defaults(value, f"{field.name}.")
        else:
            found[prefix + field.name] = value
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
    # A run is one attempt today, so its cap is the change's.
    assert told == len(fields(Caps)) - 1


def paths_in(page: Path) -> set[str]:
    """What a page names in code that looks like a file or folder of this repository."""
    prose = re.sub(r"^```.*?^```", "", text_of(page), flags=re.MULTILINE | re.DOTALL)
    named = {name for name in NAME.findall(prose) if PATH.fullmatch(name)}
    return {
        name
        for name in named
        if ("/" in name and name.partition("/")[0] in TOP) or name.endswith((".py", ".md", ".toml"))
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_a_page_names_exists(page):
    missing = [path for path in paths_in(page) if not (ROOT / path).exists()]
    assert paths_in(page)
    assert not missing


def defined_in(path: Path) -> set[str]:
    """Functions, classes, methods and constants of a file, methods also by `Class.method`."""
    found: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name, body=body):
                methods = [n for n in body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
                found |= {name} | {f"{name}.{method.name}" for method in methods}
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
    return found


def steps_of_the_way() -> list[tuple[str, str]]:
    """Each function in the tables of the architecture page, with the file that it stands in."""
    found = []
    for line in text_of(ARCHITECTURE).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if match := re.match(r"\| \d+\w? \| `([\w/]+\.py)` \|", line):
            found += [(match[1], name) for name in NAME.findall(cells[2])]
    return found


@pytest.mark.parametrize(("file", "name"), steps_of_the_way())
def test_a_function_on_the_way_stands_where_the_page_says(file, name):
    assert name in defined_in(ROOT / file)


def test_the_way_has_its_steps():
    assert len(steps_of_the_way()) > 30


def test_the_tables_that_the_page_names_are_those_of_the_database():
    told = {code(cells[0]) for cells in rows(text_of(ARCHITECTURE), "### In the database")}
    assert told == set(metadata.tables)


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_inside_the_repository_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if re.match(r"https?://", target):
            continue
        file, _, anchor = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_exists_with_its_options(page):
    # Typing `/evolve` is a comment on an issue, `evolve` a command on a terminal.
    for name, rest in re.findall(r"(?<![\w/-])evolve ([a-z]+)([^`\n]*)", text_of(page)):
        assert name in CLI.commands, f"evolve {name}"
        known = {option for one in CLI.commands[name].params for option in one.opts}
        for option in re.findall(r"(?<!\S)--[a-z-]+", rest):
            assert option in known, f"evolve {name} {option}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_comment_that_a_page_tells_to_write_is_a_command(page):
    for verb in re.findall(r"`/evolve ([a-z]+)", text_of(page)):
        assert verb in VERBS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_a_page_names_exists(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for target in re.findall(r"(?:`|\$ |&& )make ([a-z]+)", text_of(page)):
        assert target in targets


def test_every_picture_is_a_small_png_that_the_readme_or_a_page_shows():
    shown_on = "".join(text_of(page) for page in PAGES)
    for picture in (ROOT / "docs/pictures").iterdir():
        data = picture.read_bytes()
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        width, height = struct.unpack(">II", data[16:24])
        assert min(width, height) > 200
        assert len(data) < PICTURE_BYTES, picture.name
        assert f"pictures/{picture.name}" in shown_on
