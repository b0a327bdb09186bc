"""The body of an improvement issue the bot files: the problem, its evidence, its worth."""

import re
from dataclasses import dataclass

from bot.domain.policy import Admission
from bot.domain.wording.blocks import folded, paragraphs
from bot.domain.wording.quoting import inline, quoted
from bot.domain.wording.template import above
from bot.kernel.text import redact, strip_hidden
from bot.kernel.values import Kind, Risk, Usd

_EVIDENCE = "### Evidence"
_MARKER = re.compile(r"<!-- evolve:proposal (?P<key>\S{1,200}) -->")
_ABOUT = re.compile(r"<!-- evolve:about (?P<kind>[a-z]+) (?P<evidence>[0-9a-f]{1,64}) -->")
_ESCAPED = re.compile(r"\\(?=[!-/:-@\[-`{-~])|&#8203;")


@dataclass(frozen=True, slots=True)
class ProposalView:
    """Everything the issue shows; `body`, `found`, `command`, `output` and `proves` are outside
    text, `note` and `score` are our own words.

    `key` names occasion and place, `evidence` is the evidence's identity, `found` the line in which
    a machine told it, `exit_code` None where there is no command to run. `template` is what the
    repository asks of every issue, as `template_part` shows it.
    """

    key: str
    evidence: str
    body: str
    found: str
    note: str
    command: str
    exit_code: int
    output: str
    kind: Kind
    impact: int
    risk: Risk
    estimate: Usd
    proves: str
    score: str
    admit: Admission = Admission.HUMAN
    template: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What an issue of ours says of itself, for us: its kind and the identity of its evidence."""

    kind: Kind | None
    evidence: str


def proposal_marker(key: str) -> str:
    """The hidden line by which the issue is found again; `key` names what led to it."""
    return f"<!-- evolve:proposal {key} -->"


def marked_keys(body: str) -> frozenset[str]:
    """The keys of the markers in a body of ours."""
    return frozenset(match["key"] for match in _MARKER.finditer(body))


def about_of(body: str) -> About:
    """What a body of ours says of itself; nothing where people took the hidden line out."""
    match = _ABOUT.search(body)
    if match is None:
        return About(None, "")
    known = match["kind"] in set(Kind)
    return About(Kind(match["kind"]) if known else None, match["evidence"])


def told_in(body: str) -> str:
    """What an issue of ours describes in words, without evidence, worth and template."""
    lines = body.replace("\r\n", "\n").partition(_EVIDENCE)[0].split("\n")
    words = " ".join(line.removeprefix(">").strip() for line in lines if line.startswith(">"))
    return _ESCAPED.sub("", words)


def proposal(view: ProposalView) -> str:
    """The whole body. The evidence was reproduced in the sandbox, in clean checkouts."""
    ended = f"The command ends with exit code {view.exit_code}."
    ours = paragraphs(
        f"{proposal_marker(view.key)}\n<!-- evolve:about {view.kind} {view.evidence} -->",
        quoted(view.body),
        _EVIDENCE,
        f"Found by a tool: {inline(view.found, 400)}." if view.found else "",
        f"{view.note} {ended}",
        _verbatim(f"$ {view.command}\n{view.output}"),
        "### What it is worth",
        f"A {view.kind} of impact {view.impact} of 5 and {view.risk} risk, for about"
        f" {view.estimate}.",
        "### What would prove it",
        quoted(view.proves),
        folded("How it is rated", view.score),
        f"<sub>{_WAITS[view.admit]} Close it as *not planned* if it is not wanted: the bot will"
        " not propose it again, and will propose less.</sub>",
    )
    return above(ours, view.template)


_WAITS = {
    Admission.HUMAN: "Filed by the bot. It waits for a person: a comment `/evolve` by somebody with"
    " write access queues it.",
    Admission.BOT: "Filed by the bot, which queues it by itself, as this repository allows.",
}


def _verbatim(text: str) -> str:
    """An indented code block: nothing inside can end it, whatever it holds."""
    lines = redact(strip_hidden(text)).split("\n")
    return "\n".join(f"    {line}".rstrip() for line in lines)
