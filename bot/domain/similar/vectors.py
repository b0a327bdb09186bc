"""What a text means as a vector: the sum of its words' vectors, in whole numbers.

The table is data of the program like its code (`bench/memory/distil.py` made it); it is read once.
A vector is held as one large integer with a lane for each coordinate, so that adding up is the
addition of two integers: exact, the same on every machine, and quick without a numeric library.
"""

import re
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from operator import mul

from bot.domain.similar.terms import unaccented
from bot.domain.similar.words import weight
from bot.domain.terms import stem

FILE = resources.files("bot.domain.similar").joinpath("vectors.bin")
DIMENSIONS, STEP_MOST = 128, 7
"""Coordinates of a vector; each is from -STEP_MOST to STEP_MOST for one word."""
_LANE_BYTES = 4
_BIAS = STEP_MOST + 1
_WORD = re.compile(r"[A-Za-z]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LONGEST = 60
"""Letters of a longer word say nothing: it is data."""
_WORDS_MOST = 2_000
"""Words of one text that are read."""
_SHARE = 5
"""A word of weight 1 is added so many times, one of less weight fewer times."""


@dataclass(frozen=True, slots=True)
class Vector:
    """Coordinates, and their length squared."""

    at: tuple[int, ...]
    squared: int


@dataclass(frozen=True, slots=True)
class Meaning:
    """A sum of word vectors. `lanes` has `_BIAS` added to each coordinate, `times` over."""

    lanes: int = 0
    times: int = 0

    def __add__(self, other: "Meaning") -> "Meaning":
        return Meaning(self.lanes + other.lanes, self.times + other.times)

    def vector(self) -> Vector:
        """The coordinates."""
        bias = self.times * _BIAS
        at = tuple([lane - bias for lane in _raw(self)])
        return Vector(at, sum(map(mul, at, at)))


def meaning(text: str) -> Meaning:
    """The sum over the words of a text; words that only join others are left out."""
    return added(map(_meaning, _parts(text)))


def added(some: Iterable[Meaning]) -> Meaning:
    """The sum of any number of them."""
    lanes = times = 0
    for one in some:
        lanes, times = lanes + one.lanes, times + one.times
    return Meaning(lanes, times)


def word_meanings(text: str) -> dict[str, Meaning]:
    """The meaning of each word of a text that says anything, under its stem."""
    found = {stem(part): _meaning(part) for part in reversed(_parts(text))}
    return {name: one for name, one in found.items() if one.times}


def cosine(one: Vector, other: Vector) -> float:
    """From -1 to 1; 0 when one of them says nothing."""
    lengths = one.squared * other.squared
    return sum(map(mul, one.at, other.at)) / lengths**0.5 if lengths else 0.0


def nearness(one: Meaning, other: Meaning) -> float:
    """The cosine of two sums, without making a vector of either."""
    mine, theirs = _raw(one), _raw(other)
    my_bias, their_bias = one.times * _BIAS, other.times * _BIAS
    mine_sum, theirs_sum = sum(mine), sum(theirs)
    # With the biases b and c: (x - b)(y - c) summed is xy - cx - by + bc.
    both = sum(map(mul, mine, theirs)) - their_bias * mine_sum - my_bias * theirs_sum
    both += DIMENSIONS * my_bias * their_bias
    first = sum(map(mul, mine, mine)) - my_bias * (2 * mine_sum - DIMENSIONS * my_bias)
    second = sum(map(mul, theirs, theirs)) - their_bias * (2 * theirs_sum - DIMENSIONS * their_bias)
    lengths = first * second
    return both / lengths**0.5 if lengths else 0.0


def _raw(one: Meaning) -> tuple[int, ...]:
    return struct.unpack(f"<{DIMENSIONS}I", one.lanes.to_bytes(DIMENSIONS * _LANE_BYTES, "little"))


@lru_cache(maxsize=1_024)
def _parts(text: str) -> tuple[str, ...]:
    words = _WORD.findall(unaccented(text))[:_WORDS_MOST]
    short = (word for word in words if len(word) <= _LONGEST)
    return tuple(part.casefold() for word in short for part in _CAMEL.split(word))


@lru_cache(maxsize=8_000)
def _meaning(word: str) -> Meaning:
    """Of one plain word, as often as it weighs; issues say the same words again and again."""
    share, total = round(_SHARE * weight(stem(word))), Meaning()
    for piece in pieces(word) if share else ():
        total += Meaning(_lanes(piece) * share, share)
    return total


def pieces(word: str) -> tuple[str, ...]:
    """The longest known beginning, then the longest known continuation, and so on."""
    known, found, rest, lead = _table(), list[str](), word, ""
    while rest:
        ends = (end for end in range(len(rest), 0, -1) if lead + rest[:end] in known)
        end = next(ends, 0)
        if not end:
            break
        found.append(lead + rest[:end])
        rest, lead = rest[end:], "##"
    return tuple(found)


def _lanes(piece: str) -> int:
    row = _table()[piece]
    spread = bytearray(DIMENSIONS * _LANE_BYTES)
    spread[0 :: 2 * _LANE_BYTES] = bytes([pair & 15 for pair in row])
    spread[_LANE_BYTES :: 2 * _LANE_BYTES] = bytes([pair >> 4 for pair in row])
    return int.from_bytes(spread, "little")


@cache
def _table() -> dict[str, memoryview]:
    """Words and continuations (`##ing`), each with its row of two coordinates a byte."""
    names, _, rows = zlib.decompress(FILE.read_bytes()).partition(b"\0")
    width, view = DIMENSIONS // 2, memoryview(rows)
    words = names.decode().split("\n")
    return {word: view[n * width : (n + 1) * width] for n, word in enumerate(words)}
