"""The kinds of evidence that an improvement issue may rest on: found by machines, or by a model.

Each says what it is about, how it is reproduced, and what names it whoever words it. All texts in
them are outside text.
"""

import shlex
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import TypeAlias, assert_never

from bot.domain.similar.fingerprint import fingerprint
from bot.domain.wording.blocks import span
from bot.domain.wording.quoting import flatten

TEXT_CHARS = 200
"""Characters of a finding's own text that are kept: a line of code may have no end."""


@dataclass(frozen=True, slots=True)
class Todo:
    """A note that something is still to be done. `commit` and `since` say when it was written;
    empty and None where git does not know."""

    path: str
    line: int
    text: str
    commit: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Lines of a function (`whole`: all of it) that the repository's own suite never runs."""

    path: str
    function: str
    first: int
    last: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Lint:
    """What a linter reports that the repository configures, or Python itself. `command` ran it."""

    tool: str
    path: str
    line: int
    rule: str
    message: str
    command: str


@dataclass(frozen=True, slots=True)
class SlowTest:
    """A test of the suite that takes long: `seconds` when it was found."""

    test: str
    seconds: float


@dataclass(frozen=True, slots=True)
class SlowSnippet:
    """A command that is said to take at least so many seconds."""

    command: str
    at_least: float


@dataclass(frozen=True, slots=True)
class FailingSnippet:
    """A command that is said to fail because of what is wrong in the repository."""

    command: str


Found: TypeAlias = Todo | Uncovered | Lint | SlowTest
"""What machines find, without a model."""
Evidence: TypeAlias = Found | SlowSnippet | FailingSnippet


def found_line(found: Found) -> str:
    """A finding as one line, for the model to choose from and for people to read."""
    match found:
        case Todo(path, line, text, commit, since):
            age = f" (since {since:%Y-%m-%d}, commit {commit[:12]})" if since else ""
            return flatten(f"note at {path}:{line}{age}: {text}", 400)
        case Uncovered(path, function, first, last, whole):
            what = "no test runs" if whole else "no test reaches"
            return flatten(f"{what} lines {first} to {last} of {function} in {path}", 400)
        case Lint(tool, path, line, rule, message):
            return flatten(f"{tool} at {path}:{line}: {rule} {message}", 400)
        case SlowTest(test, seconds):
            return flatten(f"the test {test} takes {span(seconds)}", 400)
        case never:
            assert_never(never)


def paths_of(evidence: Evidence) -> tuple[str, ...]:
    """The files that it points at."""
    match evidence:
        case Todo(path=path) | Uncovered(path=path) | Lint(path=path):
            return (path,)
        case SlowTest() | SlowSnippet() | FailingSnippet():
            return ()
        case never:
            assert_never(never)


def identity(evidence: Evidence) -> str:
    """A short hash, the same for the same evidence however an issue words it, wherever it moves
    within its file."""
    match evidence:
        case Todo(path=path, text=text):
            parts = ("todo", path, fingerprint(text))
        case Uncovered(path=path, function=function):
            parts = ("uncovered", path, function)
        case Lint(path=path, rule=rule, message=message):
            parts = ("lint", path, rule, fingerprint(message))
        case SlowTest(test=test):
            parts = ("slow", test)
        case SlowSnippet(command=command):
            parts = ("slow", " ".join(command.split()))
        case FailingSnippet(command=command):
            parts = ("failing", " ".join(command.split()))
        case never:
            assert_never(never)
    return blake2b("\0".join(parts).encode(errors="replace"), digest_size=10).hexdigest()


def shown_command(evidence: Evidence, suite: str) -> str:
    """What a person would run to see the same."""
    match evidence:
        case Todo():
            return todo_command(evidence)
        case Lint(command=command) | SlowSnippet(command=command) | FailingSnippet(command=command):
            return command
        case Uncovered() | SlowTest():
            return suite
        case never:
            assert_never(never)


def todo_command(todo: Todo) -> str:
    """Shows the note's line; path and text are quoted, for they come from the repository."""
    return f"grep -nF -e {shlex.quote(todo.text)} -- {shlex.quote(todo.path)}"
