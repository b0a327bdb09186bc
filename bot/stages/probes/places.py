"""Probes: a changed place broken so that whoever runs it fails, and its twin that does nothing.

Of the changed statements of one block only the last is probed: who reaches it ran the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.stages.probes.languages import PYTHON, Insertion
from bot.stages.probes.source import Edit, Side, Source, Unreadable, edited

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class Probe:
    """One place of a file: `breaks` it, or `idles` there. `where` is for people."""

    path: str
    where: str
    breaks: tuple[Edit, ...]
    idles: tuple[Edit, ...]


def probes(side: Side) -> tuple[Probe, ...]:
    """A probe for each changed place of a file; none where nothing that runs was changed.

    Raises Unreadable when a changed place cannot be probed.
    """
    if not side.lines:
        return ()
    source = Source(side)
    last: dict[tuple[int, int], Node] = {}
    for token in source.changed():
        place = _place(source, token)
        if place is not None and place.parent is not None:
            bare = _bare(source, place)
            owner = place if bare else place.parent
            last[(owner.start_byte, owner.end_byte)] = place
    found = tuple(_probe(source, node) for node in last.values())
    for probe in found:
        both = edited(side.text, probe.breaks), edited(side.text, probe.idles)
        if not all(source.parses(text) for text in both):
            raise Unreadable(f"nothing can be inserted at line {probe.where.rpartition(':')[2]}")
    return found


def _place(source: Source, token: "Node") -> "Node | None":
    """The statement, or bare body, that runs a token; None for what runs nothing."""
    language, node = source.language, token
    while node.parent is not None:
        parent = node.parent
        if node.type in language.functions:
            return _first_of(source, node)
        if _bare(source, node):
            return node
        if is_statement(source, node):
            return None if is_text(source, node) else node
        if node.type == "attribute_item":
            follower = node.next_named_sibling
            while follower is not None and follower.type == "attribute_item":
                follower = follower.next_named_sibling
            if follower is None:
                return None
            node = follower
            continue
        if node.type in language.opaque:
            line = token.start_point[0] + 1
            raise Unreadable(f"line {line} declares a value, which cannot be probed")
        if node.type in language.inert:
            return None
        node = parent
    raise Unreadable(f"line {token.start_point[0] + 1} belongs to no statement")


def is_statement(source: Source, node: "Node") -> bool:
    """Whether the node is one of the statements of a block."""
    parent = node.parent
    if parent is None or parent.type not in source.language.blocks or not node.is_named:
        return False
    if "comment" in node.type or node.type in {"attribute_item", "inner_attribute_item", "label"}:
        return False
    return parent.child_by_field_name("value") != node


def is_text(source: Source, node: "Node") -> bool:
    """A docstring: a statement of Python that is a string and nothing more."""
    lone = node.type == "expression_statement" and node.named_child_count == 1
    return source.language is PYTHON and lone and node.named_children[0].type == "string"


def _bare(source: Source, node: "Node") -> bool:
    """Whether the node runs by itself and stands in no block."""
    return _in(node, source.language.expressions) or _in(node, source.language.statements)


def _in(node: "Node", fields: frozenset[tuple[str, str]]) -> bool:
    parent = node.parent
    if parent is None or not node.is_named or node.type in {"block", "statement_block"}:
        return False
    return any(
        kind == parent.type and (not field or parent.child_by_field_name(field) == node)
        for kind, field in fields
    )


def _first_of(source: Source, function: "Node") -> "Node | None":
    """What a function runs first; None when its body is empty, or only declared."""
    body = function.child_by_field_name("body")
    if body is None or _bare(source, body):
        return body
    return next(_statements(source, body), None)


def _statements(source: Source, body: "Node") -> "Iterator[Node]":
    for child in body.named_children:
        if child.type in source.language.blocks and body.type not in source.language.blocks:
            yield from _statements(source, child)
        elif is_statement(source, child) and not is_text(source, child):
            yield child


def _probe(source: Source, node: "Node") -> Probe:
    language = source.language
    broken = _inserted(source, node, language.breaks)
    idle = _inserted(source, node, language.idles)
    return Probe(source.path, source.told(node), broken, idle)


def _inserted(source: Source, node: "Node", insertion: Insertion) -> tuple[Edit, ...]:
    start, end = node.start_byte, node.end_byte
    if _in(node, source.language.expressions):
        before, after = insertion.around
        return Edit(start, start, before), Edit(end, end, after)
    if _in(node, source.language.statements):
        return Edit(start, start, f"{{ {insertion.statement}"), Edit(end, end, " }")
    # an attribute belongs to the statement after it
    while (above := node.prev_named_sibling) is not None and above.type == "attribute_item":
        node = above
    start = node.start_byte
    if source.language is not PYTHON:
        return (Edit(start, start, insertion.statement),)
    indent = source.text[source.text.rfind(b"\n", 0, start) + 1 : start].decode()
    separator = f"\n{indent}" if not indent.strip() else "; "
    return (Edit(start, start, insertion.statement + separator),)
