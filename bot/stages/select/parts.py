"""The parts of a program by indentation: right for most code, and needs no grammar."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.terms import WORD


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that belong together, from 1, both ends included; `whole` is what has a name."""

    start: int
    end: int
    whole: bool
    parts: "tuple[Part, ...]" = ()


_CLOSERS = ("}", ")", "]", "end", "else", "elif", "except", "finally", "catch", "case", "#endif")
_LEADERS = ("@", "#[", "//", "/*", "*", "#", '"""', "///")
_NAMED = frozenset(
    WORD.findall(
        """
        def class func fn function struct enum trait interface type impl export pub public private
        protected static async template namespace module abstract const macro_rules
        """
    )
)


def by_indentation(lines: Sequence[str], longest: int) -> tuple[Part, ...]:
    """The parts of a file: each begins at a line of the least indentation."""
    return _parts(lines, 1, len(lines), longest, 0)


def _parts(
    lines: Sequence[str], first: int, last: int, longest: int, depth: int
) -> tuple[Part, ...]:
    depths = [_depth(lines[n - 1]) for n in range(first, last + 1)]
    least = min((d for d in depths if d is not None), default=0)
    starts = []
    leads = False
    for n, found in zip(range(first, last + 1), depths, strict=True):
        line = lines[n - 1]
        if found == least and not leads and not line.lstrip().startswith(_CLOSERS):
            starts.append(n)
        leads = found is not None and (_leads(line) if found == least else leads)
    if not starts or starts[0] != first:
        starts.insert(0, first)
    found_parts = []
    for start, after in zip(starts, [*starts[1:], last + 1], strict=True):
        inner: tuple[Part, ...] = ()
        if after - start > longest and depth < 8:
            inner = (
                Part(start, start, False),
                *_parts(lines, start + 1, after - 1, longest, depth + 1),
            )
        found_parts.append(Part(start, after - 1, _named(lines, start, after - 1), inner))
    return tuple(found_parts)


def _depth(line: str) -> int | None:
    bare = line.lstrip()
    return len(line) - len(bare) if bare else None


def _leads(line: str) -> bool:
    return line.lstrip().startswith(_LEADERS)


def _named(lines: Sequence[str], start: int, end: int) -> bool:
    if end - start < 2:
        return False
    for line in lines[start - 1 : min(start + 9, end)]:
        if not _leads(line):
            words = line.replace("(", " ").split()
            return bool(words) and (words[0] in _NAMED or line.rstrip().endswith("{"))
    return False
