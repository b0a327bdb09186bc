"""The message of the bot's commits: what and why, and trailers that say how it was made."""

import re
from dataclasses import dataclass
from textwrap import wrap

from bot.domain.pathway import Pathway
from bot.domain.subject import Subject
from bot.domain.wording.quoting import plain, plain_line
from bot.domain.wording.receipt_view import Agent
from bot.kernel.text import redact, strip_hidden

WIDTH = 72


@dataclass(frozen=True, slots=True)
class CommitView:
    """What a commit message says. `headline` and `summary` are outside text.

    `pull` is the pull request that a squashed commit comes from, `signed_off` the name and address
    of a Signed-off-by line, `pathway` what the change evolves.
    """

    subject: Subject
    attempt: int
    headline: str
    summary: str
    agent: Agent
    models: tuple[str, ...]
    journal_head: str
    pull: int | None = None
    signed_off: str = ""
    pathway: Pathway | None = None


def commit_message(view: CommitView) -> str:
    """The whole message; the same view gives the same bytes, so a repeated commit is the same."""
    # Secrets go first, whole: a line break would hide their shape. Then it is wrapped, and made
    # harmless afterwards, so that no word can come to stand at a line's start unseen.
    body = [
        part
        for line in redact(strip_hidden(view.summary)).split("\n")
        for part in (wrap(line, WIDTH, break_on_hyphens=False, break_long_words=False) or [""])
    ]
    trailers = [
        ("Evolve-Agent", str(view.agent)),
        *(("Evolve-Model", model) for model in view.models),
        ("Evolve-Task", f"{view.subject} attempt {view.attempt}"),
        ("Evolve-Journal", view.journal_head),
        *([("Evolve-Pathway", view.pathway.value)] if view.pathway else []),
        *([("Signed-off-by", view.signed_off)] if view.signed_off else []),
    ]
    shown = "\n".join(f"{name}: {' '.join(value.split())}" for name, value in trailers)
    text = plain("\n".join(body))
    number = f" (#{view.pull})" if view.pull is not None else ""
    subject = (plain_line(view.headline, WIDTH - len(number)) or "Change") + number
    parts = (subject, text, shown)
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(part for part in parts if part)) + "\n"
