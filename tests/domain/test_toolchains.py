"""What is detected where a repository does not say how it is set up and tested."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.toolchains import ROOT_FILES, detect

REPORT = "out.xml"
PYTHON = ".venv/bin/python -m pytest -q --junitxml=out.xml"


def package(script: str, **more: str) -> str:
    return json.dumps({"scripts": {"test": script}, **more})


def test_an_empty_repository_is_nothing_that_is_known():
    assert detect({}, REPORT) is None
    assert detect({"README.md": "x"}, REPORT) is None


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("uv", {"uv.lock": "version = 1", "pyproject.toml": "[project]", "tox.ini": "[testenv]"}),
        ("poetry", {"poetry.lock": "x", "pyproject.toml": "[tool.poetry]"}),
        ("tox", {"tox.ini": "[testenv]\ncommands = pytest", "setup.py": "x"}),
        ("nox", {"noxfile.py": "def tests(session): ...", "pyproject.toml": "[project]"}),
        ("pip", {"pyproject.toml": "[project]\nname = 'x'", "package.json": package("jest")}),
        ("pip", {"setup.py": "x"}),
        ("pip", {"requirements.txt": "six"}),
        ("pnpm", {"pnpm-lock.yaml": "x", "package.json": package("vitest")}),
        ("npm", {"package.json": package("vitest"), "requirements.txt": "mkdocs"}),
        ("cargo", {"Cargo.toml": "[package]"}),
        ("go", {"go.mod": "module x"}),
    ],
)
def test_the_surest_sign_wins(name: str, files: dict[str, str]):
    found = detect(files, REPORT)
    assert found is not None
    assert found.name == name


def test_gotestsum_is_fetched_only_where_it_is_missing_and_writes_the_report():
    found = detect({"go.mod": "module x"}, REPORT)
    assert found is not None
    assert "command -v gotestsum >/dev/null || " in found.setup
    # its option is not called as pytest's
    assert f"gotestsum --junitfile {REPORT} ./..." in found.command


def test_uv_installs_what_is_locked_and_brings_itself_and_pytest_where_they_are_missing():
    found = detect({"uv.lock": "x"}, REPORT)
    assert found is not None
    assert "uv sync --frozen" in found.setup
    assert "command -v uv >/dev/null ||" in found.setup
    assert found.command == PYTHON


def test_pip_installs_requirements_the_project_in_place_and_what_its_tests_need():
    files = {
        "requirements.txt": "six",
        "requirements-dev.txt": "pytest",
        "pyproject.toml": "[project]\nname='x'\n[project.optional-dependencies]\ntest=[]\ndocs=[]\n"
        "[dependency-groups]\ndev=[]\n",
    }
    found = detect(files, REPORT)
    assert found is not None
    for part in ("-r requirements.txt", "-r requirements-dev.txt", "-e '.[test]'", "--group dev"):
        assert part in found.setup
    assert "docs" not in found.setup
    assert found.command == PYTHON


def test_a_pyproject_with_settings_of_tools_alone_is_not_installed():
    found = detect({"pyproject.toml": "[tool.ruff]", "requirements.txt": "six"}, REPORT)
    assert found is not None
    assert "-e" not in found.setup.split()


@pytest.mark.parametrize("broken", ["[project", "x = 1e", "[" * 5_000])
def test_a_pyproject_that_cannot_be_read_is_no_project(broken: str):
    assert detect({"pyproject.toml": broken}, REPORT) is None


def test_tox_and_nox_write_junit_where_they_hand_arguments_on_to_pytest():
    tox = "[testenv]\ncommands = pytest {posargs}"
    nox = "def tests(session):\n  session.run('pytest', *session.posargs)"
    for files in ({"tox.ini": tox}, {"noxfile.py": nox}):
        found = detect(files, REPORT)
        assert found is not None
        assert found.command.endswith(" -- --junitxml=out.xml")
    silent = detect({"tox.ini": "[testenv]\ncommands = python -m unittest"}, REPORT)
    assert silent is not None
    assert "junit" not in silent.command


def test_a_nox_session_that_installs_a_copy_is_left_to_pip():
    """The copy would be the base's, in every run."""
    copy = 'def tests(session):\n  session.install(".")'
    found = detect({"noxfile.py": copy, "pyproject.toml": "[project]"}, REPORT)
    assert found is not None
    assert found.name == "pip"
    in_place = copy.replace('"."', '"-e", "."')
    found = detect({"noxfile.py": in_place, "pyproject.toml": "[project]"}, REPORT)
    assert found is not None
    assert found.name == "nox"


@pytest.mark.parametrize(
    ("script", "sign"),
    [
        ("vitest", "npm test -- --run --reporter=default --reporter=junit"),
        ("tsc && vitest run", "npm test -- --reporter=default --reporter=junit"),
        ("jest --coverage", "JEST_JUNIT_OUTPUT_FILE=out.xml JEST_JUNIT_CLASSNAME='{filepath}' "),
        ("mocha", "npm test -- --reporter xunit --reporter-option output=out.xml"),
        ("node --test src/", "--test-reporter-destination=out.xml"),
    ],
)
def test_a_runner_at_the_end_of_the_test_script_is_asked_for_junit(script: str, sign: str):
    found = detect({"package.json": package(script)}, REPORT)
    assert found is not None
    assert sign in found.command


@pytest.mark.parametrize("script", ["jest && eslint .", "ava", "make test"])
def test_any_other_test_script_runs_as_it_is(script: str):
    found = detect({"package.json": package(script)}, REPORT)
    assert found is not None
    assert found.command == "npm test"


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        "nonsense",
        '{"scripts": {"test": 7}}',
        '{"scripts": ["test"]}',
        package('echo "Error: no test specified" && exit 1'),
    ],
)
def test_a_package_without_a_test_script_is_nothing_that_is_known(text: str):
    assert detect({"package.json": text}, REPORT) is None


def test_npm_installs_what_is_locked_and_runs_no_script_of_the_project():
    locked = detect({"package.json": package("jest"), "package-lock.json": "{}"}, REPORT)
    loose = detect({"package.json": package("jest")}, REPORT)
    assert locked is not None
    assert loose is not None
    assert locked.setup.startswith("npm ci --ignore-scripts")
    assert loose.setup.startswith("npm install --ignore-scripts")


def test_pnpm_is_the_version_that_the_project_asks_for():
    asking = package("vitest", packageManager="pnpm@9.12.0+sha512.abc")
    found = detect({"package.json": asking, "pnpm-lock.yaml": "x"}, REPORT)
    assert found is not None
    assert "npx --yes pnpm@9.12.0 install --frozen-lockfile" in found.setup


def test_a_report_with_a_space_in_its_name_stays_one_word():
    found = detect({"requirements.txt": "six"}, "my report.xml")
    assert found is not None
    assert "--junitxml='my report.xml'" in found.command


@given(st.dictionaries(st.sampled_from(ROOT_FILES), st.text(max_size=60)))
def test_no_file_breaks_detection(files: dict[str, str]):
    found = detect(files, REPORT)
    assert found is None or (found.setup and found.command)
