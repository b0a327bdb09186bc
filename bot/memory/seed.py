"""The SEED record of a period: what the journal, the ledger, the story and the rest say of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.revision import Came, Cause, Revision
from bot.domain.seed import Figure, Period, PhaseRecord, SeedPhase, SeedRecord
from bot.domain.task import Ending
from bot.domain.tuning.trial import Phase, Step, TuningEvent
from bot.domain.wording.tuning import event_line
from bot.kernel.values import Kind
from bot.memory.assignments import Assignment
from bot.memory.journal import GENESIS, Entry
from bot.memory.ledger import Charge, ChargeState
from bot.memory.refusals import Gate, Refusal
from bot.memory.tasks import HELD, StageMark
from bot.memory.telemetry import SENT_BACK
from bot.memory.tuning import FINAL

SIMILAR = "similar"
"""The stage of a mark that says which earlier failure is like the proposal."""

PROPOSED, FILED = "propose", "filed #"
"""The stage, and how the mark begins, when an improvement issue was filed."""

SPLIT, PART = "split", " is #"
"""The stage, and what the mark holds, when a part of an issue was filed."""

DECLINED = frozenset({Ending.NOTHING_NEEDED, Ending.ANSWERED})


@dataclass(frozen=True, slots=True)
class SeedFacts:
    """What was recorded in a period. `deliveries` are webhooks that were read, `failures` failed
    proposals that were remembered, `answers` commands that were dealt with, `filed` issues that
    runs proposed.

    `subjects` are the issues that any of it is about, as `owner/name#number`; `moved` the kinds of
    changes of which an attempt was decided; `lessons` were learned, `let_go` retired, and of
    `credited` the counters moved; `standing` says why no parameter was moved.
    """

    period: Period
    deliveries: int = 0
    failures: int = 0
    answers: int = 0
    filed: int = 0
    subjects: frozenset[str] = frozenset()
    moved: frozenset[Kind] = frozenset()
    lessons: int = 0
    let_go: int = 0
    credited: int = 0
    story: tuple[StageMark, ...] = ()
    charges: tuple[Charge, ...] = ()
    entries: tuple[Entry, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    revisions: tuple[Revision, ...] = ()
    tuning: tuple[TuningEvent, ...] = ()
    head: str = GENESIS
    standing: tuple[str, ...] = field(default=())


class Happenings(Protocol):
    """What was recorded, by time; and the periods of the runs."""

    def between(self, period: Period) -> SeedFacts:
        """Everything of a period, but for `standing`."""
        ...

    def installations(self, repo: str | None) -> tuple[int, ...]:
        """Under which installations attempts were made, in one repository or in all."""
        ...

    def ran(self, period: Period, filed: Iterable[int]) -> None:
        """Remember when a run was at work and which issues it proposed; the first word stays."""
        ...

    def run(self, run: str) -> Period | None:
        """When it was at work, and where."""
        ...


def seed_of(facts: SeedFacts) -> SeedRecord:
    """The record: every figure is a count of what is in the facts, and nothing else is."""
    builders = (
        (SeedPhase.PERCEIVED, _perceived),
        (SeedPhase.CONNECTED, _connected),
        (SeedPhase.LEARNED, _learned),
        (SeedPhase.QUESTIONED, _questioned),
        (SeedPhase.EXPANDED, _expanded),
        (SeedPhase.SHARED, _shared),
        (SeedPhase.RECEIVED, _received),
        (SeedPhase.IMPROVED, _improved),
    )
    told = {SeedPhase.SHARED: _anchored(facts), SeedPhase.IMPROVED: _moves(facts)}
    return SeedRecord(
        facts.period,
        tuple(
            PhaseRecord(phase, tuple(Figure(*one) for one in build(facts)), told.get(phase, ()))
            for phase, build in builders
        ),
    )


def _perceived(facts: SeedFacts) -> Iterable[tuple[str, int]]:
    paid = [one for one in facts.charges if one.state is not ChargeState.RELEASED]
    usages = [one.usage for one in paid if one.usage is not None]
    yield "issues looked at", len(facts.subjects)
    yield "webhooks read", facts.deliveries
    yield "files weighed", sum(one.indexed for one in facts.assignments)
    yield "files shown", sum(one.shown for one in facts.assignments)
    yield "tokens read", sum(usage.prompt_tokens for usage in usages)


def _connected(facts: SeedFacts) -> Iterable[tuple[str, int]]:
    yield "similar failures found", sum(mark.stage == SIMILAR for mark in facts.story)
    yield "lessons recalled", sum(len(one.lessons) for one in facts.assignments)
    yield "held for an open pull request", sum(mark.stage == HELD for mark in facts.story)


def _learned(facts: SeedFacts) -> Iterable[tuple[str, int]]:
    yield "rows in the journal", len(facts.entries)
    yield "failures remembered", facts.failures
    yield "reasons told by people", sum(len(one.lessons) for one in facts.entries)
    yield "lessons learned", facts.lessons
    yield "lessons let go", facts.let_go
    yield "counters of lessons moved", facts.credited
    yield "kinds with a new success rate", len(facts.moved)


def _questioned(facts: SeedFacts) -> Iterable[tuple[str, int]]:
    # One judgement may breach several rules: it is one refusal.
    judged = {(one.gate, one.key.rpartition("/")[0]) for one in facts.refusals}
    for gate in Gate:
        yield f"refused by {gate}", sum(one is gate for one, _ in judged)
    yield "sent back by the reviewer", sum(mark.detail == SENT_BACK for mark in facts.story)
    yield "declined by triage", sum(_ending(one) in DECLINED for one in facts.entries)


def _expanded(facts: SeedFacts) -> Iterable[tuple[str, int]]:
    yield "pull requests opened", _opened(facts)
    yield "issues proposed", facts.filed + _said(facts.story, PROPOSED, FILED)
    yield (
        "parts filed",
        sum(mark.stage == SPLIT and PART in mark.detail for mark in facts.story),
    )


def _shared(facts: SeedFacts) -> Iterable[tuple[str, int]]:
    yield "receipts published", _receipts(facts)
    yield "commands answered", facts.answers


def _received(facts: SeedFacts) -> Iterable[tuple[str, int]]:
    asked = [one for one in facts.revisions if one.counts]
    heard = (len(one.wanted.heard) for one in asked if one.wanted.cause is Cause.ANSWER)
    yield "comments and reviews taken up", sum(heard)
    yield "red CI taken up", sum(one.wanted.cause is Cause.REPAIR for one in asked)
    yield "pushes of others taken up", sum(one.wanted.cause is Cause.ADOPT for one in asked)
    yield "merges", sum(_ending(one) is Ending.MERGED for one in facts.entries)
    yield "merges taken back", sum(one.key.endswith("/revert") for one in facts.entries)
    yield "reasons for a closing", sum("/why-" in one.key for one in facts.entries)


def _improved(facts: SeedFacts) -> Iterable[tuple[str, int]]:
    yield "parameters moved", sum(_moves_a_value(one) for one in facts.tuning)
    yield "trials begun", sum(one.step is Step.STARTED for one in facts.tuning)
    yield "trials ended", sum(one.step is not Step.STARTED for one in facts.tuning)


def _moves_a_value(event: TuningEvent) -> bool:
    """Whether attempts outside of the trial are made with another value from then on."""
    back = event.step is Step.ROLLED_BACK and event.phase is Phase.WATCHING
    return event.step is Step.ADOPTED or back


def _moves(facts: SeedFacts) -> tuple[str, ...]:
    told = tuple(event_line(event) for event in facts.tuning)
    return told if any(map(_moves_a_value, facts.tuning)) else (*told, *facts.standing)


def _anchored(facts: SeedFacts) -> tuple[str, ...]:
    return (f"journal head {facts.head}",) if _receipts(facts) else ()


def _receipts(facts: SeedFacts) -> int:
    pushed = (_said(facts.story, cause, Came.PUSHED) for cause in Cause)
    return _opened(facts) + sum(pushed)


def _opened(facts: SeedFacts) -> int:
    return sum(one.key.endswith(f"/{Ending.AWAITING_REVIEW}") for one in facts.entries)


def _said(story: Iterable[StageMark], stage: str, beginning: str) -> int:
    return sum(mark.stage == stage and mark.detail.startswith(beginning) for mark in story)


def _ending(entry: Entry) -> Ending | None:
    """With what an attempt ended, if this row tells of that: a round of work on it has its own."""
    last = entry.key.rpartition("/")[2]
    return Ending(last) if last in {str(ending) for ending in FINAL} else None
