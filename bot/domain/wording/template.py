"""A repository's own templates, below what the bot has to say: people fill them in, not the bot."""

import re
from collections.abc import Iterable

from bot.domain.wording.blocks import paragraphs
from bot.domain.wording.quoting import document

MARKER = "<!-- evolve:template -->"
"""What stands below it belongs to people: it is kept when the receipt above is written anew."""

MOST_BYTES = 64 * 1024
"""A larger template is no template."""
MOST_CHARS = 6_000

_FOLDERS = (".github/", "", "docs/")
"""Where GitHub looks, in its order."""
_PULL = re.compile(r"(?P<folder>|\.github/|docs/)pull_request_template\.(?:md|txt)", re.IGNORECASE)
_PULL_CHOICE = re.compile(
    r"(?P<folder>|\.github/|docs/)pull_request_template/(?P<name>[^/]+)\.(?:md|txt)", re.IGNORECASE
)
_ISSUE = re.compile(
    r"(?:|\.github/|docs/)(?:issue_template\.md|issue_template/(?P<name>[^/]+)\.md)", re.IGNORECASE
)
_IMPROVES = (re.compile(r"feature|enhanc|improve", re.IGNORECASE), re.compile("bug", re.IGNORECASE))
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n.*?\n---[ \t]*(?:\n|\Z)", re.DOTALL)


def pull_template(paths: Iterable[str]) -> str | None:
    """The template that GitHub would offer, looked for as GitHub does: `.github`, root, `docs`.

    Of several in a folder the one that is named as the default counts, or the only one.
    """
    paths = sorted(paths)
    single = [match for path in paths if (match := _PULL.fullmatch(path))]
    if single:
        return min(single, key=lambda match: _order(match["folder"])).string
    choice = [match for path in paths if (match := _PULL_CHOICE.fullmatch(path))]
    default = [one for one in choice if one["name"].lower() in {"default", "pull_request_template"}]
    found = default or (choice if len(choice) == 1 else [])
    return min(found, key=lambda match: _order(match["folder"])).string if found else None


def issue_template(paths: Iterable[str]) -> str | None:
    """The Markdown template for an improvement: the only one, else one that is named like it."""
    found = [match for path in sorted(paths) if (match := _ISSUE.fullmatch(path))]
    if len(found) == 1:
        return found[0].string
    for like in _IMPROVES:
        for match in found:
            if like.search(match["name"] or ""):
                return match.string
    return None


def template_part(text: str) -> str:
    """A template as it is shown: no comments, no ticks, and nothing that calls or links."""
    text = _FRONT_MATTER.sub("", text.replace("\r\n", "\n"))
    return document(text, MOST_CHARS)


def above(ours: str, template: str) -> str:
    """Our text, and the template (its `template_part`, or what people made of it) below it."""
    if not template:
        return ours
    about = (
        "<sub>Below is this repository's template. The bot answers and ticks nothing in it.</sub>"
    )
    return paragraphs(ours, about, f"{MARKER}\n\n{template}")


def kept(body: str) -> str:
    """What stands below our text in a body now; nothing where people took it out."""
    return body.replace("\r\n", "\n").partition(MARKER)[2].strip()


def _order(folder: str) -> int:
    return _FOLDERS.index(folder.lower())
