"""npm and pnpm: packages as they are locked, and the project's own test script."""

import json
import re
from collections.abc import Mapping

_NO_TEST = "no test specified"
"""What `npm init` writes as the test script."""

_CACHES = (
    "(mkdir -p node_modules && cd node_modules"
    " && ln -sfn /tmp .cache && ln -sfn /tmp .vite && ln -sfn .. .vite-temp)"
)
"""What some tools write among the packages, which are read-only later."""


def npm(files: Mapping[str, str], report: str) -> tuple[str, str] | None:
    """Install without the project's own scripts: what they build would be stale in every job."""
    script = _script(files)
    if script is None:
        return None
    how = "ci" if "package-lock.json" in files else "install"
    setup = f"npm {how} --ignore-scripts --no-audit --no-fund && npm rebuild && {_CACHES}"
    return _tested(setup, script, report)


def pnpm(files: Mapping[str, str], report: str) -> tuple[str, str] | None:
    """As `npm`, with the version of pnpm that the project asks for."""
    script = _script(files)
    if script is None or "pnpm-lock.yaml" not in files:
        return None
    asked = re.search(r'"packageManager"\s*:\s*"(pnpm@[0-9.]+)', files["package.json"])
    run = f"npx --yes {asked[1] if asked else 'pnpm'}"
    setup = f"{run} install --frozen-lockfile --ignore-scripts && {run} rebuild && {_CACHES}"
    return _tested(setup, script, report)


def _script(files: Mapping[str, str]) -> str | None:
    try:
        package = json.loads(files.get("package.json", ""))
        script = package["scripts"]["test"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return script if isinstance(script, str) and _NO_TEST not in script else None


def _tested(setup: str, script: str, report: str) -> tuple[str, str]:
    """The test script, asked for JUnit XML where the runner at its end can write it."""
    words = re.split(r"&&|;|\|", script)[-1].split()
    if "vitest" in words:
        once = "" if {"run", "--run"} & set(words) else "--run "
        reports = f"--reporter=default --reporter=junit --outputFile.junit={report}"
        return setup, f"npm test -- {once}{reports}"
    if "jest" in words:
        reporter = "npm install --no-save --no-audit --no-fund --prefix .evolve/node jest-junit"
        reports = "--ci --reporters=default --reporters=./.evolve/node/node_modules/jest-junit"
        # Named by its file, a test is told apart from one of the same name elsewhere.
        names = "JEST_JUNIT_CLASSNAME='{filepath}' JEST_JUNIT_TITLE='{classname} {title}'"
        command = f"JEST_JUNIT_OUTPUT_FILE={report} {names} npm test -- {reports}"
        return f"{setup} && {reporter}", command
    if "mocha" in words:
        return setup, f"npm test -- --reporter xunit --reporter-option output={report}"
    if "node" in words and "--test" in words:
        spoken = "--test-reporter=spec --test-reporter-destination=stdout"
        reports = f"--test-reporter=junit --test-reporter-destination={report} {spoken}"
        return setup, f"NODE_OPTIONS='{reports}' npm test"
    return setup, "npm test"
