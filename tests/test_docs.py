"""README and docs/ say what the code says: every path, function, table, command and link."""

import ast
import re
import struct
from functools import cache
from pathlib import Path

import pytest
from typer.main import get_group
from typer.testing import CliRunner

from bot.adapters.database.tables import metadata
from bot.cli.app import app
from bot.domain.commands import VERBS
from tests.pages import ARCHITECTURE, NAME, PAGES, README, ROOT, code, rows, text_of

PICTURE_BYTES = 200_000

PATH = re.compile(r"\.?[A-Za-z][\w.-]*(?:/[\w.-]+)*/?")
TOP = {path.name for path in ROOT.iterdir()}
COMMANDS = set(get_group(app).commands)


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
    assert not missing


def defined_in(path: Path) -> set[str]:
    """Functions, classes and `Class.method`s of a file, or of all files of a folder."""
    if path.is_dir():
        return {name for file in path.glob("*.py") for name in defined_in(file)}
    found: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name, body=body):
                methods = [n for n in body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
                found |= {name} | {f"{name}.{method.name}" for method in methods}
    return found


def steps_of_the_way() -> list[tuple[str, str]]:
    """Each function in the tables of the architecture page, with the file that it stands in."""
    found = []
    for line in text_of(ARCHITECTURE).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if match := re.match(r"\| \d+\w? \| `([\w/]+(?:\.py|/))` \|", line):
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


@cache
def help_of(command: str) -> str:
    """What `--help` says of a command."""
    asked = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert asked.exit_code == 0, asked.output
    return asked.output


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_exists_with_its_options(page):
    # Typing `/evolve` is a comment on an issue, `evolve` a command on a terminal.
    for name, rest in re.findall(r"(?:`|\$ |bin/)evolve ([a-z]+)([^`\n]*)", text_of(page)):
        assert name in COMMANDS, f"evolve {name}"
        for option in re.findall(r"(?<!\S)--[a-z-]+", rest):
            assert f"{option} " in help_of(name), f"evolve {name} {option}"


def test_the_readme_lists_every_command_and_only_options_that_there_are():
    listed: set[str] = set()
    for cells in rows(text_of(README), "## Commands"):
        names = NAME.findall(cells[0])
        listed |= set(names)
        for option in re.findall(r"`(--[a-z-]+)", cells[1]):
            assert all(f"{option} " in help_of(name) for name in names), option
    assert listed == COMMANDS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_comment_that_a_page_tells_to_write_is_a_command(page):
    for verb in re.findall(r"`/evolve ([a-z]+)", text_of(page)):
        assert verb in VERBS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_a_page_names_exists(page):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for target in re.findall(r"(?:`|\$ |&& )make ([a-z-]+)", text_of(page)):
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
