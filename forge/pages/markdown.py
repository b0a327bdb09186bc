"""Markdown as people see it: raw HTML is shown as text, but for folds, line breaks and comments.

As on GitHub, `#7` and the full name of a commit in running text become short links.
"""

import re
from html import escape

from markdown_it import MarkdownIt

_PIECE = re.compile(
    r"(?P<hidden><!--.*?(?:-->|\Z))"
    r"|(?P<tag></?(?:details|summary|sub)>|<details open>|<br ?/?>)",
    re.DOTALL | re.IGNORECASE,
)
_REFERENCE = re.compile(r"(?<![\w&#/])#(?P<number>[1-9]\d{0,8})\b|\b(?P<sha>[0-9a-f]{40})\b")


def safe_html(raw: str) -> str:
    """Raw HTML without comments, with folds and breaks, and all else escaped."""
    shown: list[str] = []
    end = 0
    for piece in _PIECE.finditer(raw):
        shown += [escape(raw[end : piece.start()]), piece["tag"] or ""]
        end = piece.end()
    return "".join([*shown, escape(raw[end:])])


_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def render_markdown(text: str, repo: str | None = None) -> str:
    """The HTML of a text; links to other than web addresses are left as text.

    `repo` is the address of the repository that references are to, on this host.
    """
    environment: dict[str, object] = {}
    blocks = _MARKDOWN.parse(text, environment)
    for block in blocks:
        linked = 0
        for token in [block, *(block.children or ())]:
            if token.type in ("html_block", "html_inline"):
                token.content = safe_html(token.content)
            linked += (token.type == "link_open") - (token.type == "link_close")
            if token.type == "text" and repo is not None and not linked:
                # Only raw HTML is written out as it is, so the text becomes some of our own.
                token.type, token.content = "html_inline", _with_references(token.content, repo)
    return _MARKDOWN.renderer.render(blocks, _MARKDOWN.options, environment)


def _with_references(text: str, repo: str) -> str:
    shown: list[str] = []
    end = 0
    for found in _REFERENCE.finditer(text):
        number, sha = found["number"], found["sha"]
        link = (
            f"<a href='{repo}/issues/{number}'>#{number}</a>"
            if number is not None
            else f"<code>{sha[:7]}</code>"
        )
        shown += [escape(text[end : found.start()]), link]
        end = found.end()
    return "".join([*shown, escape(text[end:])])
