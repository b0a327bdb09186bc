"""The planner: a conversation of its own that turns triage's few words into a concrete plan.

It is off until it is measured to pay (`evolve telemetry`): a plan costs one more call with all the
files in it, and the model that writes the change reads those files anyway.
"""

from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.task import Estimate
from bot.kernel.prompt import PLAN
from bot.kernel.text import fence, strip_hidden
from bot.stages.model import JsonObject, Prompt, Reply, ToolSpec, user_says
from bot.stages.triage import Brief, present

MAX_OUTPUT = 4_000
PLAN_CHARS = 4_000

_LINES: JsonObject = {"type": "array", "items": {"type": "string"}}

PLAN_TOOL = ToolSpec(
    "plan",
    "Hand in the plan: the files it touches, the test that comes first, and the steps in order.",
    {
        "type": "object",
        "properties": {"files": _LINES, "test": {"type": "string"}, "steps": _LINES},
        "required": ["files", "test", "steps"],
        "additionalProperties": False,
    },
)


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan as text, for the implementer and for people."""

    text: str


@dataclass(frozen=True, slots=True)
class NoPlan:
    """The answer could not be read, and why."""

    reason: str


PlanOutcome: TypeAlias = Planned | NoPlan


def planned(brief: Brief, estimate: Estimate, whose: str = "The plan") -> str:
    """The task, its kind and its plan; `whose` says what that plan is."""
    plan = fence(estimate.plan, brief.nonce, "plan")
    return f"{present(brief)}\n\nKind: {estimate.kind}. {whose}:\n{plan}"


def plan_prompt(brief: Brief, estimate: Estimate, model: str) -> Prompt:
    """One question: the brief, and what triage said of it."""
    text = planned(brief, estimate, "From triage")
    return Prompt(model, PLAN, (PLAN_TOOL,), (user_says(text),), MAX_OUTPUT)


def read_plan(reply: Reply) -> PlanOutcome:
    """Read the `plan` call; every field is untrusted."""
    calls = [call for call in reply.tool_calls if call.name == PLAN_TOOL.name]
    if len(calls) != 1:
        return NoPlan("it did not call `plan` once")
    said = calls[0].arguments
    files, steps, test = _lines(said.get("files")), _lines(said.get("steps")), said.get("test")
    if not steps or not isinstance(test, str) or not test.strip():
        return NoPlan("it named no steps, or no test")
    numbered = [f"{number}. {step}" for number, step in enumerate(steps, 1)]
    parts = (f"Files: {', '.join(files) or 'none named'}", f"Test first: {_line(test)}", *numbered)
    return Planned("\n".join(parts)[:PLAN_CHARS])


def _lines(value: object) -> list[str]:
    listed = value if isinstance(value, list) else []
    return [_line(one) for one in listed if isinstance(one, str) and one.strip()]


def _line(text: str) -> str:
    return " ".join(strip_hidden(text).split())
