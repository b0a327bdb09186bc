"""Reading files through the `view` tool, as far as it takes."""

import re
from collections.abc import Generator

from forge.actors.scripted import call, use
from forge.actors.talk import Heard
from forge.model.acting import ActorReply

_NUMBERED = re.compile(r"^ *\d+\t", re.MULTILINE)
_GO_ON = re.compile(r"\n?\[\.\.\. .*go on with start=(\d+) \.\.\.\]\s*\Z")
MAX_PAGES = 50


def plain(view: str) -> str:
    """The text of a view without its line numbers."""
    return _NUMBERED.sub("", view)


def read(path: str) -> Generator[ActorReply, Heard, str | None]:
    """The whole text of a file, page after page, or None when it cannot be viewed."""
    pages: list[str] = []
    turn = use(f"I look at {path} before I touch anything.", call("view", path=path))
    for _ in range(MAX_PAGES):
        result = (yield turn).first
        if result.failed:
            return None
        more = _GO_ON.search(result.text)
        pages.append(plain(_GO_ON.sub("", result.text)))
        if more is None:
            break
        turn = use(f"{path} goes on.", call("view", path=path, start=int(more[1])))
    return "\n".join(pages)
