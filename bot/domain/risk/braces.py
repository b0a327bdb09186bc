"""Source of languages with braces, read without a grammar: what is a comment, and how deep."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_COMMENT = r"//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)"
_STRINGS = {
    "go": r"\"(?:\\.|[^\"\\\n])*\"|`[^`]*`|'(?:\\[^'\n]*|[^'\\\n])'",
    "rs": r"\bb?r(?P<n>#*)\"[\s\S]*?\"(?P=n)|\"(?:\\[\s\S]|[^\"\\])*\"|'(?:\\[^'\n]+|[^'\\\n])'",
    "js": (
        r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`"
        r"|(?<=[(,=:\[!])\s?/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/*\\\n\[])+/"
    ),
}


@dataclass(frozen=True, slots=True)
class Source:
    """`shown` has no comments, `bare` no strings either; `depth` is how many brackets are open.

    All three have the same length, and line breaks in the same places.
    """

    shown: str
    bare: str
    depth: tuple[int, ...]

    def declared(self, pattern: re.Pattern[str], depth: int, span: "Span") -> Iterator[re.Match]:
        """Matches in the span whose first letter lies at this depth."""
        for match in pattern.finditer(self.bare, span.start, span.end):
            if self.depth[match.start("what")] == depth:
                yield match

    def head(self, start: int, ends: str = "{;\n") -> "Span":
        """From here to the first of these at the same depth, a bracket's content left out."""
        depth = self.depth[start] if start < len(self.depth) else 0
        for at in range(start, len(self.bare)):
            if self.depth[at] < depth or (self.depth[at] == depth and self.bare[at] in ends):
                return Span(start, at)
        return Span(start, len(self.bare))

    def body(self, start: int) -> "Span | None":
        """What stands between the braces that open exactly here."""
        if self.bare[start : start + 1] != "{":
            return None
        depth = self.depth[start]
        for at in range(start + 1, len(self.bare)):
            if self.depth[at] == depth:
                return Span(start + 1, at - 1)
        return Span(start + 1, len(self.bare))

    def text(self, span: "Span") -> str:
        """The span in one line."""
        return squeezed(self.shown[span.start : span.end])


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to before `end`, in characters."""

    start: int
    end: int


def source(text: str, language: str) -> Source:
    """Read a text; `language` is `go`, `rs` or `js`."""
    strings = _STRINGS[language]
    both = re.compile(f"(?P<comment>{_COMMENT})|{strings}")
    shown = both.sub(lambda match: _blank(match[0]) if match["comment"] else match[0], text)
    bare = both.sub(lambda match: _blank(match[0]), text)
    depths, depth = [], 0
    for letter in bare:
        depth -= letter in ")]}"
        depths.append(depth)
        depth += letter in "([{"
    # A closing bracket stands as deep as its opening one, so what follows is at that depth again.
    return Source(shown, bare, tuple(depths))


def pieces(text: str, at: str = ",") -> list[str]:
    """The text cut at each comma that is in no bracket; empty pieces are left out."""
    found, depth, begun = [], 0, 0
    for here, letter in enumerate(text):
        # The `>` of an arrow closes nothing.
        closes = letter in ")]}" or (letter == ">" and text[here - 1 : here] not in ("=", "-"))
        depth += (letter in "([{<") - closes
        if letter == at and depth <= 0:
            found.append(text[begun:here])
            begun = here + 1
    return [piece.strip() for piece in (*found, text[begun:]) if piece.strip()]


def squeezed(text: str) -> str:
    """Without the blanks and last commas that are only layout."""
    flat = re.sub(r"\s*([^\w\s])\s*", r"\1", " ".join(text.split()))
    return re.sub(r",(?=[)\]}])", "", flat)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
