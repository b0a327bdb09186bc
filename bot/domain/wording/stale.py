"""What people read on a pull request that waited for them: one reminder, and a last word."""

import re
from datetime import datetime, timedelta

from bot.domain.wording.blocks import count, paragraphs
from bot.domain.wording.quoting import inline, prose
from bot.kernel.values import Breach

LET_GO = (
    "Its pull request waited for a person, people were reminded, and nobody said anything, so it"
    " was closed. The branch is still there."
)

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", re.ASCII)


def reminders_of(pull: int) -> str:
    """What every reminder on this pull request begins with, hidden."""
    return f"<!-- evolve:remind {pull} "


def reminder_marker(pull: int, since: datetime) -> str:
    """The hidden line of the one reminder in a silence."""
    return f"{reminders_of(pull)}{int(since.timestamp())} -->"


def let_go_marker(pull: int) -> str:
    """The hidden line of the last word on a pull request that was closed for silence."""
    return f"<!-- evolve:let-go {pull} -->"


def mention(login: str) -> str:
    """The one real mention there is: of the person who asked for the change. Empty for a bot."""
    return f"@{login}" if _LOGIN.fullmatch(login) else ""


def reminder(
    marker: str, login: str, quiet: timedelta, wanted: tuple[Breach, ...], left: timedelta | None
) -> str:
    """It waits, for what, and what becomes of it. `login` is who asked, empty for nobody."""
    who = mention(login)
    waited = f"this has waited for {count(quiet.days, 'day')} without a word from anybody."
    return paragraphs(
        marker,
        f"{who}, {waited}" if who else waited.capitalize(),
        "It goes no further until a person acts:",
        _listed(wanted),
        f"{_until(left)} `/evolve stop` ends it now.",
    )


def last_word(marker: str, issue: int, quiet: timedelta, wanted: tuple[Breach, ...]) -> str:
    """Why it is closed, what it would have needed, and how to go on."""
    return paragraphs(
        marker,
        f"Closed: {count(quiet.days, 'day')} without a word from anybody. What it waited for:",
        _listed(wanted),
        f"`/evolve retry` on #{issue} has it done anew, on what the code is by then. The branch is"
        " left as it is.",
    )


def _until(left: timedelta | None) -> str:
    if left is None:
        return "It stays open, and while nothing happens there is no other reminder."
    days = -(-left // timedelta(days=1))
    return f"It is closed in {count(days, 'day')} if nothing happens; any comment keeps it open."


def _listed(wanted: tuple[Breach, ...]) -> str:
    return "\n".join(f"- {inline(one.rule)}: {prose(one.detail, 500)}" for one in wanted)
