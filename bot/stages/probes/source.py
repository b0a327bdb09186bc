"""A file as probes and mutants see it: the parsed text, the changed lines, and edits of bytes."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from bot.kernel.patch_gate import FileChange
from bot.stages.probes.languages import PYTHON, Language, language_of
from bot.stages.select.grammar import parser_of

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_PUNCTUATION = frozenset("{}()[];,:")


class Unreadable(Exception):
    """Nothing can be put into this file on purpose; the message says why."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes from `start` to `end` become `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a changed file, with its lines (counted from 1) that are not on the other."""

    path: str
    text: bytes
    lines: frozenset[int]


def sides(change: FileChange) -> tuple[Side, Side]:
    """The old side with what was only removed, and the new side with what was added or changed."""
    before, after = change.before or b"", change.after or b""
    removed: set[int] = set()
    added: set[int] = set()
    old, new = before.splitlines(), after.splitlines()
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "delete":
            removed |= set(range(i1 + 1, i2 + 1))
        elif tag != "equal":
            added |= set(range(j1 + 1, j2 + 1))
    return (
        Side(change.old_path or change.path, before, frozenset(removed)),
        Side(change.path, after, frozenset(added)),
    )


def edited(text: bytes, edits: tuple[Edit, ...]) -> bytes:
    """The text with edits that do not overlap."""
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        text = text[: edit.start] + edit.text.encode() + text[edit.end :]
    return text


class Source:
    """A parsed file. Raises Unreadable without a grammar, and for a text that does not parse."""

    def __init__(self, side: Side) -> None:
        self.path, self.text, self.lines = side.path, side.text, side.lines
        language, parser = language_of(side.path), parser_of(side.path)
        if language is None or parser is None:
            raise Unreadable("changed lines cannot be checked in this language")
        self.language: Language = language
        self._parser: Parser = parser
        self.root = parser.parse(side.text).root_node
        if not self.parses(side.text):
            raise Unreadable("it cannot be parsed")

    def parses(self, text: bytes) -> bool:
        """Whether a text is a program of this language, as far as can be told without building."""
        if self.language is PYTHON:
            try:
                ast.parse(text)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return False
        return not self._parser.parse(text).root_node.has_error

    def told(self, node: "Node") -> str:
        """Where a node is, for people."""
        return f"{self.path}:{node.start_point[0] + 1}"

    def slice(self, node: "Node") -> str:
        """The node's text."""
        return self.text[node.start_byte : node.end_byte].decode(errors="replace")

    def changed(self) -> "Iterator[Node]":
        """The tokens on changed lines, in order; comments and mere brackets are left out."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            rows = range(node.start_point[0] + 1, node.end_point[0] + 2)
            if "comment" in node.type or self.lines.isdisjoint(rows):
                continue
            if node.child_count:
                waiting += reversed(node.children)
            elif node.start_byte < node.end_byte and node.type not in _PUNCTUATION:
                yield node
