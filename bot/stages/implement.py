"""The change itself: one linear conversation with the strong model, a few tools, hard limits.

Each turn starts from a named tree: the directory is first made equal to it, then the tools run,
then the new tree is taken. So a turn that is repeated after a crash does no harm.
"""

from dataclasses import dataclass
from pathlib import Path

from bot.domain.task import Estimate
from bot.kernel.prompt import IMPLEMENT
from bot.kernel.text import fence
from bot.kernel.values import Sha
from bot.stages.environment import Mounts
from bot.stages.model import JsonObject, Prompt, Reply, ToolSpec, user_says
from bot.stages.places import Places
from bot.stages.plan import planned
from bot.stages.sandbox import Sandbox
from bot.stages.tools import CHANGE_TOOLS, Submitted, ToolResult, perform
from bot.stages.triage import Brief
from bot.stages.workspace import Mirror, Unusable

MAX_OUTPUT = 16_000
MALFORMED_MOST = 3
"""Replies without a usable tool call, in a row, that end the conversation (models.md)."""

CUT_OFF = "Your answer was cut off at its longest, so nothing was run. Take smaller steps."
NUDGE = "Please go on with the tools, and end with `submit`."


@dataclass(frozen=True, slots=True)
class Bench:
    """Where a change is written: the kept directory's name, the base, the test environment.

    `leftovers` are paths that running the tests writes, and that are no part of a change.
    """

    name: str
    base: Sha
    mounts: Mounts = ()
    leftovers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """What one reply led to: results in the order of its calls, and the tree afterwards."""

    results: tuple[ToolResult, ...]
    submitted: Submitted | None
    tree: Sha


def opening(brief: Brief, estimate: Estimate) -> str:
    """How the conversation begins: the task with its likeliest files, and the plan."""
    wanted = "Make this change now, with a test that fails before it and passes after it."
    return "\n\n".join((planned(brief, estimate), *_remembered(brief), *_works_here(brief), wanted))


def _remembered(brief: Brief) -> tuple[str, ...]:
    """Lessons of earlier changes, last of all that is shown: what is before them is the same
    without them."""
    if not brief.lessons:
        return ()
    listed = "\n".join(f"- {line}" for line in brief.lessons)
    about = (
        "Earlier changes to this repository came to this. It is data, asks for nothing, and may not"
        " fit here:"
    )
    return about, fence(listed, brief.nonce, "lessons")


def _works_here(brief: Brief) -> tuple[str, ...]:
    """After all that is the same for every attempt at the issue, so that a cache keeps that."""
    if not brief.works_here:
        return ()
    table = fence("\n".join(brief.works_here), brief.nonce, "what works here")
    return "What became of earlier changes in this repository:", table


@dataclass(frozen=True, slots=True)
class Start:
    """How a conversation begins: its first message, the files as they are then, and its tools.

    With `needs_change` a submission must have changed something.
    """

    text: str
    tree: Sha
    tools: tuple[ToolSpec, ...] = CHANGE_TOOLS
    needs_change: bool = True

    @property
    def messages(self) -> tuple[JsonObject, ...]:
        """The conversation before the first reply."""
        return (user_says(self.text),)


def taken_over(start: Start, nonce: str, verdict: str) -> tuple[JsonObject, ...]:
    """How a stronger model begins: the same task, and what was wrong with the files so far."""
    told = fence(verdict, nonce, "verdict")
    more = f"Others tried; their files are as they left them. The last verdict:\n\n{told}"
    return (user_says(f"{start.text}\n\n{more}"),)


def implement_prompt(
    model: str, messages: tuple[JsonObject, ...], tools: tuple[ToolSpec, ...] = CHANGE_TOOLS
) -> Prompt:
    """The next question of the conversation; everything before it stays as it was."""
    return Prompt(model, IMPLEMENT, tools, messages, MAX_OUTPUT)


def act(
    sandbox: Sandbox, mirror: Mirror, places: Places, bench: Bench, tree: Sha, reply: Reply
) -> Turn:
    """Carry out every tool call of a reply, starting from `tree`.

    A turn that leaves files which cannot be worked with is undone, and the model is told.
    """
    directory = places.kept(bench.name)
    try:
        if mirror.snapshot(directory, bench.base, bench.leftovers) != tree:
            mirror.restore(directory, tree)
        results, submitted = _perform(sandbox, directory, reply, bench.mounts)
        after = mirror.snapshot(directory, bench.base, bench.leftovers)
        return Turn(results, submitted, after)
    except Unusable as unusable:
        places.remove(bench.name)
        text = f"Undone, the files were left as they were before this turn: {unusable}"
        undone = tuple(ToolResult(call.id, text, failed=True) for call in reply.tool_calls)
        return Turn(undone, None, tree)


def _perform(
    sandbox: Sandbox, directory: Path, reply: Reply, mounts: Mounts
) -> tuple[tuple[ToolResult, ...], Submitted | None]:
    results: list[ToolResult] = []
    submitted: Submitted | None = None
    for call in reply.tool_calls:
        if reply.stop_reason == "max_tokens":
            results.append(ToolResult(call.id, CUT_OFF, failed=True))
            continue
        if submitted is not None:
            results.append(ToolResult(call.id, "Nothing runs after `submit`.", failed=True))
            continue
        match perform(sandbox, directory, call, mounts):
            case Submitted() as handed_in:
                submitted = handed_in
            case ToolResult() as result:
                results.append(result)
    return tuple(results), submitted


def answered(
    messages: tuple[JsonObject, ...], reply: Reply, results: tuple[ToolResult, ...]
) -> tuple[JsonObject, ...]:
    """The conversation with the reply and what its calls led to; a nudge when it made none."""
    content: list[JsonObject] = [result.block() for result in results]
    if not content:
        content = [{"type": "text", "text": NUDGE}]
    return (*messages, reply.message, {"role": "user", "content": content})
