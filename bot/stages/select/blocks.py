"""A file cut into blocks: functions, classes, runs of smaller statements. Every line is in one.

A part of the program that is longer than a block may be is opened, and its parts are cut the same
way. The parts come from a tree-sitter grammar where its wheel is installed, else from indentation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.stages.select.grammar import by_grammar
from bot.stages.select.parts import Part, by_indentation

LONGEST = 60
"""Lines of a block; a longer function or class is opened."""
RUN = 24
"""Lines up to which neighbouring statements share a block."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a file, from 1, both ends included."""

    start: int
    end: int


def blocks(path: str, text: str) -> tuple[Block, ...]:
    """The blocks of a file, in order, without gaps."""
    return between(cuts(path, text), text.count("\n") + 1)


def cuts(path: str, text: str) -> tuple[int, ...]:
    """The lines on which blocks begin, the first one among them."""
    parts = by_grammar(path, text, LONGEST)
    if parts is None:
        parts = by_indentation(text.split("\n"), LONGEST)
    return tuple(sorted({1, *_starts(parts)}))


def between(starts: Sequence[int], last: int) -> tuple[Block, ...]:
    """The blocks that begin on these lines; what is still too long is cut at its length."""
    ends = [*(start - 1 for start in starts[1:]), last]
    return tuple(
        Block(first, min(first + LONGEST - 1, end))
        for start, end in zip(starts, ends, strict=True)
        for first in range(start, end + 1, LONGEST)
    )


def _starts(parts: Sequence[Part]) -> Iterator[int]:
    """Where blocks begin: at whole parts, at opened ones, and where a run has grown long."""
    begun, joins = 0, False
    for part in parts:
        long = part.end - part.start >= LONGEST and part.parts
        if part.whole or long:
            yield part.start
            if long:
                yield from _starts(part.parts)
            joins = False
        elif not joins or part.end - begun >= RUN:
            begun, joins = part.start, True
            yield begun
