"""The public surface before and after a change, module by module."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.domain.risk.go_api import go_surface
from bot.domain.risk.lines import Delta, text_of
from bot.domain.risk.places import is_imported
from bot.domain.risk.python_api import Imports, python_surface
from bot.domain.risk.reasons import Reason, Sign
from bot.domain.risk.rust_api import rust_surface
from bot.domain.risk.script_api import script_surface
from bot.domain.risk.surface import Shape, broken
from bot.kernel.patch_gate import FileChange
from bot.kernel.values import Risk

_PYTHON = frozenset({"py", "pyi"})
_SCRIPT = frozenset({"js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts"})
_READ = _PYTHON | _SCRIPT | {"go", "rs"}
_HEADERS = frozenset({"h", "hh", "hpp", "hxx"})
_OPEN_UNLESS_SAID = frozenset(
    {"rb", "php", "lua", "ex", "kt", "kts", "dart", "scala", "jl", "sh", "pl"}
)
_SAYS_PUBLIC = re.compile(r"\s*(?:@\w+\s+)*(?:public|open|protected|extern|export|pub)\b")
_SAYS_PRIVATE = re.compile(r"\s*(?:private|fileprivate|internal|local|defp)\b")
_DEFINES = re.compile(
    r"\s*(?:\w+\s+)*?(?:def|fun|func|function|class|module|interface|object|trait|sub|type|enum)\s+"
    r"(?!_)\w"
)
_HEADER = re.compile(r"\s*(?:[\w:*&<>,]+\s+)+[\w*&:~]+\s*[(;=\[{]|\s*#\s*define\s+\w")


@dataclass(slots=True)
class _Module:
    """What is offered under one name of import, from all its changed files."""

    path: str
    before: dict[str, Shape] = field(default_factory=dict)
    after: dict[str, Shape] = field(default_factory=dict)


def by_surface(changes: Iterable[FileChange]) -> Iterator[Reason]:
    """What those who import the changed code lose.

    A name that moved between the files of one module (a Go package) is not lost.
    """
    modules: dict[str, _Module] = {}
    for change in changes:
        old = _surface(change.old_path, change.before, offered=True)
        new = _surface(change.path, change.after, offered=False)
        if old is None or new is None:
            detail = "this Python cannot be parsed, so what it offers is not known"
            yield Reason(Sign.UNREAD, Risk.HIGH, detail, change.path)
        for path, found, is_old in ((change.old_path, old, True), (change.path, new, False)):
            module = modules.setdefault(_module_of(path), _Module(path))
            # What cannot be read is not also said to have lost everything.
            (module.before if is_old else module.after).update(
                (old or {}) if found is None else found
            )
    for module in modules.values():
        yield from broken(module.before, module.after, module.path)


def by_declared_lines(change: FileChange, changed: Delta) -> Iterator[Reason]:
    """For languages that are not read: a public declaration that is not there word for word."""
    language = _suffix(change.old_path)
    if language in _READ or not is_imported(change.old_path):
        return
    left = Counter(" ".join(line.split()) for line in changed.added)
    for line in changed.removed:
        flat = " ".join(line.split())
        if left[flat] > 0:
            left[flat] -= 1
        elif _declares(language, line):
            detail = f"“{flat[:80]}” is gone or changed"
            yield Reason(Sign.API, Risk.BREAKING, detail, change.old_path)
            return


def _declares(language: str, line: str) -> bool:
    if _SAYS_PRIVATE.match(line):
        return False
    if language in _HEADERS:
        return _HEADER.match(line) is not None
    if language in _OPEN_UNLESS_SAID:
        return _DEFINES.match(line) is not None
    return _SAYS_PUBLIC.match(line) is not None


def _surface(path: str, data: bytes | None, *, offered: bool) -> dict[str, Shape] | None:
    """What the file offers, or all that it binds; None where it cannot be read."""
    language = _suffix(path)
    if data is None or not is_imported(path):
        return {}
    text = text_of(data)
    if language in _PYTHON:
        own = Imports.OWN if path.rpartition("/")[2].startswith("__init__.") else Imports.NONE
        return python_surface(text, own if offered else Imports.ALL)
    if language == "go":
        return go_surface(text)
    if language == "rs":
        return rust_surface(text)
    return script_surface(text) if language in _SCRIPT else {}


def _module_of(path: str) -> str:
    """What has one name to import: `a/b.py`, `a/b/__init__.py`, all files of a Go package."""
    folder, _, name = path.rpartition("/")
    stem, language = name.rpartition(".")[0], _suffix(path)
    group = "js" if language in _SCRIPT else language
    if language == "go":
        return f"go {folder}"
    whole = (stem, group) in {
        ("__init__", "py"),
        ("__init__", "pyi"),
        ("index", "js"),
        ("mod", "rs"),
    }
    return f"{group} {folder}" if whole else f"{group} {folder}/{stem}".replace(" /", " ")


def _suffix(path: str) -> str:
    return path.rpartition(".")[2].lower()
