"""A trial as the database tells it: begun, judged and ended by whoever looks, always the same."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.compose import Records
from bot.domain.experiment import Arm, Arms, Tuning
from bot.domain.policy import NO_MODEL, LearnPolicy, ModelPolicy, Policy, Switch
from bot.domain.subject import Repo, Subject
from bot.domain.task import Task
from bot.domain.tuning.evidence import Figures
from bot.domain.tuning.parameters import Move, Parameter, value_of
from bot.domain.tuning.trial import Phase, Running, Step, TuningEvent
from bot.domain.watch import Outcome, Watch
from bot.domain.wording.tuning import event_line
from bot.engine.tuning import DECIDED_LEAST, settle_tuning, tuned
from bot.kernel.budget import Caps, Usage
from bot.kernel.values import Kind, Risk, Sha, Usd
from bot.memory.assignments import Assignment
from bot.memory.ledger import Reservation, Scope
from bot.memory.tuning import journal_key
from tests.adapters.databases import NOW
from tests.cli.commands import REPO, admitted, records_in
from tests.memory.pasts import entry

TREATED = Arms(Arm.TREATED, Arm.TREATED, Arm.TREATED)
LOTS = Usd.of(1_000_000)
CAPS = Caps(LOTS, LOTS, LOTS, LOTS, LOTS, LOTS)
OTHER = Repo("octo", "other", REPO.installation)
STRANGER = Repo("acme", "hello", 99)

Fate = Callable[[Assignment], str]


def merges(of: Assignment) -> str:
    return "merged"


@dataclass
class Life:
    """Attempts of an installation, one after another, an hour each."""

    records: Records
    policy: Policy = field(default_factory=Policy)
    now: datetime = NOW
    issue: int = 0

    def attempt(self, fate: Fate = merges, repo: Repo = REPO, dollars: str = "0.30") -> Assignment:
        """Assigned as the engine does it, then paid, and over as `fate` has it."""
        self.issue += 1
        self.now += timedelta(hours=1)
        task = admitted(self.records, self.issue, repo, self.now)
        kept = self.assigned(task)
        self.pay(task, dollars)
        ending = fate(kept)
        if ending:
            self.end(task, ending)
        return kept

    def assigned(self, task: Task) -> Assignment:
        assignments, subject = self.records.assignments, task.subject
        ordinal = assignments.next_ordinal(subject)
        given = tuned(self.records.tunings, self.policy, subject.repo, ordinal, TREATED, self.now)
        made = Assignment(
            task=task.id,
            attempt=1,
            subject=subject,
            ordinal=ordinal,
            at=self.now,
            kind=Kind.FIX,
            area="src",
            risk=Risk.LOW,
            expected=Usd.of("0.25"),
            arms=TREATED,
            tuning=given.tuning,
            trial=given.trial,
        )
        return assignments.record(made)

    def pay(self, task: Task, dollars: str) -> None:
        scope = Scope(task.subject.repo, task.id, 1, "run")
        ledger = self.records.ledger
        ledger.reserve(
            Reservation(f"{task.id}", scope, "m", "implement", Usd.of(1), self.now), CAPS
        )
        ledger.settle(f"{task.id}", Usd.of(dollars), Usage(10, 2))

    def end(self, task: Task, ending: str) -> None:
        told = entry(task.subject.number, f"{ending}: because")
        key = journal_key(task.subject, 1, ending)
        repo = task.subject.repo.full
        self.records.journal.append(replace(told, key=key, repo=repo, timestamp=self.now))

    def watch(self, task: int, outcome: Outcome) -> None:
        subject = Subject(REPO, self.issue)
        watch = Watch(task, 1, subject, 1, Sha("a" * 40), Sha("b" * 40), self.now)
        self.records.watches.begin(watch)
        if outcome is not Outcome.WATCHING:
            self.records.watches.end(watch, outcome)

    @property
    def events(self):
        return self.records.tunings.events(REPO.installation)

    @property
    def steps(self) -> list[Step]:
        return [event.step for event in self.events]

    def look(self):
        return settle_tuning(self.records.tunings, REPO.installation, self.now)

    def warmed_up(self) -> "Life":
        for _ in range(DECIDED_LEAST):
            assert self.attempt().trial == ""
        return self


@pytest.fixture
def life(tmp_path: Path):
    records = records_in(tmp_path)
    yield Life(records)
    records.database.dispose()


def pays(of: Assignment) -> str:
    """Only what has the new value is merged."""
    return "merged" if of.tuning != Tuning() else "failed"


def test_nothing_is_tried_before_enough_attempts_are_decided(life):
    for _ in range(DECIDED_LEAST):
        life.attempt(lambda _: "")
    assert life.attempt().trial == ""
    assert life.events == ()


def test_a_trial_begins_with_what_attempts_cost_and_its_pairs_differ_in_one_value(life):
    life.warmed_up()
    made = [life.attempt() for _ in range(8)]
    assert life.steps == [Step.STARTED]
    (started,) = life.events
    assert started.ceiling == Usd.of("0.45")
    assert "$0.30 on average" in event_line(started)
    assert {one.trial for one in made} == {"1/trial"}
    parameter = started.move.parameter
    for one, other in zip(made[::2], made[1::2], strict=True):
        changed = [p for p in Parameter if value_of(one.tuning, p) != value_of(other.tuning, p)]
        assert changed == [parameter]


def test_a_value_that_pays_is_adopted_watched_and_kept(life):
    life.warmed_up()
    while life.steps[-1:] != [Step.KEPT]:
        life.attempt(pays)
        life.look()
        assert life.issue < 200
    assert life.steps == [Step.STARTED, Step.ADOPTED, Step.KEPT]
    adopted, kept = life.events[1:]
    assert adopted.figures.new.merged == adopted.figures.pairs
    assert adopted.figures.old.merged == 0
    assert kept.figures.pairs >= adopted.figures.pairs
    move = adopted.move
    assert value_of(life.look().tuning, move.parameter) == move.after
    assert "new 10 of 10 merged for $3.00, 3.33 a dollar" in event_line(adopted)


def test_what_was_adopted_and_does_not_pay_any_more_is_rolled_back(life):
    life.warmed_up()
    while life.steps[-1:] != [Step.ADOPTED]:
        life.attempt(pays)
        life.look()
    before = life.look()
    assert isinstance(before, Running)
    assert before.tuning != Tuning()
    while isinstance(standing := life.look(), Running):
        life.attempt(lambda of: "failed" if pays(of) == "merged" else "merged")
    assert standing.tuning == Tuning()
    assert life.steps == [Step.STARTED, Step.ADOPTED, Step.ROLLED_BACK]


def test_a_merge_that_is_taken_back_ends_the_trial_at_the_next_attempt(life):
    life.warmed_up()
    for _ in range(2):
        one = life.attempt()
        if one.tuning != Tuning():
            life.watch(one.task, Outcome.REVERTED)
    assert life.steps == [Step.STARTED]
    life.attempt()
    assert life.steps[:2] == [Step.STARTED, Step.ROLLED_BACK]
    assert "1 of its merges were taken back" in life.events[1].why


def test_a_merge_that_is_still_watched_is_not_decided(life):
    life.warmed_up()
    for _ in range(2):
        life.watch(life.attempt().task, Outcome.WATCHING)
    samples = life.records.tunings.samples(REPO.installation, "1/trial")
    assert [one.outcome for one in samples] == [None, None]


def test_where_the_repository_switched_it_off_the_built_in_values_hold(life):
    life.warmed_up()
    while life.steps[-1:] != [Step.ADOPTED]:
        life.attempt(pays)
        life.look()
    life.policy = Policy(learn=LearnPolicy(Switch.OFF))
    made = life.attempt()
    assert (made.tuning, made.trial) == (Tuning(), "")


def test_a_repository_without_a_reviewer_takes_no_part_in_a_trial_of_it(life):
    without = Move(Parameter.REVIEWED, 1, 0)
    ceiling, why = Usd.of("0.45"), "for the test"
    life.records.tunings.append(
        TuningEvent(
            installation=REPO.installation,
            trial=1,
            phase=Phase.TRYING,
            step=Step.STARTED,
            move=without,
            ceiling=ceiling,
            at=life.now,
            figures=Figures(),
            why=why,
        )
    )
    assert {life.attempt().tuning.reviewed for _ in range(2)} == {True, False}
    life.policy = Policy(models=ModelPolicy(review=NO_MODEL))
    made = [life.attempt() for _ in range(4)]
    assert {(one.tuning, one.trial) for one in made} == {(Tuning(), "")}


def test_pairs_are_of_one_repository_and_installations_say_nothing_of_each_other(life):
    life.warmed_up()
    assert life.attempt(repo=OTHER).trial == "1/trial"
    assert life.attempt(repo=STRANGER).trial == ""
    assert life.records.tunings.events(STRANGER.installation) == ()


def test_whoever_is_second_to_end_a_phase_is_told_what_the_first_one_said(life):
    life.warmed_up()
    life.attempt()
    (started,) = life.events
    adopted = replace(started, step=Step.ADOPTED)
    dropped = replace(started, step=Step.ROLLED_BACK)
    tunings = life.records.tunings
    assert tunings.append(adopted) == adopted
    assert tunings.append(dropped) == adopted
    assert tunings.append(adopted) == adopted
    assert life.steps == [Step.STARTED, Step.ADOPTED]
