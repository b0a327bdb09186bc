"""The body of an improvement issue the bot files: the problem, its evidence, its worth."""

from dataclasses import dataclass

from bot.domain.wording.blocks import folded, paragraphs
from bot.domain.wording.quoting import quoted
from bot.domain.wording.template import above
from bot.kernel.text import redact, strip_hidden
from bot.kernel.values import Risk


@dataclass(frozen=True, slots=True)
class ProposalView:
    """Everything the issue shows; the body, the command and its output are outside text.

    `template` is what the repository asks of every issue, as `template_part` shows it.
    """

    key: str
    body: str
    command: str
    exit_code: int
    output: str
    impact: int
    risk: Risk
    proves: str
    template: str = ""


def proposal_marker(key: str) -> str:
    """The hidden line by which the issue is found again; `key` names the task it came from."""
    return f"<!-- evolve:proposal {key} -->"


def proposal(view: ProposalView) -> str:
    """The whole body. The evidence was run in the sandbox, in a clean checkout."""
    ours = paragraphs(
        proposal_marker(view.key),
        quoted(view.body),
        "### Evidence",
        f"Run in a clean checkout; it ended with exit code {view.exit_code}.",
        _verbatim(f"$ {view.command}\n{view.output}"),
        "### What would prove it",
        quoted(view.proves),
        folded("How it is rated", f"Impact {view.impact} of 5, {view.risk} risk."),
        "<sub>Filed by the bot. It waits for a person: a comment `/evolve` by somebody with write"
        " access queues it. Close it if it is not wanted.</sub>",
    )
    return above(ours, view.template)


def _verbatim(text: str) -> str:
    """An indented code block: nothing inside can end it, whatever it holds."""
    lines = redact(strip_hidden(text)).split("\n")
    return "\n".join(f"    {line}".rstrip() for line in lines)
