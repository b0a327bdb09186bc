"""Files that the question points at: by path, by name, by module, in a traceback."""

from collections.abc import Iterable

from bot.stages.select.paths import module_parts
from bot.stages.select.question import Question


def mentions(question: Question, paths: Iterable[str]) -> dict[str, float]:
    """How clearly each path is meant, in 0..1: one that many paths could be meant by counts less."""
    by_name: dict[str, list[str]] = {}
    by_module: dict[str, list[str]] = {}
    for path in paths:
        by_name.setdefault(path.rpartition("/")[2], []).append(path)
        parts = module_parts(path)
        for start in range(len(parts)):
            by_module.setdefault(".".join(parts[start:]), []).append(path)
    found: dict[str, float] = {}
    for said in question.files:
        _add(found, _meant_by_file(said, by_name), 1.0)
    for said in question.dotted:
        _add(found, _meant_by_module(said, by_module), 0.8)
    return found


def _add(found: dict[str, float], meant: list[str], clarity: float) -> None:
    for path in meant:
        found[path] = max(found.get(path, 0.0), clarity / len(meant))


def _meant_by_file(said: str, by_name: dict[str, list[str]]) -> list[str]:
    """The paths whose last parts agree best with what was said."""
    parts = [part for part in said.split("/") if part not in {"", ".", ".."}]
    same = by_name.get(parts[-1], []) if parts else []
    agreed = {path: _agreeing(path.split("/"), parts) for path in same}
    best = max(agreed.values(), default=0)
    return [path for path, count in agreed.items() if count == best]


def _agreeing(one: list[str], other: list[str]) -> int:
    count = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        count += 1
    return count


def _meant_by_module(said: str, by_module: dict[str, list[str]]) -> list[str]:
    """The files of the longest run of at least two parts (or of all but the last) that is one."""
    parts = said.split(".")
    for size in range(len(parts), 1, -1):
        for start in range(len(parts) - size + 1):
            paths = by_module.get(".".join(parts[start : start + size]))
            if paths:
                return paths
    return []
