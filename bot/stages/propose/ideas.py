"""The cheap model chooses among what machines found, or brings a snippet that shows a problem."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from bot.domain.priority import worth_of
from bot.domain.proposing.evidence import (
    Evidence,
    FailingSnippet,
    Found,
    SlowSnippet,
    found_line,
    paths_of,
)
from bot.domain.task import Estimate
from bot.domain.wording.quoting import flatten
from bot.kernel.prompt import PROPOSE
from bot.kernel.text import fence, strip_hidden
from bot.kernel.values import Kind, Risk, Usd
from bot.memory.telemetry.what_works import WhatWorks
from bot.stages.model import Prompt, Reply, ToolSpec, user_says
from bot.stages.select import Selection

MAX_OUTPUT = 3_000
"""Tokens of the answer."""

IDEAS_MOST = 5
"""Ideas of one answer that are looked at."""

TITLES_MOST = 150
PATHS_MOST = 400
COMMAND_CHARS = 2_000
SLOWEST_S = 60.0
DEAREST = Decimal(100)
"""Estimates above it, in USD, are read as it."""

PROPOSE_TOOL = ToolSpec(
    "propose",
    "Propose one improvement. Its evidence is either `finding`, the number of a finding in the"
    " list, or `evidence_command`: a shell command, run at the root of a clean checkout without"
    " network, which exits with another code than 0 and prints why because of the problem. With"
    " `at_least_seconds` the command succeeds and takes at least so long. The evidence is"
    " reproduced before anything is filed; what cannot be reproduced is dropped.",
    {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "body": {"type": "string"},
            "kind": {"type": "string", "enum": [kind.value for kind in Kind]},
            "finding": {"type": "integer", "minimum": 1},
            "evidence_command": {"type": "string"},
            "at_least_seconds": {"type": "number", "minimum": 1},
            "impact": {"type": "integer", "minimum": 1, "maximum": 5},
            "risk": {"type": "string", "enum": [risk.value for risk in Risk]},
            "estimate_usd": {"type": "number", "minimum": 0},
            "proves": {"type": "string"},
        },
        "required": ["title", "body", "kind", "impact", "risk", "estimate_usd", "proves"],
        "additionalProperties": False,
    },
)


@dataclass(frozen=True, slots=True)
class Idea:
    """What the model proposes. Its words are outside text, its evidence is not reproduced yet."""

    title: str
    body: str
    estimate: Estimate
    evidence: Evidence
    proves: str

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that its evidence points at."""
        return paths_of(self.evidence)


@dataclass(frozen=True, slots=True)
class NoIdea:
    """No usable proposal, and why."""

    reason: str


IdeaOutcome: TypeAlias = Idea | NoIdea


@dataclass(frozen=True, slots=True)
class Question:
    """All that the model is shown. `what_works` are our own figures, everything else is outside
    text; `most` is how many improvements may be filed."""

    selection: Selection
    found: tuple[Found, ...]
    what_works: WhatWorks
    known: tuple[str, ...]
    failed: tuple[str, ...]
    test_command: str
    most: int
    nonce: str


def propose_prompt(question: Question, model: str) -> Prompt:
    """Ask for improvements that are not among what is known."""
    nonce, selection = question.nonce, question.selection
    parts = [f"The tests are run with this command: {question.test_command}"]
    if lines := question.what_works.lines():
        parts.append("What works in this repository:\n" + "\n".join(lines))
    if question.found:
        told = [f"{n}. {found_line(one)}" for n, one in enumerate(question.found, 1)]
        parts += ["Found by tools, each with its number:", _listed(told, nonce, "findings")]
    parts.append(_listed(selection.paths[:PATHS_MOST], nonce, "paths"))
    parts += (fence(strip_hidden(file.text), nonce, file.path) for file in selection.files)
    if question.known:
        titles = [flatten(title, 160) for title in question.known[:TITLES_MOST]]
        parts += ["Filed before, open or closed:", _listed(titles, nonce, "known issues")]
    if question.failed:
        tried = [flatten(line, 300) for line in question.failed]
        parts += ["Tried before without success:", _listed(tried, nonce, "failed proposals")]
    parts.append(
        f"Propose at most {question.most}, none that is known, one call of `propose` each. Prefer"
        " what is in the list of findings."
    )
    return Prompt(model, PROPOSE, (PROPOSE_TOOL,), (user_says("\n\n".join(parts)),), MAX_OUTPUT)


def read_ideas(reply: Reply, found: tuple[Found, ...]) -> tuple[IdeaOutcome, ...]:
    """Read every `propose` call, in order; every field is untrusted."""
    calls = [call for call in reply.tool_calls if call.name == PROPOSE_TOOL.name]
    if not calls:
        return (NoIdea("it proposes nothing"),)
    return tuple(_idea(call.arguments, found) for call in calls[:IDEAS_MOST])


def ranked(ideas: tuple[IdeaOutcome, ...], what_works: WhatWorks) -> tuple[IdeaOutcome, ...]:
    """What is worth most comes first, as in the queue; what cannot be read comes last."""

    def worth(idea: IdeaOutcome) -> float:
        if isinstance(idea, NoIdea):
            return -1.0
        return worth_of(idea.estimate, what_works.success(idea.estimate.kind))

    return tuple(sorted(ideas, key=worth, reverse=True))


def _idea(said: Mapping[str, object], found: tuple[Found, ...]) -> IdeaOutcome:
    texts = {key: _text(said, key) for key in ("title", "body", "proves")}
    if not all(texts.values()):
        return NoIdea(f"missing: {', '.join(key for key, text in texts.items() if not text)}")
    evidence = _evidence(said, found)
    if isinstance(evidence, NoIdea):
        return evidence
    estimate = _estimate(said, texts["body"])
    if isinstance(estimate, NoIdea):
        return estimate
    title = " ".join(texts["title"].split())[:120]
    return Idea(title, texts["body"], estimate, evidence, texts["proves"])


def _evidence(said: Mapping[str, object], found: tuple[Found, ...]) -> Evidence | NoIdea:
    number, command = said.get("finding"), _text(said, "evidence_command")
    if number is None and not command:
        return NoIdea("it has no evidence: neither `finding` nor `evidence_command`")
    if number is not None and command:
        return NoIdea("it has two kinds of evidence, `finding` and `evidence_command`")
    if number is not None:
        whole = isinstance(number, int) and not isinstance(number, bool)
        if not whole or not 1 <= number <= len(found):
            return NoIdea("there is no finding of that number")
        return found[number - 1]
    if len(command) > COMMAND_CHARS:
        return NoIdea(f"its command is longer than {COMMAND_CHARS} characters")
    seconds = said.get("at_least_seconds")
    if seconds is None:
        return FailingSnippet(command)
    timed = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not timed or not 0 < seconds <= SLOWEST_S:
        return NoIdea("its `at_least_seconds` cannot be read")
    return SlowSnippet(command, float(seconds))


def _estimate(said: Mapping[str, object], plan: str) -> Estimate | NoIdea:
    kind, impact, risk = said.get("kind"), said.get("impact"), said.get("risk")
    if not isinstance(kind, str) or kind not in set(Kind):
        return NoIdea("its kind cannot be read")
    counted = isinstance(impact, int) and not isinstance(impact, bool)
    if not counted or not isinstance(risk, str) or risk not in set(Risk):
        return NoIdea("its impact or risk cannot be read")
    try:
        dollars = Decimal(str(said.get("estimate_usd"))).quantize(Decimal("0.0001"))
        cost = Usd.of(min(max(dollars, Decimal(0)), DEAREST))
    except (InvalidOperation, ValueError):
        return NoIdea("its estimate cannot be read")
    return Estimate(Kind(kind), min(max(impact, 1), 5), Risk(risk), cost, plan)


def _text(said: Mapping[str, object], key: str) -> str:
    value = said.get(key)
    return strip_hidden(value).strip() if isinstance(value, str) else ""


def _listed(lines: tuple[str, ...] | list[str], nonce: str, label: str) -> str:
    return fence(strip_hidden("\n".join(lines)), nonce, label)
