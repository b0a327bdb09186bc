"""The blind reviewer: it sees the issue, the diff and the proof, and may send a change back once.

It is a conversation of its own, so that it cannot be talked into a change by how it came about. It
is no gate: what it lets through is judged by the kernel all the same.
"""

from dataclasses import dataclass
from typing import TypeAlias

from bot.kernel.prompt import REVIEW
from bot.kernel.text import fence, strip_hidden
from bot.stages.model import Prompt, Reply, ToolSpec, user_says
from bot.stages.suites import TrialLine
from bot.stages.triage import Brief

MAX_OUTPUT = 2_000
DIFF_CHARS = 60_000

REVIEW_TOOL = ToolSpec(
    "review",
    "Say whether the change may go on.",
    {
        "type": "object",
        "properties": {
            "verdict": {"type": "string", "enum": ["accept", "send_back"]},
            "reason": {"type": "string"},
        },
        "required": ["verdict", "reason"],
        "additionalProperties": False,
    },
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Nothing stands against it; also when the answer could not be read, as this is no gate."""


@dataclass(frozen=True, slots=True)
class SentBack:
    """What is wrong, for the author of the change."""

    reason: str


ReviewOutcome: TypeAlias = Accepted | SentBack


def review_prompt(brief: Brief, diff: str, trials: tuple[TrialLine, ...], model: str) -> Prompt:
    """One question, without a word of the conversation that wrote the change."""
    issue = f"{strip_hidden(brief.title)}\n\n{strip_hidden(brief.body)}"
    runs = "\n".join(
        f"{line.name}: exit code {line.exit_code}, {line.passed} passed, {line.failed} failed"
        for line in trials
    )
    text = "\n\n".join(
        (
            fence(issue, brief.nonce, f"issue #{brief.number}"),
            fence(diff[:DIFF_CHARS], brief.nonce, "diff"),
            f"What was run:\n{runs}",
        )
    )
    return Prompt(model, REVIEW, (REVIEW_TOOL,), (user_says(text),), MAX_OUTPUT)


def read_review(reply: Reply) -> ReviewOutcome:
    """Read the `review` call; every field is untrusted."""
    for call in reply.tool_calls:
        verdict, reason = call.arguments.get("verdict"), call.arguments.get("reason")
        sent_back = call.name == REVIEW_TOOL.name and verdict == "send_back"
        if sent_back and isinstance(reason, str) and reason.strip():
            return SentBack(strip_hidden(reason).strip())
    return Accepted()
