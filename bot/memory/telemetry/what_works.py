"""What works in one repository: a short table in our own words, for the models that write here.

Only kinds, directory names, figures and ids of our rules are in it. A directory's name is the one
thing from outside, so it is shown only where it is a plain name.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.experiment import ROOT
from bot.domain.subject import Repo
from bot.domain.success import NOTHING_YET, Experience
from bot.kernel.values import Kind, Usd
from bot.memory.refusals import RefusedAttempt
from bot.memory.telemetry.courses import Course, Size

LEAST = 5
"""Decided attempts, below which the table says nothing: it would be chance."""

ROWS_MOST = 10
RULES_MOST = 2
CHARS_MOST = 1_000
"""At four characters a token, 250 tokens."""

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,30}")
_RULE = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class Row:
    """Decided attempts of one kind in one directory; `merged` and not taken back, `taken_back`
    after the merge, `rules` are what refused them most."""

    kind: Kind
    area: str
    merged: int
    taken_back: int
    decided: int
    sizes: tuple[tuple[Size, int], ...]
    rules: tuple[tuple[str, int], ...]
    cost: Usd

    def __str__(self) -> str:
        """`fix in src/: 7 of 11 merged (5 of 1-5 lines); refused by no-red-test (4)`."""
        where = "the top directory" if self.area == ROOT else f"{self.area}/"
        sizes = ", ".join(f"{count} of {size}" for size, count in self.sizes)
        rules = ", ".join(f"{rule} ({count})" for rule, count in self.rules)
        return (
            f"{self.kind} in {where}: {self.merged} of {self.decided} merged"
            + (f" ({sizes})" if sizes else "")
            + (f"; {self.taken_back} more taken back after the merge" if self.taken_back else "")
            + (f"; refused by {rules}" if rules else "")
        )


@dataclass(frozen=True, slots=True)
class WhatWorks:
    """How things go in one repository; empty before there is enough to say."""

    repo: Repo
    experience: Experience = NOTHING_YET
    rows: tuple[Row, ...] = ()

    def success(self, kind: Kind) -> float:
        """The chance that a change of this kind is merged here."""
        return self.experience.chance(self.repo, kind).value

    def lines(self) -> tuple[str, ...]:
        """The table, at most 10 rows and 1,000 characters; the largest groups come first."""
        room, told = CHARS_MOST, list[str]()
        for line in map(str, self.rows):
            room -= len(line) + 1
            if room < 0:
                break
            told.append(line)
        return tuple(told)


def what_works(
    repo: Repo,
    courses: Iterable[Course],
    refused: Iterable[RefusedAttempt],
    experience: Experience = NOTHING_YET,
) -> WhatWorks:
    """From all courses, and how often rules refused changes in this repository's attempts."""
    here = [one for one in courses if one.decided and one.subject.repo.full == repo.full]
    if len(here) < LEAST:
        return WhatWorks(repo, experience)
    rules: defaultdict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for one in refused:
        if _RULE.fullmatch(one.rule):
            rules[one.number, one.attempt][one.rule] += one.count
    groups: defaultdict[tuple[Kind, str], list[Course]] = defaultdict(list)
    for course in here:
        groups[course.kind, _shown(course.area)].append(course)
    order = sorted(groups.items(), key=lambda one: (-len(one[1]), one[0]))
    rows = tuple(_row(kind, area, of, rules) for (kind, area), of in order[:ROWS_MOST])
    return WhatWorks(repo, experience, rows)


def _shown(area: str) -> str:
    return area if area == ROOT or _PLAIN.fullmatch(area) else "elsewhere"


def _row(
    kind: Kind, area: str, group: list[Course], rules: defaultdict[tuple[int, int], Counter[str]]
) -> Row:
    sizes = Counter(one.size for one in group if one.stands and one.size is not Size.UNKNOWN)
    refused = Counter[str]()
    for one in group:
        refused += rules[one.subject.number, one.attempt]
    return Row(
        kind=kind,
        area=area,
        merged=sum(one.stands for one in group),
        taken_back=sum(one.merged is not None and one.reverted for one in group),
        decided=len(group),
        sizes=tuple((size, sizes[size]) for size in Size if sizes[size]),
        rules=tuple(sorted(refused.items(), key=lambda one: (-one[1], one[0]))[:RULES_MOST]),
        cost=sum((one.cost for one in group), Usd()),
    )
