"""Outside text made harmless before it stands in a comment, a pull request or a commit.

Titles and the model's own words are outside text. They must not mention people, link, close issues,
draw HTML, steer CI from a commit message, or pretend to be part of the bot's receipt.
"""

import re

from bot.kernel.text import redact, strip_hidden

_PAUSE = "&#8203;"
"""A zero-width space, written so that it can be seen in the source of a comment."""

_MARKUP = re.compile(r"[\\`*_{}\[\]<>&~|!$]")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_CODE = re.compile(r"(?<![`\\])`([^`\n]+)`(?!`)")
_MENTION = re.compile(r"@(?=[\w-])")
_REFERENCE = re.compile(r"(?:#|GH-)(?=[0-9])", re.IGNORECASE)
_LINK = re.compile(r"(?<=:)//|\b(?=www\.)", re.IGNORECASE)
_REACHING = re.compile(rf"{_MENTION.pattern}|#[0-9]|GH-[0-9]|://", re.IGNORECASE)
_LIST_ITEM = re.compile(r"(?P<mark>[-*+]|[0-9]{1,3}[.)]) +(?P<rest>\S.*)")
_LINE_START = re.compile(r"(?P<number>[0-9]+)(?P<dot>[.)])|[-+=#]")
_HEADING = re.compile(r"(?P<level>#{1,6})[ \t]+(?P<text>\S.*?)(?:[ \t]+#+)?")
_BOX = re.compile(r"[-*+][ \t]+\[[ xX]?\](?:\s+(?P<rest>\S.*))?")
_BOLD = re.compile(r"(?P<marks>\*\*|__)(?P<text>[^*_]+)(?P=marks)(?P<rest>:?)")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_RULE = re.compile(r"[-=*_]{3,}")
_WEB_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_CI_SWITCH = re.compile(
    r"\[(?=[^\]\n]*\b(?:skip|no)\b)|skip-checks(?=\s*:)|\*\*\*NO_CI\*\*\*", re.IGNORECASE
)
_TRAILER = re.compile(
    r"^[^\S\n]*(?=(?:[\w-]+-by|evolve-\w+)\s*:|---)", re.MULTILINE | re.IGNORECASE
)


def inline(text: str, most: int = 200) -> str:
    """Outside text as one harmless line of Markdown, at most `most` characters of it."""
    return _escape(flatten(text, most))


def prose(text: str, most: int = 4000) -> str:
    """Outside text as harmless Markdown that keeps lines, lists and `code` and nothing else."""
    lines = (_prose_line(line.strip()) for line in _clean(text, most).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def quoted(text: str, most: int = 4000) -> str:
    """`prose` as a block quote, so that a reader sees whose words these are."""
    return "\n".join(f"> {line}".rstrip() for line in prose(text, most).split("\n"))


def document(text: str, most: int = 6000) -> str:
    """Outside text as harmless Markdown that keeps headings, boxes and code blocks, too.

    Boxes are unticked: whoever ticks one says that it is so.
    """
    lines: list[str] = []
    fenced = False
    for line in _clean(text, most).split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
            lines.append("````")
        elif fenced or not _RULE.fullmatch(line.strip()):
            lines.append(line if fenced else _document_line(line.strip()))
    lines += ["````"] * fenced
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def code(text: str, most: int = 200) -> str:
    """Outside text as inline code that is also safe in a table cell."""
    flat = flatten(text, most).replace("|", "\\|") or " "
    ticks = "`" * (max((len(run) for run in re.findall("`+", flat)), default=0) + 1)
    pad = " " if "`" in (flat[0], flat[-1]) else ""
    return f"{ticks}{pad}{flat}{pad}{ticks}"


def plain(text: str, most: int = 4000) -> str:
    """Outside text for a commit message: no mention, no reference, no trailer, no CI switch."""
    text = _MENTION.sub("@ ", _clean(text, most).strip())
    text = _REFERENCE.sub(lambda match: f"{match[0]} ", text).replace("://", ": //")
    text = _TRAILER.sub("| ", text)
    return _CI_SWITCH.sub(lambda match: "(" if match[0] == "[" else "skip checks", text)


def plain_line(text: str, most: int = 200) -> str:
    """Outside text as one line of a commit message or a title."""
    return plain(flatten(text, most), most).removeprefix("| ")


def flatten(text: str, most: int) -> str:
    """One line without hidden characters or secrets, shortened at the end."""
    flat = " ".join(redact(strip_hidden(text)).split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def _clean(text: str, most: int) -> str:
    text = redact(strip_hidden(text))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _prose_line(line: str) -> str:
    if item := _LIST_ITEM.fullmatch(line):
        mark = "-" if item["mark"] in "-*+" else item["mark"]
        return f"{mark} {_start(item['rest'])}"
    return _start(line)


def _document_line(line: str) -> str:
    line = _WEB_LINK.sub(r"\1", line)
    if match := _HEADING.fullmatch(line):
        # The receipt's own headings are of the third level: nothing below stands above them.
        return f"{'#' * max(3, len(match['level']))} {_with_code(match['text'])}"
    if match := _BOX.fullmatch(line):
        return f"- [ ] {_start(match['rest'] or '')}".rstrip()
    if match := _BOLD.fullmatch(line):
        return f"**{_escape(match['text'].strip())}**{match['rest']}"
    return _prose_line(line)


def _start(line: str) -> str:
    """A line that cannot begin a heading, a rule, an underline or a list of its own."""
    safe = _with_code(line)
    if match := _LINE_START.match(safe):
        number = match["number"]
        return f"{number}\\{safe[len(number) :]}" if number else f"\\{safe}"
    return safe


def _with_code(line: str) -> str:
    parts, at = [], 0
    for span in _CODE.finditer(line):
        if _REACHING.search(span[1]) is None:
            parts += [_escape(line[at : span.start()]), span[0]]
            at = span.end()
    return "".join((*parts, _escape(line[at:])))


def _escape(text: str) -> str:
    text = _MARKUP.sub(lambda match: _ENTITIES.get(match[0], "\\" + match[0]), text)
    # References go first: the pauses put in after it hold a "#" and a digit themselves.
    for reaching in (_REFERENCE, _MENTION, _LINK):
        text = reaching.sub(lambda match: match[0] + _PAUSE, text)
    return text
