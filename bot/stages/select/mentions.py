"""Files that the question points at: by path, by name, by module."""

from collections.abc import Iterable, Mapping

from bot.stages.select.paths import module_parts
from bot.stages.select.question import Question

_BY_MODULE = 0.8
"""A dotted name is less sure than a file's: it may be an attribute that looks like one."""


def mentioned(question: Question, paths: Iterable[str]) -> dict[str, float]:
    """How clearly each path is meant, in 0..1: what could mean many paths says less of each."""
    by_name: dict[str, list[str]] = {}
    by_module: dict[str, list[str]] = {}
    for path in paths:
        by_name.setdefault(path.rpartition("/")[2], []).append(path)
        parts = module_parts(path)
        for start in range(len(parts)):
            by_module.setdefault(".".join(parts[start:]), []).append(path)
    found: dict[str, float] = {}
    meant = [(_by_file(said, by_name), 1.0) for said in question.files]
    meant += [(_by_module(said, by_module), _BY_MODULE) for said in question.modules]
    for candidates, clarity in meant:
        for path in candidates:
            found[path] = max(found.get(path, 0.0), clarity / len(candidates))
    return found


def _by_file(said: str, by_name: Mapping[str, list[str]]) -> list[str]:
    """The paths whose last parts agree best with what was said."""
    parts = [part for part in said.split("/") if part not in {"", ".", ".."}]
    if not parts:
        return []
    agreed = {path: _agreeing(path.split("/"), parts) for path in by_name.get(parts[-1], ())}
    best = max(agreed.values(), default=0)
    return [path for path, count in agreed.items() if count == best]


def _agreeing(one: list[str], other: list[str]) -> int:
    pairs = list(zip(reversed(one), reversed(other), strict=False))
    return next((n for n, (a, b) in enumerate(pairs) if a != b), len(pairs))


def _by_module(said: str, by_module: Mapping[str, list[str]]) -> list[str]:
    """The files of the longest run of at least two parts that is a module."""
    parts = said.split(".")
    for size in range(len(parts), 1, -1):
        for start in range(len(parts) - size + 1):
            if paths := by_module.get(".".join(parts[start : start + size])):
                return paths
    return []
