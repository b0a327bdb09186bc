"""The layers and sizes of design hold, and the guard that says so really bites."""

import ast
import re
import shutil
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "webhooks", "forge")
LINTER = Path(sys.executable).with_name("lint-imports")

PLANTED = {
    "layers": ("bot/domain/planted_layers.py", "bot.engine"),
    "adapters": ("bot/stages/planted_adapters.py", "bot.adapters"),
    "no I/O": ("bot/domain/planted_io.py", "os"),
    "DBOS": ("bot/stages/planted_dbos.py", "dbos"),
    "stranger": ("forge/planted_stranger.py", "bot"),
    "leans on": ("bot/engine/planted_forge.py", "forge"),
}
"""For each contract, by a part of its name: a file, and the forbidden import planted in it."""


def contracts() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [contract["name"] for contract in project["tool"]["importlinter"]["contracts"]]


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINTER, "--no-cache"], cwd=root, capture_output=True, text=True, timeout=120
    )


def sources(*folders: str) -> dict[str, int]:
    """Lines of each source file that holds anything."""
    counted = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
    }
    return {path: lines for path, lines in counted.items() if lines}


def test_every_import_keeps_the_layers():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


def test_every_contract_has_a_planted_violation():
    for name in contracts():
        assert [part for part in PLANTED if part in name], name
    assert len(contracts()) == len(PLANTED)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory) -> dict[str, str]:
    """What the linter says of each contract on a copy of the tree with every import planted."""
    copy = tmp_path_factory.mktemp("planted")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for file, forbidden in PLANTED.values():
        (copy / file).write_text(f"import {forbidden}\n")
    result = lint(copy)
    assert result.returncode == 1, result.stdout + result.stderr
    headings = "|".join(re.escape(name) for name in contracts())
    broken = result.stdout.partition("Broken contracts")[2]
    parts = re.split(rf"^({headings})\n-+\n", broken, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("part", PLANTED)
def test_a_planted_import_is_found_by_its_contract(part, verdicts):
    (told,) = [text for name, text in verdicts.items() if part in name]
    file, forbidden = PLANTED[part]
    module = file.removesuffix(".py").replace("/", ".")
    assert re.search(rf"{re.escape(module)} -> {re.escape(forbidden)}\b", told), told


def test_files_hold_one_idea():
    lines = sources(*PACKAGES)
    largest = max(lines, key=lambda path: lines[path])
    assert lines[largest] <= 350, f"{largest} has {lines[largest]} lines"
    assert statistics.median(lines.values()) <= 120


def lines_of_code(path: Path) -> int:
    """Lines with code in them: no blanks, comments or docstrings."""
    text = path.read_text()
    prose = {
        number
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    return sum(
        bool(line.strip()) and not line.lstrip().startswith("#") and number not in prose
        for number, line in enumerate(text.splitlines(), 1)
    )


def test_the_kernel_is_read_in_an_hour():
    assert sum(lines_of_code(path) for path in (ROOT / "bot/kernel").rglob("*.py")) <= 1090
