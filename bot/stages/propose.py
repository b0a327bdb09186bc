"""Find one improvement worth an issue, and reproduce its evidence before anybody is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.kernel.prompt import PROPOSE
from bot.kernel.text import fence, strip_hidden
from bot.kernel.values import Risk, Sha
from bot.stages.model import Prompt, Reply, ToolSpec, user_says
from bot.stages.places import Places
from bot.stages.sandbox import Exited, Job, Limits, Sandbox
from bot.stages.select import Selection
from bot.stages.workspace import Mirror

MAX_OUTPUT = 2_000
EVIDENCE_SECONDS = 60.0
EVIDENCE_CHARS = 3_000

PROPOSE_TOOL = ToolSpec(
    "propose",
    "Propose one improvement. `evidence_command` is a shell command, run in the repository, whose"
    " output shows the problem.",
    {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "body": {"type": "string"},
            "evidence_command": {"type": "string"},
            "impact": {"type": "integer", "minimum": 1, "maximum": 5},
            "risk": {"type": "string", "enum": [risk.value for risk in Risk]},
            "estimate_usd": {"type": "number", "minimum": 0},
            "proves": {"type": "string"},
        },
        "required": [
            "title",
            "body",
            "evidence_command",
            "impact",
            "risk",
            "estimate_usd",
            "proves",
        ],
        "additionalProperties": False,
    },
)


@dataclass(frozen=True, slots=True)
class Idea:
    """What the model proposes; all of it is unproved."""

    title: str
    body: str
    evidence_command: str
    impact: int
    risk: Risk
    proves: str


@dataclass(frozen=True, slots=True)
class NoIdea:
    """No usable proposal, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the command really printed in a clean checkout, and its exit code."""

    exit_code: int
    output: str


IdeaOutcome: TypeAlias = Idea | NoIdea


def propose_prompt(
    selection: Selection, known: tuple[str, ...], nonce: str, model: str, test_command: str
) -> Prompt:
    """Ask for one improvement that is not among the known titles."""
    parts = [
        f"The tests are run with this command: {test_command}",
        fence("\n".join(selection.paths[:400]), nonce, "paths"),
        *(fence(file.text, nonce, file.path) for file in selection.files),
        fence("\n".join(strip_hidden(title) for title in known), nonce, "known issues"),
        "Propose one improvement that is not known yet.",
    ]
    return Prompt(model, PROPOSE, (PROPOSE_TOOL,), (user_says("\n\n".join(parts)),), MAX_OUTPUT)


def read_idea(reply: Reply, known: tuple[str, ...]) -> IdeaOutcome:
    """Read the `propose` call; an idea that is known already is none."""
    calls = [call for call in reply.tool_calls if call.name == PROPOSE_TOOL.name]
    if len(calls) != 1:
        return NoIdea("it did not call `propose` once")
    said = calls[0].arguments
    texts = {key: _text(said, key) for key in ("title", "body", "evidence_command", "proves")}
    if not all(texts.values()):
        return NoIdea(f"missing: {', '.join(key for key, text in texts.items() if not text)}")
    impact, risk = said.get("impact"), said.get("risk")
    counted = isinstance(impact, int) and not isinstance(impact, bool)
    if not counted or not isinstance(risk, str) or risk not in set(Risk):
        return NoIdea("its impact or risk cannot be read")
    if _normal(texts["title"]) in {_normal(title) for title in known}:
        return NoIdea("it is known already")
    return Idea(
        title=" ".join(texts["title"].split())[:120],
        body=texts["body"],
        evidence_command=texts["evidence_command"],
        impact=min(max(impact, 1), 5),
        risk=Risk(risk),
        proves=texts["proves"],
    )


def reproduce(
    sandbox: Sandbox, mirror: Mirror, places: Places, base: Sha, idea: Idea
) -> Evidence | NoIdea:
    """Run the evidence in a clean checkout. What prints nothing shows nothing."""
    with places.fresh("evidence") as directory:
        mirror.export(base, directory)
        job = Job(
            ("/bin/sh", "-c", idea.evidence_command), directory, Limits(seconds=EVIDENCE_SECONDS)
        )
        outcome = sandbox.run(job)
    if not isinstance(outcome, Exited) or not outcome.output.strip():
        return NoIdea("its evidence could not be reproduced")
    return Evidence(outcome.code, outcome.output.decode(errors="replace")[-EVIDENCE_CHARS:])


def _text(said: Mapping[str, object], key: str) -> str:
    value = said.get(key)
    return strip_hidden(value).strip() if isinstance(value, str) else ""


def _normal(title: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in title.lower()).split())
