"""What a JavaScript or TypeScript module exports."""

import re
from collections.abc import Iterator

from bot.domain.risk.braces import Source, Span, pieces, source, squeezed
from bot.domain.risk.surface import Elsewhere, Parameter, Place, Shape, Shown, Signature

_DECLARED = re.compile(
    r"^(?P<what>(?P<export>export[ \t]+(?P<default>default[ \t]+)?)?(?:declare[ \t]+)?"
    r"(?:abstract[ \t]+)?(?P<async>async[ \t]+)?(?P<kind>function\b[ \t]*\*?|class\b|interface\b"
    r"|type\b|(?:const[ \t]+)?enum\b|namespace\b|const\b|let\b|var\b))"
    r"[ \t]*(?P<name>[A-Za-z$][\w$]*)",
    re.MULTILINE,
)
_DEFAULT = re.compile(r"^(?P<what>export)[ \t]+default\b", re.MULTILINE)
_LIST = re.compile(
    r"^(?P<what>export)[ \t]*(?:type[ \t]*)?\{(?P<names>[^}]*)\}(?P<from>\s*from\b)?", re.MULTILINE
)
_STAR = re.compile(
    r"^(?P<what>export)[ \t]*\*[ \t]*(?:as[ \t]+(?P<name>\w+)[ \t]+)?from[ \t]*", re.MULTILINE
)
_PROPERTY = re.compile(
    r"^(?P<what>(?:module\.)?exports)\.(?P<name>[A-Za-z$][\w$]*)[ \t]*=(?!=)", re.MULTILINE
)
_MODULE = re.compile(r"^(?P<what>module\.exports)[ \t]*=[ \t]*(?P<brace>\{)?", re.MULTILINE)
_PULLED = re.compile(
    r"^(?P<what>export)[ \t]+(?:const|let|var)[ \t]*[{\[](?P<names>[^}\]]*)", re.MULTILINE
)
_MEMBER = re.compile(
    r"^[ \t]*(?P<what>(?:(?:public|static|async|get|set|readonly|override|abstract|declare)[ \t]+)*"
    r"\*?)(?P<name>[A-Za-z$][\w$]*)(?P<maybe>\??)[ \t]*(?=[(=:!<;,\n}])",
    re.MULTILINE,
)
_ARROW = re.compile(r"\s*=\s*(?P<async>async\b\s*)?(?:function\b\s*\*?\s*[\w$]*\s*)?(?=\()")


def script_surface(text: str) -> dict[str, Shape]:
    """Exported names, with the parameters of functions and the members of classes and types."""
    read = source(text, "js")
    whole = Span(0, len(read.bare))
    local: dict[str, dict[str, Shape]] = {}
    found: dict[str, Shape] = {}
    for match in read.declared(_DECLARED, 0, whole):
        shapes = dict(_declaration(read, match))
        local[match["name"]] = shapes
        if match["export"]:
            name = "default" if match["default"] else match["name"]
            found |= _renamed(shapes, match["name"], name)
    for name, own in _offered(read, whole):
        found |= _renamed(local[own], own, name) if own in local else {name: Elsewhere()}
    return {name: shape for name, shape in found.items() if name[:1] != "_"}


def _renamed(shapes: dict[str, Shape], own: str, name: str) -> dict[str, Shape]:
    return {f"{name}{key[len(own) :]}": shape for key, shape in shapes.items()}


def _offered(read: Source, whole: Span) -> Iterator[tuple[str, str]]:
    """Exports that only name things: the outside name, and the inside one where it is told."""
    for match in read.declared(_LIST, 0, whole):
        for piece in pieces(match["names"]):
            own, _, name = re.sub(r"^type\s+", "", piece).partition(" as ")
            yield name.strip() or own.strip(), "" if match["from"] else own.strip()
    for match in read.declared(_STAR, 0, whole):
        at = read.text(read.head(match.end(), ";\n"))
        yield match["name"] or f"* from {at}", ""
    for match in read.declared(_PROPERTY, 0, whole):
        yield match["name"], read.text(read.head(match.end(), ";\n"))
    for match in read.declared(_PULLED, 0, whole):
        for piece in pieces(match["names"]):
            yield re.split(r"[:=]", piece)[-1 if ":" in piece else 0].strip(), ""
    for match in read.declared(_MODULE, 0, whole):
        yield "module.exports", ""
        body = read.body(match.start("brace")) if match["brace"] else None
        if body is not None:
            for piece in pieces(read.shown[body.start : body.end]):
                name = re.match(r"(?:async\s+)?([\w$]+)\s*(?::\s*([\w$]+)\s*$)?", piece)
                if name is not None:
                    yield name[1], name[2] or name[1]
    for match in read.declared(_DEFAULT, 0, whole):
        yield "default", read.text(read.head(match.end(), ";\n"))


def _declaration(read: Source, match: re.Match[str]) -> Iterator[tuple[str, Shape]]:
    name, kind, after = match["name"], match["kind"].strip(), match.end()
    if kind.startswith("function"):
        yield name, _signature(read, after, "async" if match["async"] else "")
    elif kind in {"const", "let", "var"}:
        arrow = _ARROW.match(read.bare, after)
        if arrow is not None and ("function" in arrow[0] or _is_arrow(read, arrow.end())):
            yield name, _signature(read, arrow.end(), "async" if arrow["async"] else "")
        else:
            typed = read.text(read.head(after, "=;\n"))
            yield name, Shown(typed)
    elif kind == "type":
        yield name, Shown(read.text(_until_next(read, after)))
    else:
        head = read.head(after, "{")
        yield name, Shown(f"{kind} {read.text(head)}")
        body = read.body(head.end)
        if body is not None and kind in {"class", "interface"}:
            yield from _members(read, name, kind, body)
        elif body is not None:
            for piece in pieces(read.shown[body.start : body.end]) if "enum" in kind else ():
                yield f"{name}.{re.split(r'[ =]', piece)[0]}", Shown("value")


def _until_next(read: Source, start: int) -> Span:
    """A type goes on over lines that are indented or begin with a bar."""
    for at in range(start, len(read.bare)):
        if read.depth[at] == 0 and (
            read.bare[at] == ";" or re.match(r"\n(?=[^\s|&}\])])", read.bare[at : at + 2])
        ):
            return Span(start, at)
    return Span(start, len(read.bare))


def _members(read: Source, owner: str, kind: str, body: Span) -> Iterator[tuple[str, Shape]]:
    wanted = []
    for match in read.declared(_MEMBER, 1, body):
        name = match["name"]
        if name.startswith("_") or name in {"private", "protected"}:
            continue
        if read.bare[match.end() : match.end() + 1] == "(" and kind == "class":
            how = " ".join(
                w for w in ("static", "async", "get", "set") if w in match["what"].split()
            )
            key = f"{owner}.{name}{' (set)' if 'set' in how.split() else ''}"
            yield key, _signature(read, match.end(), how)
        else:
            typed = read.text(read.head(match.end(), ";,=\n"))
            yield f"{owner}.{name}", Shown(match["maybe"] + typed)
            if not match["maybe"]:
                wanted.append(name)
    if kind == "interface":
        yield f"{owner} (what must be there)", Shown(" ".join(sorted(wanted)))


def _signature(read: Source, start: int, how: str) -> Signature:
    opens = read.bare.find("(", start)
    if opens < 0:
        return Signature((), how)
    closes = _closes(read, opens)
    given = pieces(read.shown[opens + 1 : closes])
    rest = bool(given) and given[-1].startswith("...")
    positions = tuple(_parameter(one) for one in (given[:-1] if rest else given))
    returns = read.text(read.head(closes + 1, "{;=\n"))
    return Signature(positions, how, rest=rest, returns=returns.removeprefix(":"))


def _closes(read: Source, opens: int) -> int:
    depth, end = read.depth[opens], len(read.bare)
    return next((n for n in range(opens + 1, end) if read.depth[n] == depth), end)


def _is_arrow(read: Source, opens: int) -> bool:
    closes = _closes(read, opens)
    return re.match(r"\)\s*(?::[^;\n]*?)?=>", read.bare[closes : closes + 400]) is not None


def _parameter(text: str) -> Parameter:
    """Callers never write its name, so only its place counts; an object's keys are its type."""
    named = re.match(
        r"(?:(?:public|private|readonly)\s+)*([\w$]+)(\??)\s*(?::([^=]*(?:=>[^=]*)*))?", text
    )
    if named is None:
        return Parameter("options", Place.BY_POSITION, _default(text), squeezed(text))
    default = "" if named[2] else _default(text[named.end() :])
    return Parameter(named[1], Place.BY_POSITION, default, squeezed(named[3] or ""))


def _default(text: str) -> str | None:
    found = re.search(r"(?<![=<>!])=(?![=>])\s*(.*)\Z", text, re.DOTALL)
    return None if found is None else squeezed(found[1])
