"""Markdown as people see it: raw HTML is shown as text, but for folds, line breaks and comments."""

import re
from collections.abc import Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_PIECE = re.compile(
    r"(?P<hidden><!--.*?(?:-->|\Z))"
    r"|(?P<tag></?(?:details|summary)>|<details open>|<br ?/?>)",
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


class _Renderer(RendererHTML):
    def html_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return safe_html(tokens[idx].content)

    def html_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return safe_html(tokens[idx].content)


_MARKDOWN = MarkdownIt("commonmark", {"html": True}, renderer_cls=_Renderer).enable(
    ["table", "strikethrough"]
)


def render_markdown(text: str) -> str:
    """The HTML of a text; links to other than web addresses are left as text."""
    return _MARKDOWN.render(text)
