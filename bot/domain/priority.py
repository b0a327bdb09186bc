"""Which task is next, and why: `P(success | kind) * impact / (cost * risk) + age + votes`.

Computed from stored inputs whenever a worker is free, so a task that waits moves up by itself.
The value has no unit; only its order means anything.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor

from bot.domain.subject import Repo
from bot.domain.success import NOTHING_YET, Chance, Experience
from bot.domain.task import Estimate, Task
from bot.kernel.values import Kind, Risk, Usd

RISK: Mapping[Risk, int] = {Risk.LOW: 1, Risk.MEDIUM: 2, Risk.HIGH: 4, Risk.BREAKING: 8}
"""How many times dearer a risk makes a change: each step doubles what a mistake costs people."""

UNKNOWN = Estimate(Kind.FEATURE, 3, Risk.MEDIUM, Usd.of("0.50"), "")
"""Assumed before triage: the middle of everything, so an unread task neither leads nor starves."""

LEAST_COST = Usd.of("0.05")
"""A smaller estimate counts as this: nothing is so cheap that it goes before everything."""

AGE_PER_DAY = 0.5
"""Without a limit, so that every task is first in its repository one day."""

VOTE, MOST_VOTES = 0.2, 25
"""Anyone may vote, so votes can add 5 at most: as much as ten days of waiting."""


@dataclass(frozen=True, slots=True)
class Score:
    """A task's worth at one moment, and the sum in words."""

    value: float
    explanation: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A task in its place (from 1) among `of` queued ones; `why` says so in a sentence."""

    task: Task
    place: int
    of: int
    score: Score
    why: str


def score(task: Task, now: datetime, experience: Experience = NOTHING_YET) -> Score:
    """What the task is worth now, by what became of others of its kind."""
    known = task.estimate or UNKNOWN
    chance = experience.chance(task.subject.repo, known.kind)
    worth = worth_of(known, chance.value)
    waited = max(now - task.admitted_at, timedelta())
    age = AGE_PER_DAY * (waited / timedelta(days=1))
    votes = VOTE * min(max(task.votes, 0), MOST_VOTES)
    parts = [
        f"{_likely(chance, known.kind)} * impact {known.impact}"
        f" / ({known.cost} * {known.risk} risk {RISK[known.risk]}) = {worth:.2f}"
        + ("" if task.estimate else ", assumed until it has been read"),
        f"+{age:.2f} for waiting {_span(waited)}",
    ]
    if task.votes > 0:
        parts.append(f"+{votes:.2f} for {task.votes} 👍")
    value = worth + age + votes
    return Score(value, f"score {value:.2f}: {'; '.join(parts)}")


def worth_of(known: Estimate, success: float) -> float:
    """What a change is worth before it has waited: `success` is the chance that it is merged."""
    cost = max(known.cost, LEAST_COST).nano / 10**9
    return success * known.impact / (cost * RISK[known.risk])


def _likely(chance: Chance, kind: Kind) -> str:
    """`63% likely to succeed as a fix (7 of 11 here)`."""
    here = chance.here
    seen = f" ({here.merged} of {here.decided} here)" if here.decided else ""
    return f"{chance.value:.0%} likely to succeed as a {kind}{seen}"


def running_in(working: Iterable[Task]) -> Counter[Repo]:
    """How many tasks are being worked on in each repository."""
    return Counter(task.subject.repo for task in working)


def best(
    tasks: Iterable[Task],
    now: datetime,
    running: Mapping[Repo, int],
    experience: Experience = NOTHING_YET,
) -> tuple[Ranked, ...]:
    """The queue in the order in which free workers will take it; the first is next.

    `running` counts the tasks being worked on. Each place goes to the installation, then the
    repository, that has the least running or placed before it; the score decides within a
    repository, and between equals. So one busy repository never keeps the others waiting.
    """
    scored = [(task, score(task, now, experience)) for task in tasks]
    lanes: dict[Repo, list[tuple[Task, Score]]] = {}
    for task, worth in sorted(scored, key=lambda one: (one[1].value, -one[0].id)):
        lanes.setdefault(task.subject.repo, []).append((task, worth))
    by_repo = Counter(dict(running))
    by_installation: Counter[int] = Counter()
    for repo, count in running.items():
        by_installation[repo.installation] += count
    ranked: list[Ranked] = []
    while lanes:
        repo = min(
            lanes,
            key=lambda one: (
                by_installation[one.installation],
                by_repo[one],
                -lanes[one][-1][1].value,
                lanes[one][-1][0].id,
            ),
        )
        task, worth = lanes[repo].pop()
        place = len(ranked) + 1
        ranked.append(Ranked(task, place, len(scored), worth, _why(task, place, worth, by_repo)))
        by_repo[repo] += 1
        by_installation[repo.installation] += 1
        if not lanes[repo]:
            del lanes[repo]
    return tuple(ranked)


def _why(task: Task, place: int, worth: Score, before: Mapping[Repo, int]) -> str:
    place_words = "next" if place == 1 else f"number {place} in the queue"
    ahead = before.get(task.subject.repo, 0)
    turn = f"{ahead} of its repository before it" if ahead else "its repository's turn"
    return f"#{task.subject.number} is {place_words}: {turn}, {worth.explanation}"


def _span(waited: timedelta) -> str:
    """A time in its largest whole unit, so that the text changes seldom."""
    for seconds, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if (count := floor(waited.total_seconds() / seconds)) >= 1:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"
