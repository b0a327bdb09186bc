"""Improvement issues: what is filed was seen twice, is new, and is welcome."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from markdown_it import MarkdownIt

from bot.cli.demo.cast import DASHES
from bot.cli.demo.sample import POLICY
from bot.domain.similar.likeness import Proposal as Wish
from bot.domain.subject import Repo, Subject
from bot.engine.occasion import Dropped, Filed, NotNow, Occasion, Proposed, Proposing, WouldFile
from bot.engine.proposing import propose_for
from bot.kernel.values import Kind, Usd
from bot.memory.failures import FailedProposal
from forge.actors import HonestActor, Proposal
from forge.world.entities import Issue, StateReason
from forge.world.issues import close_issue
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.power import Log, MemorySteps, Moment, PowerCut
from tests.engine.world import Town

pytestmark = [pytest.mark.sandbox, needs_sandbox]

ROOMY = POLICY.replace("max_open: 1", "max_open: 5")
NOTED = {"shelf/notes.py": '"""Notes."""\n\n# FIXME: @octocat closes #1 <img src=x> `id`\n'}
NOTE = Proposal(
    title="The note in notes.py is older than the library",
    body="It calls for something that nobody does.",
    evidence_command="",
    finding="FIXME",
    proves="The note is gone, and a test shows why.",
    kind="refactor",
)
UNTRUE = Proposal(
    title="The first item is on page zero",
    body="`page_of(0, 10)` says 0.",
    evidence_command="python3 -c 'from shelf.paging import page_of; assert page_of(0, 10) == 1'",
    proves="A test.",
)
WORDS = "Each run of spaces in an address becomes a run of dashes"
IN_OTHER_WORDS = replace(DASHES, title=WORDS, evidence_command=f"{DASHES.evidence_command};")


@dataclass
class Bureau:
    """Where improvements are looked for, on one occasion after the other."""

    town: Town

    @property
    def repo(self) -> Repo:
        town = self.town
        return Repo(town.repo.owner.login, town.repo.name, town.installation.id)

    def look(self, key: str = "k", log: Log | None = None, **how: object) -> Proposing:
        """One occasion. Raises PowerCut."""
        occasion = Occasion(key, f"run-{key}", most=3, **how)
        steps = MemorySteps(key, log or Log(), self.town.grid, self.town.clock.sleep)
        return propose_for(steps, self.town.services, self.repo, occasion)

    def own(self) -> list[Issue]:
        town = self.town
        return [i for i in town.repo.issues.values() if i.author is town.app.bot and not i.pull]

    def close(self, issue: Issue, reason: StateReason = StateReason.NOT_PLANNED) -> None:
        town = self.town
        close_issue(town.forge.world, town.maintainer, issue, reason)


@pytest.fixture
def bureau(found: Found):
    def opened(*proposals: Proposal, policy: str = ROOMY) -> Bureau:
        return Bureau(found(actor=HonestActor((), proposals), policy=policy, files=NOTED))

    return opened


def ends_of(told: Proposing) -> tuple[object, ...]:
    assert isinstance(told, Proposed), told
    return told.ends


def reason_of(told: Proposing) -> str:
    (end,) = ends_of(told)
    assert isinstance(end, Dropped)
    return end.reason


def test_what_is_filed_was_found_and_seen_again_and_what_does_not_fail_is_not(bureau):
    place: Bureau = bureau(NOTE, UNTRUE, DASHES, IN_OTHER_WORDS)
    told = place.look()
    untrue, note, dashes, again = ends_of(told)
    assert isinstance(note, Filed)
    assert isinstance(untrue, Dropped)
    assert untrue.rule == "not-reproduced"
    assert "does not fail" in untrue.reason
    assert isinstance(dashes, Filed)
    assert isinstance(again, Dropped)
    assert "a duplicate of #2 (open)" in again.reason

    by_note, by_snippet = place.own()
    assert {label.name for label in by_note.labels} == {"self-proposed", "auto-evolution"}
    assert "Found by a tool: note at shelf/notes.py:3" in (by_note.body or "")
    assert "AssertionError: one--two" in (by_snippet.body or "")
    for told_there in (
        "A fix of impact 2 of 5 and low risk, for about $0.08",
        "Score 18.75",
        "<details>",
    ):
        assert told_there in (by_snippet.body or "")
    page = MarkdownIt("commonmark", {"html": True}).render(by_note.body or "")
    assert "<img" not in page
    assert "@octocat" not in re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL)

    charges = place.town.records.ledger.charges()
    assert {charge.scope.run for charge in charges} == {"run-k"}
    assert all(charge.scope.task < 0 for charge in charges)

    again = place.look()
    assert isinstance(again, NotNow)
    assert "this occasion has filed #2, #1 already" in again.reason
    assert len(place.town.records.ledger.charges()) == len(charges)


def test_nothing_is_filed_again_that_is_open_or_was_rejected_whatever_the_words(bureau):
    place: Bureau = bureau(DASHES)
    town = place.town
    theirs = town.issue(WORDS, DASHES.body)
    assert "a duplicate of #1 (open)" in reason_of(place.look("open"))
    place.close(theirs)
    assert "a duplicate of #1 (closed as not planned)" in reason_of(place.look("rejected"))
    assert place.own() == []
    rules = {one.rule: one.count for one in town.records.refusals.counts()}
    assert rules == {"duplicate-of-open": 1, "duplicate-of-rejected": 1}


def test_what_failed_once_is_not_proposed_in_other_words(bureau):
    place: Bureau = bureau(DASHES)
    town = place.town
    wish = Wish(Kind.FIX, WORDS, DASHES.body)
    town.records.failures.record(
        FailedProposal(
            key="f",
            subject=Subject(place.repo, 9),
            attempt=1,
            at=town.clock.now() - timedelta(days=90),
            description=wish.title,
            reason="its tests stay red",
            rules=(),
            paths=(),
            rolled_back=True,
            kind=wish.kind,
            plan=wish.plan,
            telling=True,
        )
    )
    assert "a duplicate of #9 (tried without success)" in reason_of(place.look())
    assert place.own() == []


def test_a_rejected_idea_stays_rejected_and_makes_the_quota_smaller(bureau):
    place: Bureau = bureau(DASHES, NOTE, policy=POLICY.replace("max_open: 1", "max_open: 2"))
    first = place.look("first")
    assert len(ends_of(first)) == 2
    full = place.look("full")
    assert isinstance(full, NotNow)
    assert "2 improvement issues are open" in full.reason
    for issue in place.own():
        place.close(issue)
    refused = place.look("refused")
    assert isinstance(refused, Proposed)
    assert refused.allowance.most == 1
    assert [end for end in refused.ends if not isinstance(end, Dropped)] == []


def test_a_dry_occasion_files_nothing_and_the_cap_of_a_run_holds(bureau):
    place: Bureau = bureau(DASHES)
    capped = place.look("capped", cap=Usd.of("0.000001"))
    assert isinstance(capped, NotNow)
    assert capped.fault
    assert "cap: run" in capped.reason
    assert place.town.records.ledger.total() == Usd()

    (would,) = ends_of(place.look("dry", dry=True))
    assert isinstance(would, WouldFile)
    assert "AssertionError: one--two" in would.body
    assert place.own() == []
    assert "auto-evolution" not in {label.name for label in place.town.repo.labels.values()}
    assert place.town.records.ledger.total() > Usd()


def test_the_power_fails_at_every_step_and_one_issue_is_filed(bureau):
    place: Bureau = bureau(DASHES)
    town, log = place.town, Log()
    town.grid.at_every_step = Moment.BEFORE_KEEPING
    for _ in range(30):
        try:
            told = place.look(log=log)
        except PowerCut:
            town.restart()
        else:
            break
    assert isinstance(told, Proposed)
    assert len(town.grid.happened) > 5
    assert told.filed == (1,)
    assert [issue.title for issue in place.own()] == [DASHES.title]
