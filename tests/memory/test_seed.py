"""The SEED record: each figure is a count of facts, and where nothing happened it says 0."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.revision import Came, Cause, Revision, Wanted
from bot.domain.seed import Period, SeedPhase
from bot.domain.subject import Subject
from bot.domain.task import Ending
from bot.domain.tuning.evidence import Figures, Side
from bot.domain.tuning.parameters import Move, Parameter
from bot.domain.tuning.trial import Phase, Step, TuningEvent
from bot.domain.wording.seed import seed_document, seed_rows
from bot.kernel.values import Kind, Sha, Usd
from bot.memory.refusals import Gate, refusals_of
from bot.memory.seed import SeedFacts, seed_of
from bot.memory.tasks import HELD, StageMark
from bot.memory.telemetry import SENT_BACK
from tests.memory.pasts import NOON, REPO, Past, entry

PERIOD = Period(NOON, NOON + timedelta(hours=8), REPO.full, "run-1")
NOTHING = SeedFacts(PERIOD)
HEAD = Sha("a" * 40)
MOVE = Move(Parameter.REVIEWED, 1, 0)

stages = st.sampled_from(
    [
        ("similar", "similar, #3"),
        (HELD, "held"),
        ("prove", SENT_BACK),
        ("propose", "filed #9"),
        ("propose", "nothing was found"),
        ("split", "part 1 is #4"),
        ("repair", "pushed: mended"),
        ("repair", "failed: not mended"),
        ("implement", "filed #9 is #4"),
    ]
)
endings = st.sampled_from([*Ending, "r1", "revert", "why-7"])


def ended(issue: int, last: str, lessons: tuple[str, ...] = ()):
    return replace(entry(issue, f"{last}: x"), key=f"{REPO.full}#{issue}/1/{last}", lessons=lessons)


def event(step: Step, phase: Phase) -> TuningEvent:
    figures = Figures(Side(30, 24, 0, Usd.of("6.00")), Side(30, 12, 0, Usd.of("9.00")), 31.5)
    ceiling = Usd.of("0.45")
    return TuningEvent(REPO.installation, 1, phase, step, MOVE, ceiling, NOON, figures, "it grew")


def test_a_period_without_anything_says_so_eight_times():
    record = seed_of(NOTHING)
    assert [one.phase for one in record.phases] == list(SeedPhase)
    assert seed_rows(record) == tuple((phase.value, "0") for phase in SeedPhase)


@given(
    st.lists(stages, max_size=5),
    st.lists(endings, max_size=5),
    st.lists(st.sampled_from(Gate), max_size=3),
    st.sets(st.sampled_from(Kind)),
    st.integers(0, 9),
)
def test_every_figure_is_a_count_of_what_happened(marks, ends, gates, kinds, deliveries):
    facts = replace(
        NOTHING,
        deliveries=deliveries,
        moved=frozenset(kinds),
        story=tuple(StageMark(1, 1, stage, detail, NOON) for stage, detail in marks),
        entries=tuple(ended(number, str(last)) for number, last in enumerate(ends)),
        refusals=tuple(
            one
            for number, gate in enumerate(gates)
            for one in refusals_of(gate, ("a", "b"), Subject(REPO, 1), 1, f"{number}", NOON)
        ),
    )
    record = seed_of(facts)
    figure = record.figure
    assert figure(SeedPhase.PERCEIVED, "webhooks read") == deliveries
    assert figure(SeedPhase.CONNECTED, "similar failures found") == sum(
        stage == "similar" for stage, _ in marks
    )
    assert figure(SeedPhase.LEARNED, "rows in the journal") == len(ends)
    assert figure(SeedPhase.LEARNED, "kinds with a new success rate") == len(kinds)
    assert sum(figure(SeedPhase.QUESTIONED, f"refused by {gate}") for gate in Gate) == len(gates)
    opened = ends.count(Ending.AWAITING_REVIEW)
    assert figure(SeedPhase.EXPANDED, "pull requests opened") == opened
    assert figure(SeedPhase.EXPANDED, "issues proposed") == marks.count(("propose", "filed #9"))
    pushed = marks.count(("repair", "pushed: mended"))
    assert figure(SeedPhase.SHARED, "receipts published") == opened + pushed
    assert figure(SeedPhase.RECEIVED, "merges") == ends.count(Ending.MERGED)
    assert figure(SeedPhase.RECEIVED, "merges taken back") == ends.count("revert")
    assert all(number.count >= 0 for phase in record.phases for number in phase.figures)
    assert all(f"'{phase}'" in str(seed_document(record)) for phase, _ in seed_rows(record))


def test_tokens_of_calls_that_were_released_were_not_read():
    past = Past()
    past.attempt("triage", "implement", endings=("merged",))
    record = seed_of(replace(NOTHING, charges=tuple(past.charges)))
    assert record.figure(SeedPhase.PERCEIVED, "tokens read") == 2 * (10 + 30 + 4)


def test_what_people_asked_for_is_counted_unless_it_was_dropped():
    asked = Revision(1, 1, 1, Wanted(Cause.ANSWER, HEAD, ("c1", "c2")), NOON, Came.PUSHED)
    dropped = replace(asked, number=2, came=Came.DROPPED)
    red = Revision(1, 1, 3, Wanted(Cause.REPAIR, HEAD), NOON)
    record = seed_of(replace(NOTHING, revisions=(asked, dropped, red)))
    assert record.figure(SeedPhase.RECEIVED, "comments and reviews taken up") == 2
    assert record.figure(SeedPhase.RECEIVED, "red CI taken up") == 1


@pytest.mark.parametrize(
    ("step", "phase", "moved"),
    [
        (Step.STARTED, Phase.TRYING, 0),
        (Step.ADOPTED, Phase.TRYING, 1),
        (Step.ROLLED_BACK, Phase.TRYING, 0),
        (Step.KEPT, Phase.WATCHING, 0),
        (Step.ROLLED_BACK, Phase.WATCHING, 1),
    ],
)
def test_a_parameter_is_moved_when_it_is_adopted_or_taken_back_and_its_figures_are_told(
    step, phase, moved
):
    facts = replace(NOTHING, tuning=(event(step, phase),), standing=("why not",))
    improved = seed_of(facts).phases[-1]
    assert improved.phase is SeedPhase.IMPROVED
    assert improved.figures[0].count == moved
    assert ("why not" in improved.told) == (moved == 0)
    if step is Step.ADOPTED:
        assert improved.told == (
            "reviewer on → off: adopted; new 24 of 30 merged for $6.00, 4.00 a dollar,"
            " old 12 of 30 merged for $9.00, 1.33 a dollar (it grew)",
        )
