"""Triage on the cheap model: is a change wanted, of what kind, how risky, at what cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from bot.domain.task import Estimate, Part
from bot.kernel.prompt import TRIAGE
from bot.kernel.text import fence, strip_hidden
from bot.kernel.values import Kind, Risk, Usd
from bot.stages.model import Prompt, Reply, ToolSpec, user_says
from bot.stages.select import Selection

MAX_OUTPUT = 2_000
MAP_PATHS = 400
PARTS_MOST = 6
PART_TITLE_CHARS = 120
PART_BODY_CHARS = 2_000
DEAREST = Decimal(10_000)
"""US dollars: an estimate above counts as this, so that it can be stored and compared."""

TRIAGE_TOOL = ToolSpec(
    "triage",
    "Say what should happen with this issue. Only what is `too_big` has `parts`: the issues that it"
    f" falls into, 2 to {PARTS_MOST}, each small enough for one change and of use by itself.",
    {
        "type": "object",
        "properties": {
            "verdict": {
                "type": "string",
                "enum": ["change", "nothing_needed", "question", "too_big"],
            },
            "kind": {"type": "string", "enum": [kind.value for kind in Kind]},
            "plan": {"type": "string"},
            "impact": {"type": "integer", "minimum": 1, "maximum": 5},
            "risk": {"type": "string", "enum": [risk.value for risk in Risk]},
            "estimate_usd": {"type": "number", "minimum": 0},
            "note": {"type": "string"},
            "parts": {
                "type": "array",
                "maxItems": PARTS_MOST,
                "items": {
                    "type": "object",
                    "properties": {"title": {"type": "string"}, "body": {"type": "string"}},
                    "required": ["title", "body"],
                    "additionalProperties": False,
                },
            },
        },
        "required": ["verdict", "kind", "plan", "impact", "risk", "estimate_usd", "note"],
        "additionalProperties": False,
    },
)


@dataclass(frozen=True, slots=True)
class Brief:
    """The task as the model is told it: outside text, fenced with `nonce`.

    `lessons`, and `works_here`, a table of what became of earlier changes, are for the
    conversation that writes the change, and for no other.
    """

    number: int
    title: str
    body: str
    selection: Selection
    test_command: str
    failed_before: tuple[str, ...]
    nonce: str
    lessons: tuple[str, ...] = ()
    works_here: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WantsChange:
    """A change is wanted; the estimate is what the queue and the reader see."""

    estimate: Estimate


@dataclass(frozen=True, slots=True)
class NothingNeeded:
    """The software does what is asked already, or should not."""

    note: str


@dataclass(frozen=True, slots=True)
class Question:
    """The issue cannot be judged before somebody answers."""

    note: str


@dataclass(frozen=True, slots=True)
class TooBig:
    """More than one small change, and how it would be split."""

    note: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Unclear:
    """The reply could not be read."""

    reason: str


TriageOutcome: TypeAlias = WantsChange | NothingNeeded | Question | TooBig | Unclear


def present(brief: Brief) -> str:
    """The first message: the issue, the map and the likeliest files, all fenced as data."""
    issue = f"{strip_hidden(brief.title)}\n\n{strip_hidden(brief.body)}"
    parts = [
        f"Issue #{brief.number} of this repository:",
        fence(issue, brief.nonce, f"issue #{brief.number}"),
        f"The tests are run with this command: {brief.test_command}",
    ]
    if brief.failed_before:
        tried = "\n".join(f"- {line}" for line in brief.failed_before)
        parts.append("Tried before on this issue, without success:")
        parts.append(fence(tried, brief.nonce, "earlier attempts"))
    paths = brief.selection.paths
    more = f"\n… and {len(paths) - MAP_PATHS} more" if len(paths) > MAP_PATHS else ""
    listing = "\n".join(paths[:MAP_PATHS]) + more
    parts.append(fence(listing, brief.nonce, "paths"))
    parts.extend(fence(file.text, brief.nonce, file.path) for file in brief.selection.files)
    return "\n\n".join(parts)


def triage_prompt(brief: Brief, model: str) -> Prompt:
    """One question to the cheap model."""
    return Prompt(model, TRIAGE, (TRIAGE_TOOL,), (user_says(present(brief)),), MAX_OUTPUT)


def read_triage(reply: Reply) -> TriageOutcome:
    """Read the `triage` call. Every field is untrusted."""
    calls = [call for call in reply.tool_calls if call.name == TRIAGE_TOOL.name]
    if len(calls) != 1:
        return Unclear("it did not call `triage` once")
    said = calls[0].arguments
    note = _text(said, "note")
    match said.get("verdict"):
        case "change":
            estimate = _estimate(said)
            return estimate if isinstance(estimate, Unclear) else WantsChange(estimate)
        case "nothing_needed":
            return NothingNeeded(note)
        case "question":
            return Question(note)
        case "too_big":
            parts = _parts(said.get("parts"))
            return parts if isinstance(parts, Unclear) else TooBig(note, parts)
        case other:
            return Unclear(f"its verdict was {other!r}")


def _estimate(said: Mapping[str, object]) -> Estimate | Unclear:
    impact, kind, risk = said.get("impact"), said.get("kind"), said.get("risk")
    if not isinstance(impact, int) or isinstance(impact, bool) or not 1 <= impact <= 5:
        return Unclear(f"its impact was {impact!r}")
    if not isinstance(kind, str) or kind not in set(Kind):
        return Unclear(f"its kind was {kind!r}")
    if not isinstance(risk, str) or risk not in set(Risk):
        return Unclear(f"its risk was {risk!r}")
    try:
        dollars = Decimal(str(said.get("estimate_usd"))).quantize(Decimal("0.0001"))
        cost = Usd.of(min(max(dollars, Decimal(0)), DEAREST))
    except (InvalidOperation, ValueError):
        return Unclear(f"its estimate was {said.get('estimate_usd')!r}")
    return Estimate(Kind(kind), impact, Risk(risk), cost, _text(said, "plan"))


def _parts(said: object) -> tuple[Part, ...] | Unclear:
    """Two parts at least, or it is not split; none twice, however it is spelt."""
    listed = said if isinstance(said, list) else []
    if not 2 <= len(listed) <= PARTS_MOST:
        return Unclear(f"it gave {len(listed)} parts of what is too big, and 2 to 6 are wanted")
    parts: dict[str, Part] = {}
    for one in listed:
        fields = {str(k): v for k, v in one.items()} if isinstance(one, dict) else {}
        title = " ".join(strip_hidden(_text(fields, "title")).split())[:PART_TITLE_CHARS]
        body = strip_hidden(_text(fields, "body"))[:PART_BODY_CHARS].strip()
        if not title or not body:
            return Unclear("a part has no title or no body")
        parts[title.casefold()] = Part(title, body)
    if len(parts) < len(listed):
        return Unclear("two parts have the same title")
    return tuple(parts.values())


def _text(said: Mapping[str, object], key: str) -> str:
    value = said.get(key)
    return value.strip() if isinstance(value, str) else ""
