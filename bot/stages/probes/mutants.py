"""Mutants: a changed line made subtly wrong, as somebody might have written it.

The kinds are the usual ones of mutation testing: conditions negated, operators swapped, numbers
off by one, truth values swapped, statements left out, returns without their value.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from bot.stages.probes.places import is_statement, is_text
from bot.stages.probes.source import Edit, Side, Source, edited

if TYPE_CHECKING:
    from tree_sitter import Node

_SWAPS = {
    **{"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "===": "!=="},
    **{"!==": "===", "+": "-", "-": "+", "*": "/", "/": "*", "//": "*", "%": "*"},
    **{"and": "or", "or": "and", "&&": "||", "||": "&&"},
}
_TRUTH = {"true": "false", "false": "true", "True": "False", "False": "True"}
_NUMBERS = frozenset({"integer", "number", "int_literal", "integer_literal"})
_LEFT_OUT = frozenset(
    {"expression_statement", "assignment_statement", "inc_statement", "dec_statement"}
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One file with one mistake; `what` names its line and the mistake, for people."""

    path: str
    what: str
    edit: tuple[Edit, ...]


def mutants(side: Side) -> tuple[Mutant, ...]:
    """Every mutant of a file's changed lines that parses, always in the same order.

    The first of each line come first, so that a few of them are spread. Raises Unreadable.
    """
    if not side.lines:
        return ()
    source = Source(side)
    lines: dict[int, dict[tuple[Edit, ...], Mutant]] = {}
    for token in source.changed():
        for what, edits in _of(source, token):
            if source.parses(edited(side.text, edits)):
                mutant = Mutant(source.path, f"{source.told(token)}: {what}", edits)
                lines.setdefault(token.start_point[0], {}).setdefault(edits, mutant)
    turns = zip_longest(*(tuple(found.values()) for found in lines.values()))
    return tuple(one for turn in turns for one in turn if one is not None)


def _of(source: Source, token: "Node") -> Iterator[tuple[str, tuple[Edit, ...]]]:
    parent, text = token.parent, source.slice(token)
    if parent is None:
        return
    operates = any(word in parent.type for word in ("binary", "comparison", "boolean_operator"))
    if operates and not token.is_named and text in _SWAPS:
        yield _swap(token, text, _SWAPS[text])
    elif text in _TRUTH and token.type.lower() == text.lower():
        yield _swap(token, text, _TRUTH[text])
    elif token.type in _NUMBERS and text.isdecimal() and text.isascii():
        yield _swap(token, text, str(int(text) + 1))
    elif text in {"if", "elif", "while"}:
        yield from _negated(source, parent)
    yield from _left_out(source, token)


def _swap(token: "Node", old: str, new: str) -> tuple[str, tuple[Edit, ...]]:
    return f"`{old}` became `{new}`", (Edit(token.start_byte, token.end_byte, new),)


def _negated(source: Source, statement: "Node") -> Iterator[tuple[str, tuple[Edit, ...]]]:
    condition = statement.child_by_field_name("condition")
    if condition is None or "let_c" in condition.type:
        return
    inside = int(condition.type == "parenthesized_expression")
    start, end = condition.start_byte + inside, condition.end_byte - inside
    before, after = source.language.negation
    yield "the condition was negated", (Edit(start, start, before), Edit(end, end, after))


def _left_out(source: Source, token: "Node") -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The statement that begins with this token, left out or without its value."""
    node, language = token, source.language
    while node.parent is not None and not is_statement(source, node):
        node = node.parent
    if node.parent is None or node.start_byte != token.start_byte or is_text(source, node):
        return
    if node.type in _LEFT_OUT:
        whole = Edit(node.start_byte, node.end_byte, language.removed)
        yield "the statement was left out", (whole,)
    elif node.type == "return_statement" and node.named_child_count and language.nothing:
        whole = Edit(node.start_byte, node.end_byte, language.nothing)
        if source.slice(node).rstrip(";") != language.nothing.rstrip(";"):
            yield "it returned nothing", (whole,)
