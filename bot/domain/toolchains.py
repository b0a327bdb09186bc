"""How a repository that says nothing is set up and tested, read from the files at its root.

Every set-up leaves what it made inside the checkout: `.venv`, `node_modules`, or `.evolve` for
tools and stores of our own. Later jobs see it read-only and have no network.
"""

import shlex
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.toolchains_node import npm, pnpm

_ROOT_FILES = """
    Cargo.lock Cargo.toml go.mod noxfile.py package-lock.json package.json pnpm-lock.yaml
    poetry.lock pyproject.toml dev-requirements.txt requirements-dev.txt requirements-test.txt
    requirements.txt requirements_dev.txt requirements_test.txt setup.py
    test-requirements.txt tox.ini uv.lock
"""
ROOT_FILES: tuple[str, ...] = tuple(_ROOT_FILES.split())
"""What detection looks at; other files change nothing in its answer."""

Files: TypeAlias = Mapping[str, str]
"""Texts of those of `ROOT_FILES` that are there."""


@dataclass(frozen=True, slots=True)
class Detected:
    """A set-up and a test command that fit. `name` is the tool that was recognised."""

    name: str
    setup: str
    command: str


def detect(files: Files, report: str) -> Detected | None:
    """The first set-up that fits; the command leaves JUnit XML at `report` where the tool can."""
    for name, fits in _IN_ORDER:
        if (found := fits(files, shlex.quote(report))) is not None:
            return Detected(name, *found)
    return None


Found: TypeAlias = tuple[str, str] | None


def _python(report: str) -> str:
    return f".venv/bin/python -m pytest -q --junitxml={report}"


def _tool(name: str) -> str:
    """Get a tool of the Python world that need not be on the machine."""
    return f"python3 -m venv .evolve/tools && .evolve/tools/bin/python -m pip install -q {name}"


def _uv(files: Files, report: str) -> Found:
    if "uv.lock" not in files:
        return None
    here = "PATH=$PATH:$PWD/.evolve/tools/bin"
    get = f"{here}; command -v uv >/dev/null || {{ {_tool('uv')}; }}"
    install = "uv sync --frozen --all-extras --all-groups"
    pytest = ".venv/bin/python -m pytest --version || uv pip install -q pytest"
    return f"set -e; {get}; {install}; {pytest}", _python(report)


def _poetry(files: Files, report: str) -> Found:
    if "poetry.lock" not in files:
        return None
    install = "POETRY_VIRTUALENVS_IN_PROJECT=1 .evolve/tools/bin/poetry install -n --all-extras"
    pytest = ".venv/bin/python -m pytest --version"
    return f"{_tool('poetry')} && {install} && {pytest}", _python(report)


def _tox(files: Files, report: str) -> Found:
    """A tox environment is written to while it is used, so each run works on a copy."""
    text = files.get("tox.ini", "")
    if "[testenv" not in text:
        return None
    packaged = {"pyproject.toml", "setup.py"} & files.keys()
    plain = any(word in text for word in ("skipsdist", "no_package", "skip_install"))
    # In place, or each run would build a package, for which it would need the network.
    in_place = "" if plain or not packaged else " -x testenv.package=editable"
    run = f".evolve/tools/bin/tox run -q -e py{in_place}"
    setup = f"{_tool('tox')} && {run} --notest && mv .tox .evolve/tox"
    junit = f" -- --junitxml={report}" if "{posargs" in text and "pytest" in text else ""
    return setup, f"cp -a .evolve/tox .tox && {run} --skip-pkg-install{junit}"


def _nox(files: Files, report: str) -> Found:
    """Its sessions are not installed again, so only one that installs in place sees a change."""
    text = files.get("noxfile.py", "")
    session = next((name for name in ("tests", "test") if f"def {name}(" in text), None)
    if session is None or ('"."' in text and '"-e"' not in text):
        return None
    nox = ".evolve/tools/bin/nox"
    setup = f"{_tool('nox')} && {nox} -s {session} --install-only && mv .nox .evolve/nox"
    junit = f" -- --junitxml={report}" if "posargs" in text and "pytest" in text else ""
    return setup, f"cp -a .evolve/nox .nox && {nox} -R -s {session}{junit}"


def _pip(files: Files, report: str) -> Found:
    table = _toml(files.get("pyproject.toml", ""))
    wanted = [f"-r {name}" for name in files if "requirements" in name]
    if "setup.py" in files or "project" in table or "build-system" in table:
        extras = ",".join(_for_tests(_table(table, "project"), "optional-dependencies"))
        wanted.append(f"-e '.[{extras}]'" if extras else "-e .")
    if not wanted:
        return None
    wanted += [f"--group {name}" for name in _for_tests(table, "dependency-groups")]
    pip = ".venv/bin/python -m pip install -q"
    setup = f"python3 -m venv .venv && {pip} -U pip && {pip} pytest {' '.join(wanted)}"
    return setup, _python(report)


def _for_tests(table: Mapping[str, object], key: str) -> list[str]:
    names = _table(table, key)
    return [name for name in ("test", "tests", "testing", "dev") if name in names]


def _toml(text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _table(table: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = table.get(key)
    return found if isinstance(found, dict) else {}


def _cargo(files: Files, report: str) -> Found:
    del report  # cargo writes none: the exit code has to do
    if "Cargo.toml" not in files:
        return None
    home = "CARGO_HOME=$PWD/.evolve/cargo"
    locked = " --locked" if "Cargo.lock" in files else ""
    return f"{home} cargo fetch{locked}", f"{home} cargo test --offline --no-fail-fast"


def _go(files: Files, report: str) -> Found:
    if "go.mod" not in files:
        return None
    path, cache = "PATH=$PATH:/usr/local/go/bin", "GOMODCACHE=$PWD/.evolve/gomod"
    install = "GOBIN=$PWD/.evolve/bin go install gotest.tools/gotestsum@v1.12.0"
    tool = f"{{ command -v gotestsum >/dev/null || {install}; }}"
    setup = f"export {path} {cache}; go mod download && {tool}"
    command = f"{path}:$PWD/.evolve/bin {cache} GOPROXY=off GOFLAGS=-mod=mod"
    return setup, f"{command} gotestsum --junitfile {report} ./..."


def _python_project(files: Files, report: str) -> Found:
    return _pip(files, report) if {"pyproject.toml", "setup.py"} & files.keys() else None


_IN_ORDER: tuple[tuple[str, Callable[[Files, str], Found]], ...] = (
    ("uv", _uv),
    ("poetry", _poetry),
    ("tox", _tox),
    ("nox", _nox),
    ("pip", _python_project),
    ("pnpm", pnpm),
    ("npm", npm),
    ("cargo", _cargo),
    ("go", _go),
    ("pip", _pip),
)
"""The surest first: a lockfile, a test runner's own file, a manifest, a bare list."""
