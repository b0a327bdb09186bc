"""What a receipt says of the journal, read back: an anchor of its chain outside of it."""

import re

from bot.domain.wording.template import MARKER

_ROW = re.compile(r"^\| journal head \| `([0-9a-f]{64})` \|$", re.MULTILINE)


def journal_head_in(body: str) -> str | None:
    """The journal's head that a receipt names; what the model wrote stands before it, and what
    people wrote below the receipt. Who edits it in a browser leaves other ends of lines."""
    found = _ROW.findall(body.replace("\r\n", "\n").partition(MARKER)[0])
    return found[-1] if found else None
