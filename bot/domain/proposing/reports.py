"""Reports of linters, of the coverage probe and of `grep`, read with suspicion into findings."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.proposing.evidence import TEXT_CHARS, Lint, Todo, Uncovered

MOST = 2_000
"""Findings of one report that are read."""

PYTHON = "python"
"""The linter that needs nothing: Python compiles every file, and a warning counts as an error."""

# A path begins with its line or after a colon: tried within it, a long line would take its square.
_CONCISE = re.compile(
    r"(?:^|(?<=:))[^\S\n]*(?P<path>[^\s:][^:\n]*):(?P<line>\d{1,7}):\d{1,7}:?"
    r" (?P<rule>[A-Za-z][\w-]*):? (?P<text>.+)",
    re.MULTILINE,
)
_COMPILED = re.compile(
    r'File "(?P<path>[^"\n]+)", line (?P<line>\d{1,7})\n(?:(?!.*File ").*\n){0,3}?'
    r"(?:Sorry: )?(?P<rule>\w+(?:Error|Warning)): (?P<text>.+)"
)
_MEASURED = re.compile(r"^measured [1-9]", re.MULTILINE)
_NOTE = re.compile(r"(?P<path>[^:\n]+):(?P<line>\d{1,7}):(?P<text>.*)")
_MARK = re.compile(r"\b(?:TODO|FIXME|XXX)\b.*")
NOTE_PATTERN = r"\b(TODO|FIXME|XXX)\b"
"""For `grep -E`: the three words that people agree on."""

_PATHS = "PATH=$PWD/.venv/bin:$PWD/.evolve/tools/bin:$PWD/node_modules/.bin:$PATH"
_LEFT_OUT = r"/(\.|node_modules)"


@dataclass(frozen=True, slots=True)
class Linter:
    """A linter to try: exit code 127 says that it is not installed here."""

    tool: str
    command: str


_LINTERS = {
    "ruff": "ruff check --no-cache --output-format=concise .",
    "flake8": "flake8 --exclude=.venv,.evolve,node_modules .",
    "eslint": "eslint --format json .",
}
_FALLBACK = f"python3 -W error -m compileall -q -f -x '{_LEFT_OUT}' ."
CONFIGURED = (
    *("ruff.toml", ".ruff.toml", "pyproject.toml", ".flake8", "setup.cfg", "tox.ini"),
    *("eslint.config.js", "eslint.config.mjs", "eslint.config.cjs", "eslint.config.ts"),
    *(".eslintrc", ".eslintrc.js", ".eslintrc.cjs", ".eslintrc.json", ".eslintrc.yml"),
)
"""Files at the root that may configure a linter."""


def linters(files: Mapping[str, str], python: bool) -> tuple[Linter, ...]:
    """The linters that the repository's own files configure, then Python itself if there is any."""
    found = []
    if {"ruff.toml", ".ruff.toml"} & files.keys() or "[tool.ruff" in files.get(
        "pyproject.toml", ""
    ):
        found.append("ruff")
    settings = files.get("setup.cfg", "") + files.get("tox.ini", "")
    if ".flake8" in files or "[flake8]" in settings:
        found.append("flake8")
    if any(name.startswith(("eslint.config.", ".eslintrc")) for name in files):
        found.append("eslint")
    named = [Linter(tool, f"{_PATHS}; {_LINTERS[tool]}") for tool in found]
    return (*named, Linter(PYTHON, _FALLBACK)) if python else tuple(named)


def read_lint(tool: str, command: str, output: str) -> tuple[Lint, ...]:
    """What a linter reports; lines that are no report are passed over."""
    if tool == "eslint":
        rows = _eslint(output)
    else:
        pattern = _COMPILED if tool == PYTHON else _CONCISE
        rows = ((m["path"], int(m["line"]), m["rule"], m["text"]) for m in pattern.finditer(output))
    found = []
    for path, line, rule, text in rows:
        told = text.strip()[:TEXT_CHARS]
        found.append(Lint(tool, _relative(path), line, rule, told, command))
        if len(found) == MOST:
            break
    return tuple(found)


def _eslint(output: str) -> Iterator[tuple[str, int, str, str]]:
    start = output.find("[{")
    try:
        read: object = json.loads(output[max(start, 0) :])
    except (ValueError, RecursionError):
        return
    for file in read if isinstance(read, list) else []:
        messages = file.get("messages") if isinstance(file, dict) else None
        for one in messages if isinstance(messages, list) else []:
            if not isinstance(one, dict):
                continue
            path, line = file.get("filePath"), one.get("line")
            rule, text = one.get("ruleId"), one.get("message")
            if isinstance(path, str) and isinstance(line, int) and isinstance(text, str):
                yield path, line, rule if isinstance(rule, str) else "error", text


def read_notes(output: str) -> tuple[Todo, ...]:
    """Notes as `grep -rn` prints them."""
    found = []
    for line in output.splitlines()[:MOST]:
        match = _NOTE.fullmatch(line)
        mark = _MARK.search(match["text"]) if match else None
        if match is not None and mark is not None:
            text = mark[0].strip()[:TEXT_CHARS]
            found.append(Todo(_relative(match["path"]), int(match["line"]), text))
    return tuple(found)


def read_uncovered(output: str) -> tuple[Uncovered, ...]:
    """What the probe's report says was never run: five fields a line."""
    found = []
    for line in output.splitlines()[:MOST]:
        match line.split("\t"):
            case ["uncovered", path, function, first, last, ("whole" | "part") as extent]:
                if first.isdecimal() and last.isdecimal():
                    span = int(first[:7]), int(last[:7])
                    found.append(Uncovered(path, function, *span, whole=extent == "whole"))
            case _:
                continue
    return tuple(found)


def any_measured(output: str) -> bool:
    """Whether the probe's report says that it watched any file at all."""
    return _MEASURED.search(output) is not None


def _relative(path: str) -> str:
    return path.removeprefix("/work/").removeprefix("./")
