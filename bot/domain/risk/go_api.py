"""What a Go file adds to the exported surface of its package."""

import re
from collections.abc import Iterator

from bot.domain.risk.braces import Source, Span, pieces, source, squeezed
from bot.domain.risk.surface import Shape, Shown

_FUNCTION = re.compile(
    r"^(?P<what>func)[ \t]*(?:\((?P<on>[^)]*)\)[ \t]*)?(?P<name>[A-Z]\w*)", re.MULTILINE
)
_ONE = re.compile(r"^(?P<what>type|var|const)[ \t]+(?P<names>\w+(?:, *\w+)*)", re.MULTILINE)
_GROUP = re.compile(r"^(?P<what>type|var|const)[ \t]*\(", re.MULTILINE)
_NAMED = re.compile(r"^[ \t]*(?P<what>\w+)(?P<more>(?:, *\w+)*)", re.MULTILINE)


def go_surface(text: str) -> dict[str, Shape]:
    """Exported names with their types; the names of parameters are nobody's concern."""
    read = source(text, "go")
    if re.search(r"^package\s+main\b", read.bare, re.MULTILINE):
        return {}
    return dict(_names(read))


def _names(read: Source) -> Iterator[tuple[str, Shape]]:
    whole = Span(0, len(read.bare))
    for match in read.declared(_FUNCTION, 0, whole):
        on = re.sub(r"\[.*", "", match["on"] or "").split()
        owner = on[-1].lstrip("*") if on else ""
        if owner[:1].islower():
            continue
        shape = Shown(_signature(read.text(read.head(match.end("name"), "{\n"))))
        yield (f"{owner}.{match['name']}" if owner else match["name"]), shape
    for match in read.declared(_ONE, 0, whole):
        yield from _declared(read, match["what"], match["names"], match.end("names"))
    for match in read.declared(_GROUP, 0, whole):
        group = Span(match.end(), read.head(match.end(), "").end)
        for one in read.declared(_NAMED, 1, group):
            yield from _declared(read, match["what"], one["what"] + one["more"], one.end())


def _declared(read: Source, what: str, names: str, after: int) -> Iterator[tuple[str, Shape]]:
    for name in re.findall(r"\w+", names):
        if not name[:1].isupper():
            continue
        if what != "type":
            yield name, Shown("value")
            continue
        head = read.head(after)
        kind = read.text(head)
        yield name, Shown(kind)
        inner = read.body(head.end) if kind.endswith(("struct", "interface")) else None
        if inner is not None:
            yield from _members(read, name, kind, inner)


def _members(read: Source, owner: str, kind: str, inner: Span) -> Iterator[tuple[str, Shape]]:
    depth = read.depth[inner.start] if inner.start < inner.end else 0
    wanted = []
    for match in read.declared(_NAMED, depth, inner):
        line = read.text(Span(match.start("what"), read.head(match.end(), ";\n").end))
        wanted.append(line)
        rest = read.text(Span(match.end(), read.head(match.end(), ";\n").end))
        rest = re.sub(r"[`\"].*", "", rest)
        for name in re.findall(r"\w+", match["what"] + match["more"]):
            if name[:1].isupper():
                yield f"{owner}.{name}", Shown(_signature(rest))
    if kind.endswith("interface"):
        yield f"{owner} (to implement)", Shown("; ".join(sorted(map(_without_names, wanted))))


def _without_names(line: str) -> str:
    name, bracket, rest = line.partition("(")
    return name + _signature(bracket + rest)


def _signature(text: str) -> str:
    """`(a, b int, c string) (n int, err error)` as `(int,int,string)(int,error)`."""
    found, depth, begun = "", 0, 0
    for at, letter in enumerate(text):
        if letter == "(":
            if depth == 0:
                found += text[begun:at].strip()
                begun = at
            depth += 1
        elif letter == ")":
            depth -= 1
            if depth == 0:
                found += f"({','.join(_types(text[begun + 1 : at]))})"
                begun = at + 1
    return found + squeezed(text[begun:])


def _types(text: str) -> list[str]:
    each = pieces(text)
    if not any(map(_has_name, each)):
        return [squeezed(one) for one in each]
    found: list[str] = []
    kind = ""
    for one in reversed(each):
        split = re.fullmatch(r"(\w+)\s*(.*)", one, re.DOTALL)
        kind = squeezed(split[2]) if split is not None and split[2] else kind
        found.append(kind)
    return found[::-1]


def _has_name(one: str) -> bool:
    """Whether it is a name and a type: `chan int` and `pkg.Type` are a type alone."""
    match = re.match(r"(\w+)\b(\s*)(\S)", one)
    if match is None or match[1] in {"chan", "func", "map", "struct", "interface"}:
        return False
    if one[match.end(2) :].startswith("..."):
        return True
    return match[3] not in ".[" or (match[3] == "[" and not one.endswith("]"))
