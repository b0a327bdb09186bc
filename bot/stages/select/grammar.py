"""The parts of a program as its tree-sitter grammar sees them; the wheels are optional."""

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bot.stages.select.parts import Part

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_GRAMMARS = {
    "py": ("tree_sitter_python", "language"),
    "pyi": ("tree_sitter_python", "language"),
    "js": ("tree_sitter_javascript", "language"),
    "jsx": ("tree_sitter_javascript", "language"),
    "mjs": ("tree_sitter_javascript", "language"),
    "cjs": ("tree_sitter_javascript", "language"),
    "ts": ("tree_sitter_typescript", "language_typescript"),
    "mts": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "go": ("tree_sitter_go", "language"),
    "rs": ("tree_sitter_rust", "language"),
    "c": ("tree_sitter_c", "language"),
    "h": ("tree_sitter_cpp", "language"),
    "cc": ("tree_sitter_cpp", "language"),
    "cpp": ("tree_sitter_cpp", "language"),
    "cxx": ("tree_sitter_cpp", "language"),
    "hh": ("tree_sitter_cpp", "language"),
    "hpp": ("tree_sitter_cpp", "language"),
}
"""By file suffix: the module of a grammar wheel, and its function that returns the grammar."""

_WHOLE = (
    "function",
    "method",
    "class",
    "struct",
    "enum",
    "trait",
    "impl",
    "interface",
    "decorated",
)
_LEADING = ("comment", "attribute_item", "decorator")


@lru_cache(maxsize=32)
def _parser(suffix: str) -> "Parser | None":
    module, function = _GRAMMARS.get(suffix, ("", ""))
    if not module or find_spec("tree_sitter") is None or find_spec(module) is None:
        return None
    tree_sitter = import_module("tree_sitter")
    grammar: object = getattr(import_module(module), function)()
    return tree_sitter.Parser(tree_sitter.Language(grammar))


def parser_of(path: str) -> "Parser | None":
    """The parser for a file by its suffix, or None without a grammar for it."""
    return _parser(path.rpartition(".")[2].lower())


def grammar_of(path: str) -> str:
    """The name of what cuts the file: its grammar's module, or nothing without one."""
    suffix = path.rpartition(".")[2].lower()
    return "" if _parser(suffix) is None else _GRAMMARS[suffix][0]


def by_grammar(path: str, text: str, longest: int) -> tuple[Part, ...] | None:
    """The parts of a file, or None without a grammar for it."""
    parser = parser_of(path)
    if parser is None:
        return None
    return _parts(parser.parse(text.encode(errors="replace")).root_node, longest, 0)


def _parts(node: "Node", longest: int, depth: int) -> tuple[Part, ...]:
    found: list[Part] = []
    lead = 0
    for child in node.children:
        kind = child.type
        start, end = child.start_point[0] + 1, child.end_point[0] + 1
        if child.end_point[1] == 0 and end > start:
            end -= 1
        if kind.startswith(_LEADING) or kind.endswith("comment"):
            if not lead or (found and found[-1].end >= start):
                lead = start
            continue
        begins = lead if lead and (not found or lead > found[-1].end) else start
        lead = 0
        inner: tuple[Part, ...] = ()
        if end - start >= longest and depth < 12:
            inner = _parts(child, longest, depth + 1)
        whole = any(word in kind for word in _WHOLE) or (kind == "export_statement")
        found.append(Part(begins, end, whole and end - start >= 2, inner))
    return tuple(found)
