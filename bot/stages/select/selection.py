"""What was chosen, as the model is shown it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.stages.select.excerpts import Excerpt


@dataclass(frozen=True, slots=True)
class Shown:
    """One file, whole or in part; a line before each part says which lines follow."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The likeliest files and the tests that exercise them, best first, and every path there is."""

    files: tuple[Shown, ...]
    paths: tuple[str, ...]


def show(excerpts: Sequence[Excerpt], texts: Mapping[str, str]) -> tuple[Shown, ...]:
    """Files in the order in which they first appear; blocks that touch become one part."""
    by_path: dict[str, list[Excerpt]] = {}
    for excerpt in excerpts:
        by_path.setdefault(excerpt.path, []).append(excerpt)
    return tuple(Shown(path, _parts(found, texts[path])) for path, found in by_path.items())


def _parts(found: Sequence[Excerpt], text: str) -> str:
    lines = text.split("\n")
    spans: list[tuple[int, int]] = []
    for one in sorted(found, key=lambda excerpt: excerpt.start):
        if spans and one.start <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], max(one.end, spans[-1][1]))
        else:
            spans.append((one.start, one.end))
    if spans == [(1, len(lines))]:
        return text
    return "\n".join(
        f"[lines {start}-{end} of {len(lines)}]\n" + "\n".join(lines[start - 1 : end])
        for start, end in spans
    )
