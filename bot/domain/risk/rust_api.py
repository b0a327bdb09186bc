"""What a Rust file adds to the public surface of its module."""

import re
from collections.abc import Iterator

from bot.domain.risk.braces import Source, Span, pieces, source, squeezed
from bot.domain.risk.surface import Elsewhere, Shape, Shown

_ITEM = re.compile(
    r"^[ \t]*(?P<what>pub)[ \t]+(?P<how>(?:(?:async|unsafe|const(?=[ \t]+(?:unsafe|extern|fn))"
    r"|extern(?:[ \t]+\"?[ \w]*\"?)?)[ \t]+)*)"
    r"(?P<kind>fn|struct|enum|union|trait|type|const|static|mod)[ \t]+(?:mut[ \t]+)?(?P<name>\w+)",
    re.MULTILINE,
)
_USE = re.compile(r"^[ \t]*(?P<what>pub)[ \t]+use[ \t]+", re.MULTILINE)
_MACRO = re.compile(r"#\[macro_export[^\]]*\]\s*(?P<what>macro_rules!)\s*(?P<name>\w+)")
_IMPL = re.compile(r"^[ \t]*(?:unsafe[ \t]+)?(?P<what>impl)\b", re.MULTILINE)
_METHOD = re.compile(
    r"^[ \t]*(?P<what>(?:(?:async|unsafe|const)[ \t]+)*(?:fn|type|const))[ \t]+(?P<name>\w+)",
    re.MULTILINE,
)
_LEAF = re.compile(r"(\w+|\*)\s*(?=[,}]|$)")


def rust_surface(text: str) -> dict[str, Shape]:
    """What is `pub` for everybody, with the `pub` members of types and all members of traits."""
    read = source(text, "rs")
    return dict(_items(read, Span(0, len(read.bare)), 0, ""))


def _items(read: Source, span: Span, depth: int, inside: str) -> Iterator[tuple[str, Shape]]:
    for match in read.declared(_ITEM, depth, span):
        yield from _item(read, match, depth, inside)
    for match in read.declared(_USE, depth, span):
        for leaf in _LEAF.findall(read.text(read.head(match.end(), ";"))):
            yield f"{inside}{leaf}", Elsewhere()
    for match in read.declared(_MACRO, depth, span):
        yield f"{inside}{match['name']}!", Shown("macro")
    for match in read.declared(_IMPL, depth, span):
        head = read.head(match.end(), "{;")
        what, body = read.text(head).partition(" where ")[0], read.body(head.end)
        if " for " in what:
            yield f"{inside}impl {what.replace('.', ' ')}", Shown("impl")
        elif body is not None:
            owner = re.sub(r"^<.*?>(?=\w)", "", what).partition("<")[0]
            yield from _items(read, body, depth + 1, f"{inside}{owner}.")


def _item(
    read: Source, match: re.Match[str], depth: int, inside: str
) -> Iterator[tuple[str, Shape]]:
    name, kind = f"{inside}{match['name']}", match["kind"]
    head = read.head(match.end(), "{;=" if kind in ("const", "static", "trait") else "{;")
    text, body = read.text(head), read.body(head.end)
    if kind == "fn":
        yield name, Shown(f"{squeezed(match['how'])} fn{_signature(text)}")
        return
    yield name, Shown(f"{kind}{text}" if kind != "mod" else kind)
    if body is None:
        return
    if kind == "mod":
        yield from _items(read, body, depth + 1, f"{name}.")
    elif kind == "trait":
        yield from _trait(read, body, depth + 1, name)
    else:
        open_ended = "non_exhaustive" in _attributes(read, match.start())
        yield from _parts(read, body, name, kind, open_ended=open_ended)


def _trait(read: Source, body: Span, depth: int, name: str) -> Iterator[tuple[str, Shape]]:
    wanted = []
    for match in read.declared(_METHOD, depth, body):
        head = read.head(match.end(), "{;=")
        shape = f"{match['what']}{_signature(read.text(head))}"
        yield f"{name}.{match['name']}", Shown(shape)
        if read.bare[head.end : head.end + 1] == ";":
            wanted.append(match["name"])
    yield f"{name} (to implement)", Shown(" ".join(sorted(wanted)))


def _parts(
    read: Source, body: Span, name: str, kind: str, *, open_ended: bool
) -> Iterator[tuple[str, Shape]]:
    text = re.sub(r"#\[[^\]]*\]", "", read.shown[body.start : body.end])
    parts = [squeezed(piece) for piece in pieces(text)]
    public = [part.removeprefix("pub ") for part in parts if part.startswith("pub ")]
    if kind == "enum":
        public = parts
    for part in public:
        field = re.match(r"\w+", part)
        if field is not None:
            yield f"{name}.{field[0]}", Shown(part)
    if not open_ended and len(public) == len(parts):
        whole = " ".join(sorted(re.match(r"\w*", part)[0] for part in public))  # ty: ignore
        yield f"{name} (all of it)", Shown(whole)


def _attributes(read: Source, start: int) -> str:
    """The attributes and blanks right before an item."""
    match = re.search(r"(?:#\[[^\]]*\]\s*)*\Z", read.bare[max(0, start - 500) : start])
    return match[0] if match else ""


def _signature(text: str) -> str:
    """Without the names of parameters, which callers never write."""
    return re.sub(r"(?<=[(,])(?:mut )?\w+:(?!:)", "", text)
