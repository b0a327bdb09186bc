"""The power is cut at a step, and the bot goes on: nothing is lost, and nothing happens twice.

The dangerous boundary is *after* the work and before its result is kept, since then the step runs
once more on a world that it has changed already.
"""

from dataclasses import dataclass, field
from random import Random

import pytest

from bot.cli.demo.sample import POLICY
from bot.domain.task import Ending
from bot.memory.ledger import ChargeState
from bot.stages.model import CountOutcome, Model, ModelOutcome, Prompt
from forge.actors import NothingNeededActor
from forge.ci.runner import Mode
from forge.world.entities import Issue
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.outcomes import (
    books_agree,
    dollars,
    journal_tells,
    merged_exactly_once,
    nothing_is_left_behind,
)
from tests.engine.players import Hasty
from tests.engine.power import Cut, Moment, PowerCut, Storm
from tests.engine.world import Town

pytestmark = [pytest.mark.sandbox, needs_sandbox]

NO_PROPOSALS = POLICY.replace("max_open: 1", "max_open: 0")
WRITING = {
    "admission": ("round 1", "claim"),
    "asking": ("ask triage-1.1", "ask turn-1.1"),
    "changing": ("act 1", "check 2"),
    "publishing": ("commit", "push", "open pull request"),
}


def all_is_well(town: Town, issue: Issue) -> None:
    merged_exactly_once(town, issue)
    books_agree(town)
    journal_tells(town, issue, Ending.AWAITING_REVIEW, Ending.MERGED)
    nothing_is_left_behind(town)


@pytest.mark.parametrize("steps", WRITING.values(), ids=WRITING)
def test_what_was_done_and_not_kept_is_not_done_twice(found: Found, steps: tuple[str, ...]):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    town.grid.cuts.extend(Cut(step, Moment.BEFORE_KEEPING) for step in steps)
    issue = town.labelled_issue()
    town.settle()

    assert town.grid.happened == list(steps)
    all_is_well(town, issue)


def test_the_power_fails_after_every_single_step(found: Found):
    town = found(actor=Hasty())
    town.grid.at_every_step = Moment.BEFORE_KEEPING
    issue = town.labelled_issue()
    town.settle()

    assert {"claim", "commit", "push", "file 1"} <= set(town.grid.happened)
    assert town.outages == len(town.grid.happened) > 25
    all_is_well(town, issue)
    own = [i for i in town.repo.issues.values() if i.pull is None and i.author is town.app.bot]
    assert len(own) == 1, "one proposal"


def test_a_merge_that_nobody_remembers_is_not_repeated(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    town.forge.ci.mode = Mode.PAUSED
    issue = town.labelled_issue()
    town.settle()
    assert not town.pull().merged

    town.grid.cuts.append(Cut("round 1", Moment.BEFORE_KEEPING))
    town.forge.ci.mode = Mode.NORMAL
    town.settle()

    assert town.grid.happened == ["round 1"]
    all_is_well(town, issue)


@pytest.mark.parametrize("step", ["conclude", "tidy"])
def test_an_ending_is_told_once(found: Found, step: str):
    town = found(actor=NothingNeededActor("It works already."))
    town.grid.cuts.append(Cut(step, Moment.BEFORE_KEEPING))
    issue = town.labelled_issue()
    town.settle()

    assert town.grid.happened == [step]
    assert town.task(issue).ending is Ending.NOTHING_NEEDED
    assert len(town.our_comments(issue)) == 1
    assert town.story(issue).count("nothing needed") == 1
    journal_tells(town, issue, Ending.NOTHING_NEEDED)
    nothing_is_left_behind(town)


def test_the_power_fails_between_any_two_things_the_bot_does(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    town.storm = Storm(Random(1), chance=0.06)
    town.restart()
    issue = town.labelled_issue()
    town.settle()

    assert town.outages > 5
    merged_exactly_once(town, issue)
    journal_tells(town, issue, Ending.AWAITING_REVIEW, Ending.MERGED)
    # Money that was set aside for a call that then was not made counts as spent: nobody can know.
    assert town.records.ledger.total() >= dollars(town.model.ledger.total)
    assert len(town.records.ledger.charges()) >= len(town.model.ledger.charges)


@dataclass
class Unplugged:
    """A model whose answer arrives, but the process ends before anybody could read it."""

    model: Model
    cut_after: int
    answered: list[Prompt] = field(default_factory=list)

    def count_tokens(self, prompt: Prompt) -> CountOutcome:
        return self.model.count_tokens(prompt)

    def complete(self, prompt: Prompt) -> ModelOutcome:
        outcome = self.model.complete(prompt)
        self.answered.append(prompt)
        if len(self.answered) == self.cut_after:
            raise PowerCut("in mid-call")
        return outcome


def test_a_call_that_was_cut_off_counts_as_spent(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    town.plug_in(lambda model: Unplugged(model, cut_after=2))
    issue = town.labelled_issue()
    town.settle()

    assert town.outages == 1
    all_is_well(town, issue)
    open_ones = [c for c in town.records.ledger.charges() if c.state is ChargeState.OPEN]
    assert len(open_ones) == 1, "it was billed, and is kept at its worst case"
    assert open_ones[0].reserved > open_ones[0].charged
