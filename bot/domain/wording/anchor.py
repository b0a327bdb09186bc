"""What a receipt says of the journal, read back: an anchor of its chain outside of it."""

import re

_ROW = re.compile(r"^\| journal head \| `([0-9a-f]{64})` \|$", re.MULTILINE)


def journal_head_in(body: str) -> str | None:
    """The journal's head that a receipt names; what the model wrote stands before it."""
    found = _ROW.findall(body)
    return found[-1] if found else None
