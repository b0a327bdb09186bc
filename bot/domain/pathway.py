"""Which of four ways a change evolves what it changes: model, memory, tool, or workflow.

The four pathways are those that a survey of self-evolving agents finds. Paths and kind decide,
never a word of the model's; docs/decisions/why-these-pathways.md says why each thing stands where
it does.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum

from bot.domain.risk.places import is_prose
from bot.domain.risk.reasons import Reason, Sign
from bot.kernel.protected import MANIFESTS, PROTECTED, matches
from bot.kernel.values import Kind, Risk


class Pathway(StrEnum):
    """What evolves; of equals the first one counts."""

    WORKFLOW = "workflow"
    """How work is done and judged: process, CI, build."""
    MODEL = "model"
    """What a model is, is told, or is trained on."""
    MEMORY = "memory"
    """What is kept to be known later: stored data, knowledge, documentation."""
    TOOL = "tool"
    """What can be done: capabilities, libraries, the product's own code."""


def _globs(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_OWN: Mapping[Pathway, tuple[str, ...]] = {
    Pathway.MODEL: _globs(
        "bot/kernel/prompt.py bot/kernel/prices.py bot/adapters/claude bot/stages/model.py"
        " bot/stages/triage.py bot/stages/plan.py bot/stages/implement.py bot/stages/review.py"
        " bot/stages/revise.py bot/stages/propose.py"
    ),
    Pathway.MEMORY: _globs(
        "bot/memory bot/adapters/database bot/adapters/index bot/domain/similar bot/stages/select"
    ),
    Pathway.TOOL: (
        *_globs("bot/stages/tools.py bot/stages/sandbox.py bot/stages/workspace.py"),
        *_globs("bot/stages/probes bot/adapters bot/cli forge bench"),
        *MANIFESTS,
    ),
}
"""The bot's own repository: prompts and models; journal, lessons and recall; hands. What stands in
none of these is how the bot works."""

_ANY: Mapping[Pathway, tuple[str, ...]] = {
    Pathway.TOOL: MANIFESTS,
    Pathway.WORKFLOW: (
        *PROTECTED,
        *_globs("cmakelists.txt *.cmake *.mk meson.build .eslintrc* .prettierrc* .editorconfig"),
        *_globs("ruff.toml .ruff.toml mypy.ini .flake8 .pylintrc .golangci.y*ml clippy.toml"),
    ),
    Pathway.MODEL: _globs(
        "prompts *.prompt *.prompty datasets **/data/*.csv **/data/*.tsv **/data/*.jsonl"
        " **/data/*.parquet *.onnx *.safetensors *.gguf *.ckpt *.tflite *.pt *.pth"
    ),
    Pathway.MEMORY: _globs("docs migrations migrate alembic *.sql"),
}
"""Everybody else's. What stands in none of these is the product's code: a capability."""

_OWN_MARKS = frozenset({"bot/kernel/prompt.py", "bot/engine/attempt.py", "webhooks/receive.py"})

WAITS = Reason(Sign.WORKFLOW, Risk.MEDIUM, "it changes how changes are made and judged")
"""A workflow change passes a higher gate: at least medium risk, so that a person decides."""


def is_own(paths: Iterable[str]) -> bool:
    """Whether a repository with these files is the bot's own, or a copy of it."""
    return _OWN_MARKS.issubset(paths)


def pathway_of(files: Iterable[str], kind: Kind, tests: tuple[str, ...], *, own: bool) -> Pathway:
    """The pathway of a change to these files; `tests` are patterns of what says nothing of it.

    One file of the workflow is enough. Otherwise it is where most files stand, and prose counts
    only where there is nothing else. A change that holds nothing but tests is a tool's.
    """
    changed = [path for path in dict.fromkeys(files) if matches(path, tests) is None]
    told = [path for path in changed if not is_prose(path)] or changed
    found = Counter(_of_file(path, own=own) for path in told)
    if Pathway.WORKFLOW in found:
        return Pathway.WORKFLOW
    if kind is Kind.DEPENDENCY:
        return Pathway.TOOL
    order = list(Pathway)
    return min(found, key=lambda one: (-found[one], order.index(one)), default=Pathway.TOOL)


def _of_file(path: str, *, own: bool) -> Pathway:
    table, rest = (_OWN, Pathway.WORKFLOW) if own else (_ANY, Pathway.TOOL)
    listed = next((pathway for pathway, globs in table.items() if matches(path, globs)), None)
    if listed is not None:
        return listed
    return Pathway.MEMORY if is_prose(path) else rest


def by_pathway(pathway: Pathway) -> tuple[Reason, ...]:
    """What a pathway adds to the risk of a change."""
    return (WAITS,) if pathway is Pathway.WORKFLOW else ()
