"""What a path says about its file: source, test or neither, and the words in it."""

import re
from enum import Enum
from functools import lru_cache

from bot.stages.select.terms import WORD, expand

SOURCE_SUFFIXES = frozenset(
    [
        "py",
        "pyx",
        "pyi",
        "js",
        "jsx",
        "mjs",
        "cjs",
        "ts",
        "tsx",
        "mts",
        "cts",
        "vue",
        "svelte",
        "go",
        "rs",
        "c",
        "h",
        "cc",
        "cpp",
        "cxx",
        "hh",
        "hpp",
        "hxx",
        "ipp",
        "inl",
        "java",
        "kt",
        "kts",
        "scala",
        "groovy",
        "swift",
        "m",
        "mm",
        "rb",
        "php",
        "pl",
        "pm",
        "lua",
        "ex",
        "exs",
        "erl",
        "hs",
        "ml",
        "mli",
        "fs",
        "cs",
        "vb",
        "dart",
        "r",
        "jl",
        "clj",
        "cljs",
        "sh",
        "bash",
        "zsh",
        "ps1",
        "sql",
        "proto",
        "thrift",
        "graphql",
        "y",
        "l",
        "yy",
        "ll",
        "html",
        "jinja",
        "j2",
        "tmpl",
        "css",
        "scss",
        "less",
        "zig",
        "nim",
        "v",
    ]
)
"""File types that people write by hand and that a change to a program would touch."""

_TEST_FOLDER = re.compile(
    r"(^|/)(tests?|testing|__tests__|__mocks__|spec|specs|testdata|fixtures?|e2e|benches|"
    r"benchmarks?|asv_bench|fuzz|fuzzing)/",
    re.IGNORECASE,
)
_TEST_NAME = re.compile(
    r"(^|/)((test|tests|conftest)(\.\w+)?\.\w+$|test[_-][^/]*$|[^/]*([_-]tests?|[._-]spec|\.test)"
    r"\.\w+$)"
)
_DOCS_FOLDER = re.compile(
    r"(^|/)(docs?|documentation|examples?|samples?|demos?|gallery|tutorials?|website|\.github|"
    r"changelogs?|third_party|vendor|node_modules|dist|\.ci|\.circleci)/",
    re.IGNORECASE,
)
_MINIFIED = re.compile(r"[.-]min\.(js|css)$|_pb2\.py$|\.pb\.go$|\.d\.ts\.map$")


class Role(Enum):
    """What a file is for."""

    SOURCE = "source"
    TEST = "test"
    OTHER = "other"


@lru_cache(maxsize=100_000)
def role_of(path: str) -> Role:
    """Source, the tests of it, or what selection leaves out: docs, data, generated files."""
    suffix = path.rpartition("/")[2].rpartition(".")[2].lower()
    if suffix not in SOURCE_SUFFIXES or _MINIFIED.search(path):
        return Role.OTHER
    if _TEST_FOLDER.search(path) or _TEST_NAME.search(path):
        return Role.TEST
    return Role.OTHER if _DOCS_FOLDER.search(path) else Role.SOURCE


def path_terms(path: str) -> list[str]:
    """The terms of a path's parts, its suffix left out."""
    found: list[str] = []
    for word in WORD.findall(path.rpartition(".")[0] or path):
        found.extend(expand(word))
    return found


def module_parts(path: str) -> tuple[str, ...]:
    """The parts by which a program would import the file: no suffix, no `__init__`, no `src`."""
    stem = path.rpartition(".")[0] or path
    parts = [part for part in stem.split("/") if part]
    if len(parts) > 1 and parts[-1] in {"__init__", "index", "mod", "lib"}:
        parts.pop()
    return tuple(parts)
