"""What a path says about its file: its role in the repository, and the words in it."""

import re
from enum import Enum
from functools import lru_cache

from bot.domain.terms import WORD, expand

_CODE = frozenset(
    WORD.findall(
        """
    py pyx js jsx mjs cjs ts tsx mts cts vue svelte go rs c h cc cpp cxx hh hpp hxx ipp inl java kt
    kts scala groovy swift m mm rb php pl pm lua ex exs erl hs ml mli fs cs vb dart r jl clj cljs
    zig nim v
    """
    )
)
_BESIDE_CODE = frozenset(
    WORD.findall(
        """
    pyi sh bash zsh ps1 sql proto thrift graphql y l yy ll html jinja j2 tmpl css scss less
    """
    )
)
_TEST = re.compile(
    r"(^|/)(tests?|testing|__tests__|__mocks__|specs?|testdata|fixtures?|e2e|bench(es|marks?)?"
    r"|asv_bench|fuzz(ing)?)/"
    r"|(^|/)(tests?|conftest)(\.\w+)?\.\w+$|(^|/)test[_-][^/]*$|([_-]tests?|[._-]spec|\.test)\.\w+$",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"(^|/)(docs?|documentation|examples?|samples?|demos?|gallery|tutorials?|website|\.github"
    r"|changelogs?|third_party|vendor|node_modules|dist|\.ci|\.circleci)/"
    r"|[.-]min\.(js|css)$|_pb2\.py$|\.pb\.go$",
    re.IGNORECASE,
)


class Role(Enum):
    """What a file is for. `BESIDE` is what accompanies code: templates, styles, declarations."""

    SOURCE = "source"
    BESIDE = "beside"
    TEST = "test"
    OTHER = "other"


@lru_cache(maxsize=100_000)
def role_of(path: str) -> Role:
    """The role by name and folder; docs, data and generated files are `OTHER`."""
    suffix = path.rpartition(".")[2].lower()
    if suffix not in _CODE and suffix not in _BESIDE_CODE:
        return Role.OTHER
    if _TEST.search(path):
        return Role.TEST
    if _OTHER.search(path):
        return Role.OTHER
    beside = suffix in _BESIDE_CODE or path.endswith(".d.ts")
    return Role.BESIDE if beside else Role.SOURCE


@lru_cache(maxsize=100_000)
def path_terms(path: str) -> frozenset[str]:
    """The terms of a path's parts, its suffix left out."""
    words = WORD.findall(path.rpartition(".")[0] or path)
    return frozenset(term for word in words for term in expand(word))


def module_parts(path: str) -> tuple[str, ...]:
    """The parts by which a program would import the file."""
    parts = (path.rpartition(".")[0] or path).split("/")
    if len(parts) > 1 and parts[-1] in {"__init__", "index", "mod", "lib"}:
        parts.pop()
    return tuple(parts)
