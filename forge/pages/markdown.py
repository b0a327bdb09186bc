"""Markdown as people see it: raw HTML is shown as text, but for folds, line breaks and comments."""

import re
from html import escape

from markdown_it import MarkdownIt

_PIECE = re.compile(
    r"(?P<hidden><!--.*?(?:-->|\Z))"
    r"|(?P<tag></?(?:details|summary|sub)>|<details open>|<br ?/?>)",
    re.DOTALL | re.IGNORECASE,
)


def safe_html(raw: str) -> str:
    """Raw HTML without comments, with folds and breaks, and all else escaped."""
    shown: list[str] = []
    end = 0
    for piece in _PIECE.finditer(raw):
        shown += [escape(raw[end : piece.start()]), piece["tag"] or ""]
        end = piece.end()
    return "".join([*shown, escape(raw[end:])])


_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def render_markdown(text: str) -> str:
    """The HTML of a text; links to other than web addresses are left as text."""
    environment: dict[str, object] = {}
    blocks = _MARKDOWN.parse(text, environment)
    for block in blocks:
        for token in [block, *(block.children or ())]:
            if token.type in ("html_block", "html_inline"):
                token.content = safe_html(token.content)
    return _MARKDOWN.renderer.render(blocks, _MARKDOWN.options, environment)
