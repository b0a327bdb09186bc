"""The few tools the model is given, and how its calls are carried out inside the sandbox."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, assert_never

from bot.kernel.values import Risk
from bot.stages.environment import Mounts
from bot.stages.model import JsonObject, ToolCall, ToolSpec
from bot.stages.sandbox import (
    Exited,
    Job,
    Killed,
    Limits,
    Sandbox,
    TimedOut,
    ToolError,
    ToolOk,
    Unavailable,
)

OUTPUT_CHARS = 10_000
"""Characters of one tool's output that the model is shown: half head, half tail."""

RUN_SECONDS = 60.0
RUN_SECONDS_MOST = 600.0


def _schema(required: tuple[str, ...], **properties: JsonObject) -> JsonObject:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


_TEXT: JsonObject = {"type": "string"}
_COUNT: JsonObject = {"type": "integer", "minimum": 1}

_SUBMITTED: dict[str, JsonObject] = {
    "summary": _TEXT,
    "risk": {"type": "string", "enum": [risk.value for risk in Risk]},
    "tests": {"type": "array", "items": _TEXT},
}

CHANGE_TOOLS: tuple[ToolSpec, ...] = (
    ToolSpec(
        "view",
        "Show a file with line numbers, or a part of it from line `start` to line `end`.",
        _schema(("path",), path=_TEXT, start=_COUNT, end=_COUNT),
    ),
    ToolSpec(
        "search",
        "Find a regular expression in the files below `path` (default: everywhere).",
        _schema(("pattern",), pattern=_TEXT, path=_TEXT),
    ),
    ToolSpec(
        "edit",
        "Replace `old`, which must occur exactly once in the file, by `new`."
        " An empty `old` creates a new file.",
        _schema(("path", "old", "new"), path=_TEXT, old=_TEXT, new=_TEXT),
    ),
    ToolSpec(
        "run",
        "Run a shell command in the repository, without network; a fresh shell each time.",
        _schema(("command",), command=_TEXT, timeout_s=_COUNT),
    ),
    ToolSpec(
        "submit",
        "Hand in the change: what was done and why, its risk, and the tests that prove it."
        " It is then checked; the answer says whether it holds.",
        _schema(("summary", "risk", "tests"), **_SUBMITTED),
    ),
)

_REPLY: JsonObject = _schema(
    ("ask", "done", "text"), ask=_COUNT, done={"type": "boolean"}, text=_TEXT
)

ANSWER_TOOLS: tuple[ToolSpec, ...] = (
    *CHANGE_TOOLS[:-1],
    ToolSpec(
        "submit",
        "Hand in the change, with one reply to each thing that was asked: its number, whether it"
        " was done, and a sentence that says what was done, or why not.",
        _schema(
            ("summary", "risk", "tests", "replies"),
            **_SUBMITTED,
            replies={"type": "array", "items": _REPLY},
        ),
    ),
)
"""The same tools, where people asked for something and are answered one by one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model says to one thing that was asked, by its number from 1."""

    ask: int
    done: bool
    text: str


@dataclass(frozen=True, slots=True)
class Submission:
    """The model says it is done; nothing of it is believed without proof."""

    summary: str
    risk: Risk
    tests: tuple[str, ...]
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What goes back to the model for one call."""

    call: str
    text: str
    failed: bool

    def block(self) -> JsonObject:
        """As the Messages API wants it."""
        return {
            "type": "tool_result",
            "tool_use_id": self.call,
            "content": self.text or "(no output)",
            "is_error": self.failed,
        }


@dataclass(frozen=True, slots=True)
class Submitted:
    """A `submit` call: its result is the verdict, which is not known yet."""

    call: str
    submission: Submission


Performed: TypeAlias = ToolResult | Submitted


def perform(sandbox: Sandbox, directory: Path, call: ToolCall, mounts: Mounts = ()) -> Performed:
    """Carry out one call inside the sandbox. The arguments are untrusted and checked here."""
    arguments = call.arguments
    match call.name:
        case "view" | "search" | "edit":
            request = dict(arguments) | {"op": call.name}
            match sandbox.tool(request, directory, Limits(seconds=RUN_SECONDS)):
                case ToolOk(text):
                    return ToolResult(call.id, shorten(text), failed=False)
                case ToolError(text):
                    return ToolResult(call.id, shorten(text), failed=True)
                case never:
                    assert_never(never)
        case "run":
            return _run(sandbox, directory, call, mounts)
        case "submit":
            return _submission(call)
        case unknown:
            return ToolResult(call.id, f"There is no tool `{unknown}`.", failed=True)


def _run(sandbox: Sandbox, directory: Path, call: ToolCall, mounts: Mounts) -> ToolResult:
    command, wanted = call.arguments.get("command"), call.arguments.get("timeout_s", RUN_SECONDS)
    if not isinstance(command, str) or not command.strip():
        return ToolResult(call.id, "`command` must be a shell command.", failed=True)
    limits = Limits(seconds=_seconds(wanted))
    outcome = sandbox.run(Job(("/bin/sh", "-c", command), directory, limits, mounts=mounts))
    match outcome:
        case Exited(code=code, output=output):
            text = f"exit code {code}\n{output.decode(errors='replace')}"
            return ToolResult(call.id, shorten(text), failed=code != 0)
        case TimedOut(output=output):
            text = f"killed after {limits.seconds:.0f} s\n{output.decode(errors='replace')}"
            return ToolResult(call.id, shorten(text), failed=True)
        case Killed(reason=reason, output=output):
            text = f"killed: {reason}\n{output.decode(errors='replace')}"
            return ToolResult(call.id, shorten(text), failed=True)
        case Unavailable(reason=reason):
            return ToolResult(call.id, f"no sandbox: {reason}", failed=True)
        case never:
            assert_never(never)


def _seconds(wanted: object) -> float:
    """The wall time a command gets; JSON allows numbers of any size, and some readers NaN."""
    if not isinstance(wanted, int | float) or wanted != wanted:
        return RUN_SECONDS
    return float(min(max(wanted, 1), RUN_SECONDS_MOST))


def _submission(call: ToolCall) -> Performed:
    summary, risk, tests = (call.arguments.get(key) for key in ("summary", "risk", "tests"))
    if not isinstance(summary, str) or not summary.strip():
        return ToolResult(call.id, "`summary` must say what was done and why.", failed=True)
    if not isinstance(risk, str) or risk not in set(Risk):
        return ToolResult(call.id, f"`risk` must be one of {', '.join(Risk)}.", failed=True)
    names = tuple(str(name) for name in tests) if isinstance(tests, list) else ()
    answers = _answers(call.arguments.get("replies"))
    return Submitted(call.id, Submission(summary.strip(), Risk(risk), names, answers))


def _answers(replies: object) -> tuple[Answer, ...]:
    """The replies that can be read; who gets none is told the summary."""
    found: list[Answer] = []
    for one in replies if isinstance(replies, list) else ():
        said = one if isinstance(one, dict) else {}
        ask, done, text = said.get("ask"), said.get("done"), said.get("text")
        numbered = isinstance(ask, int) and not isinstance(ask, bool)
        if numbered and isinstance(text, str) and text.strip():
            found.append(Answer(ask, done is True, text.strip()))
    return tuple(found)


def shorten(text: str) -> str:
    """At most `OUTPUT_CHARS` characters: the head and the tail, with what was left out named."""
    if len(text) <= OUTPUT_CHARS:
        return text
    half = OUTPUT_CHARS // 2
    left_out = len(text) - 2 * half
    return f"{text[:half]}\n[… {left_out} characters left out …]\n{text[-half:]}"
