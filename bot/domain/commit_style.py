"""How a repository titles its commits, read from its history, and a title that looks like them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bot.domain.wording.quoting import plain_line
from bot.kernel.values import Kind

COMMIT_CHARS = 72
PULL_CHARS = 120
ENOUGH = 5
"""Subjects below which a history shows no habit."""

_TYPES = "feat fix docs style refactor perf test build ci chore revert deps"
_CONVENTIONAL = re.compile(
    rf"(?P<type>{'|'.join(_TYPES.split())})(?:\((?P<scope>[\w./, @-]+)\))?!?: (?P<rest>\S.*)"
)
_NO_HABIT = re.compile(
    r"(?:fixup|squash|amend)! |Merge |Revert \"|Initial commit$|v?\d+\.\d+|Release\b|Bump\b"
)
"""Subjects that git, GitHub or a release tool writes, whatever people are used to."""
_LABEL = re.compile(
    r"\s*(?:\[[A-Za-z][A-Za-z /-]{1,18}\]\s*:?|:[a-z_]+:"
    r"|[\u2190-\u2bff\U0001f000-\U0001faff\ufe0f]+"
    r"|(?:bug|bugfix|fix|feat|feature(?: request)?|docs?|refactor|perf|chore|enhancement|request"
    r"|issue)(?:\([\w./ -]+\))?!?:)\s*",
    re.IGNORECASE,
)
"""What issue titles begin with and titles of commits do not."""
_TYPE_OF = {
    Kind.FIX: "fix",
    Kind.FEATURE: "feat",
    Kind.PERFORMANCE: "perf",
    Kind.REFACTOR: "refactor",
    Kind.DOCS: "docs",
    Kind.DEPENDENCY: "build",
}
_FOR_DEPENDENCIES = ("build", "chore", "deps")


class FirstLetter(StrEnum):
    """How a title's first word is written."""

    UPPER = "upper"
    LOWER = "lower"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Plain:
    """Titles are sentences without a prefix."""

    first: FirstLetter = FirstLetter.EITHER


@dataclass(frozen=True, slots=True)
class Conventional:
    """Conventional Commits. `scopes` are used more than once, and none unless most titles have one.

    `dependencies` is the type for a change of what is installed.
    """

    first: FirstLetter = FirstLetter.EITHER
    scopes: tuple[str, ...] = ()
    dependencies: str = "build"


CommitStyle: TypeAlias = Plain | Conventional


def read_style(subjects: Iterable[str]) -> CommitStyle:
    """The habit of most of these subjects, the newest of the default branch."""
    people = [one.strip() for one in subjects if one.strip() and not _NO_HABIT.match(one)]
    found = [match for one in people if (match := _CONVENTIONAL.fullmatch(one))]
    if len(people) < ENOUGH or 2 * len(found) <= len(people):
        return Plain(_habit(people))
    scopes = Counter(match["scope"] for match in found if match["scope"])
    often = tuple(sorted(scope for scope, times in scopes.items() if times > 1))
    mostly = 2 * scopes.total() > len(found)
    types = Counter(match["type"] for match in found if match["type"] in _FOR_DEPENDENCIES)
    return Conventional(
        _habit([match["rest"] for match in found]),
        often if mostly else (),
        max(types, key=lambda one: types[one], default="build"),
    )


def headline(
    style: CommitStyle,
    kind: Kind,
    title: str,
    paths: Sequence[str],
    most: int = COMMIT_CHARS,
    lead: str = "",
) -> str:
    """An issue's title as this repository would write it, harmless, at most `most` characters.

    `lead` is our own and says what a later commit does for the same change.
    """
    told = _cased(_without_labels(title).rstrip(" .") or kind.value, style.first)
    told = _cased(f"{lead}: {told}", style.first) if lead else told
    match style:
        case Plain():
            return _cut(plain_line(told, most), most) or kind.value
        case Conventional(scopes=scopes, dependencies=dependencies):
            word = dependencies if kind is Kind.DEPENDENCY else _TYPE_OF[kind]
            scope = _scope(scopes, paths)
            prefix = f"{word}({scope})" if scope else word
            return _cut(plain_line(f"{prefix}: {told}", most), most)


def _cut(told: str, most: int) -> str:
    """What was made harmless may have grown."""
    return told if len(told) <= most else told[: most - 1].rstrip() + "…"


def _without_labels(title: str) -> str:
    told = plain_line(title, 500)
    while match := _LABEL.match(told):
        if match.end() == 0:
            break
        told = told[match.end() :]
    return told.strip()


def _habit(titles: Sequence[str]) -> FirstLetter:
    """Most of seven in ten write it so; names of code and abbreviations do not count."""
    firsts = [first for title in titles if (first := _first_word(title))]
    upper = sum(first[0].isupper() for first in firsts)
    if len(firsts) < ENOUGH:
        return FirstLetter.EITHER
    if 10 * upper >= 7 * len(firsts):
        return FirstLetter.UPPER
    return FirstLetter.LOWER if 10 * upper <= 3 * len(firsts) else FirstLetter.EITHER


def _first_word(title: str) -> str:
    """The first word if it is one that may be written either way."""
    word = title.partition(" ")[0].rstrip(",:;")
    return word if re.fullmatch(r"[^\W\d_][^\W\d_A-Z]+(?:[-'\u2019][^\W\d_]+)?", word) else ""


def _cased(title: str, first: FirstLetter) -> str:
    if not _first_word(title) or first is FirstLetter.EITHER:
        return title
    letter = title[0].upper() if first is FirstLetter.UPPER else title[0].lower()
    return letter + title[1:]


def _scope(scopes: Iterable[str], paths: Sequence[str]) -> str:
    """The one known scope that every changed path is named after, or none."""
    parts = [{*path.split("/"), path.rpartition("/")[2].partition(".")[0]} for path in paths]
    fitting = [scope for scope in scopes if parts and all(scope in part for part in parts)]
    return fitting[0] if len(fitting) == 1 else ""
