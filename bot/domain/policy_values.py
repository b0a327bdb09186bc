"""Readers for single values of the policy: each takes a tree and gives a checked value."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from bot.domain.policy import NO_MODEL
from bot.domain.yaml_tree import BadYaml, Items, Scalar, Tree
from bot.kernel.prices import PRICES, UnknownModel, price_of
from bot.kernel.values import Usd

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

MOST_DOLLARS = Usd.of(1000)
"""A budget above this is more likely a slipped decimal point than a wish."""

_DOLLARS = re.compile(r"\$? ?([0-9]{1,7}(?:\.[0-9]{1,4})?)", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,6})?", re.ASCII)


def choice(enum: type[E]) -> Callable[[Tree], E]:
    """One of the words of an enumeration."""

    def read(tree: Tree) -> E:
        word = _scalar(tree).text
        if word in {member.value for member in enum}:
            return enum(word)
        raise BadYaml(tree.line, f"write {' or '.join(enum)}, not `{word[:60]}`")

    return read


def whole(least: int, most: int) -> Callable[[Tree], int]:
    """A whole number in a range, both ends included."""

    def read(tree: Tree) -> int:
        scalar = _scalar(tree)
        if not scalar.quoted and re.fullmatch(r"[0-9]{1,18}", scalar.text, re.ASCII):
            if least <= int(scalar.text) <= most:
                return int(scalar.text)
            raise BadYaml(tree.line, f"must be {least} to {most:,}, not {scalar.text}")
        raise BadYaml(tree.line, f"write a whole number, not `{scalar.text[:60]}`")

    return read


def seconds(tree: Tree) -> float:
    """A time limit of one second up to an hour."""
    scalar = _scalar(tree)
    if scalar.quoted or not _NUMBER.fullmatch(scalar.text):
        raise BadYaml(tree.line, f"write a number of seconds, not `{scalar.text[:60]}`")
    if not 1 <= float(scalar.text) <= 3600:
        raise BadYaml(tree.line, f"must be 1 to 3600 seconds, not {scalar.text}")
    return float(scalar.text)


def dollars(tree: Tree) -> Usd:
    """US dollars as `2`, `2.50` or `"$2"`; read from the digits, never through a binary float."""
    scalar = _scalar(tree)
    match = _DOLLARS.fullmatch(scalar.text)
    if not match:
        raise BadYaml(tree.line, f'write dollars such as 2.50 or "$2", not `{scalar.text[:60]}`')
    amount = Usd.of(match[1])
    if not Usd() < amount <= MOST_DOLLARS:
        raise BadYaml(tree.line, f"must be more than $0 and at most {MOST_DOLLARS}, not {amount}")
    return amount


def model(tree: Tree) -> str:
    """A model whose price is known; without one no budget could hold."""
    name = _scalar(tree).text
    match price_of(name):
        case UnknownModel():
            known = ", ".join(PRICES)
            raise BadYaml(tree.line, f"no price is known for `{name[:60]}`; known are {known}")
        case _:
            return name


def model_or_none(tree: Tree) -> str:
    """As `model`, or `none` for a role that is switched off."""
    return NO_MODEL if _scalar(tree).text == NO_MODEL else model(tree)


def command(tree: Tree) -> str:
    """A shell command."""
    return _text(tree, 2000, "a shell command")


def path(tree: Tree) -> str:
    """A file inside the repository."""
    text = _text(tree, 300, "a path inside the repository")
    if text.startswith(("/", "~")) or ".." in text.split("/") or "\\" in text:
        raise BadYaml(tree.line, f"must be a path inside the repository, not `{text[:60]}`")
    return text


def glob(tree: Tree) -> str:
    """A pattern for paths, such as `src/auth/**`."""
    text = path(tree)
    if text.startswith("!"):
        raise BadYaml(tree.line, f"exceptions are not possible: remove `{text[:60]}`")
    return text


def user_id(tree: Tree) -> int:
    """A numeric GitHub user id: a name can be given up and taken by somebody else."""
    scalar = _scalar(tree)
    if not re.fullmatch(r"[1-9][0-9]{0,17}", scalar.text, re.ASCII):
        hint = "see `id` at api.github.com/users/NAME"
        raise BadYaml(tree.line, f"write the numeric user id, not `{scalar.text[:60]}` ({hint})")
    return int(scalar.text)


def list_of(read: Callable[[Tree], T]) -> Callable[[Tree], tuple[T, ...]]:
    """A list of at most 200 such values."""

    def read_all(tree: Tree) -> tuple[T, ...]:
        if not isinstance(tree, Items):
            raise BadYaml(tree.line, "write a list: one `- value` a line")
        if len(tree.items) > 200:
            raise BadYaml(tree.line, f"has {len(tree.items)} entries; 200 are allowed")
        return tuple(read(item) for item in tree.items)

    return read_all


def _scalar(tree: Tree) -> Scalar:
    if isinstance(tree, Scalar):
        return tree
    raise BadYaml(tree.line, "write a single value here, not a list or a section")


def _text(tree: Tree, most: int, what: str) -> str:
    scalar = _scalar(tree)
    text = scalar.text.strip()
    if not text or (text in {"null", "~"} and not scalar.quoted):
        raise BadYaml(tree.line, f"write {what}, or remove the key")
    if len(text) > most or "\0" in text:
        raise BadYaml(tree.line, f"is longer than {most} characters")
    return text
