"""YAML read as a tree with line numbers: one small document, no aliases, tags or repeated keys.

An alias lets a few bytes stand for gigabytes and a tag lets data name code; a settings file needs
neither, so both are refused before anything is built.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import yaml

MAX_BYTES = 64 * 1024
MAX_DEPTH = 16


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as it is written. `quoted` tells `"5"` from `5`, and `"null"` from null."""

    line: int
    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    line: int
    items: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping; `lines` says where each key stands."""

    line: int
    values: Mapping[str, "Tree"]
    lines: Mapping[str, int]


Tree: TypeAlias = Scalar | Items | Keys


class BadYaml(Exception):
    """The text cannot be read; `line` is 1-based."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


def read_tree(text: str) -> Tree | None:
    """The one document in the text, or None when it is empty. Raises BadYaml."""
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise BadYaml(1, f"the file is larger than {MAX_BYTES // 1024} KiB")
    try:
        _check_events(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadYaml(mark.line + 1 if mark else 1, error.problem or "this is no YAML") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise BadYaml(line, f"a character that YAML does not allow: {error.reason}") from error
    return None if node is None else _read(node)


def _check_events(text: str) -> None:
    """Refuse what a settings file does not need while nothing has been built yet."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.AliasEvent():
                raise BadYaml(line, "aliases (*name) are not allowed here: write the value out")
            case yaml.DocumentStartEvent():
                documents += 1
                if documents > 1:
                    raise BadYaml(line, "a second document (---) is not allowed here")
            case yaml.NodeEvent() if event.anchor is not None:
                raise BadYaml(line, "anchors (&name) are not allowed here: write the value out")
            case yaml.ScalarEvent() | yaml.CollectionStartEvent() if event.tag is not None:
                raise BadYaml(line, f"tags are not allowed here: remove {event.tag}")
            case yaml.CollectionStartEvent():
                depth += 1
                if depth > MAX_DEPTH:
                    raise BadYaml(line, "nested too deeply")
            case yaml.CollectionEndEvent():
                depth -= 1


def _read(node: yaml.Node) -> Tree:
    line = node.start_mark.line + 1
    match node:
        case yaml.ScalarNode():
            return Scalar(line, node.value, node.style is not None)
        case yaml.SequenceNode():
            return Items(line, tuple(_read(item) for item in node.value))
        case yaml.MappingNode():
            return _read_mapping(line, node)
        case _:
            raise BadYaml(line, "this is no YAML")


def _read_mapping(line: int, node: yaml.MappingNode) -> Keys:
    values: dict[str, Tree] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        key_line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise BadYaml(key_line, "a key must be a plain word")
        if key.value in values:
            raise BadYaml(
                key_line,
                f"`{key.value}` stands here twice, first on line {lines[key.value]}: keep one",
            )
        values[key.value], lines[key.value] = _read(value), key_line
    return Keys(line, values, lines)
