"""A pull request that waits for people: one reminder, and an end that was announced."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.actions import Action, AskHuman, CloseStale, Conclude, Merge, Remind, Revise, Wait
from bot.domain.decide import decide
from bot.domain.facts import PullFacts, PullState
from bot.domain.policy import Policy, StalePolicy
from bot.domain.stale import GRACE, Silence, silence
from bot.domain.task import Ending, TaskState
from bot.domain.wording.stale import LET_GO, last_word, mention, reminder, reminder_marker
from bot.kernel.ci import CiAbsent, CiPending, CiRed
from bot.kernel.merge_gate import MergePolicy
from bot.kernel.values import Breach
from tests.domain.deciding import LABELLED, NOON, PUBLISHED, PULL, READY, facts

DAY = timedelta(days=1)
WAITING = replace(PULL, gate=replace(READY, merge_policy=MergePolicy.HUMAN))
WANTED = (Breach("policy-human", "merges are left to people"),)


def after(
    days: float,
    reminded: float | None = None,
    pull: PullFacts = WAITING,
    stale: StalePolicy = StalePolicy(),  # noqa: B008
) -> Action:
    """What is done after so many days of silence; the reminder was so many days ago."""
    ago = None if reminded is None else reminded * DAY
    quiet = replace(pull, silence=Silence(NOON, days * DAY, ago))
    return decide(facts(LABELLED, PUBLISHED, quiet, policy=Policy(stale=stale)))


def test_after_a_week_of_silence_people_are_reminded_and_told_how_long_there_is():
    assert isinstance(after(6.9), AskHuman)
    action = after(7)
    assert isinstance(action, Remind)
    assert [reason.rule for reason in action.reasons] == ["policy-human"]
    assert action.left == 14 * DAY


def test_people_are_reminded_once():
    assert isinstance(after(8, reminded=1), AskHuman)
    assert isinstance(after(20.9, reminded=13.9), AskHuman)


def test_when_the_silence_goes_on_it_is_closed():
    action = after(21, reminded=14)
    assert isinstance(action, CloseStale)
    assert [reason.rule for reason in action.reasons] == ["policy-human"]


def test_what_was_not_looked_at_for_long_is_not_closed_without_a_reminder():
    late = after(100)
    assert isinstance(late, Remind)
    assert late.left == GRACE
    assert isinstance(after(106.9, reminded=6.9), AskHuman)
    assert isinstance(after(107, reminded=7), CloseStale)


@pytest.mark.parametrize("stale", [StalePolicy(remind=0), StalePolicy(remind=0, close=1)])
def test_with_remind_0_nobody_is_reminded_and_nothing_closed(stale):
    for reminded in (None, 100):
        assert isinstance(after(400, reminded, stale=stale), AskHuman)


def test_with_close_0_nothing_is_closed():
    action = after(7, stale=StalePolicy(close=0))
    assert isinstance(action, Remind)
    assert action.left is None
    assert isinstance(after(400, reminded=393, stale=StalePolicy(close=0)), AskHuman)


@pytest.mark.parametrize(
    ("pull", "otherwise"),
    [
        (PULL, Merge),
        (replace(WAITING, asked=("remark:1",)), Revise),
        (replace(WAITING, gate=replace(READY, ci=CiPending(("test",)))), Wait),
        (replace(WAITING, gate=replace(READY, paused=True)), AskHuman),
        (replace(WAITING, gate=replace(READY, author_is_our_app=False)), AskHuman),
        (replace(WAITING, gate=replace(READY, branch_is_ours=False)), AskHuman),
        (replace(WAITING, gate=replace(READY, same_repository=False)), AskHuman),
    ],
)
def test_silence_ends_nothing_that_does_not_wait_for_people_or_is_not_ours(pull, otherwise):
    for reminded in (None, 100):
        assert isinstance(after(400, reminded, pull), otherwise)


@pytest.mark.parametrize("ci", [CiAbsent(), CiRed(("test",))])
def test_a_pull_request_that_ci_does_not_speak_for_waits_for_people_too(ci):
    pull = replace(WAITING, gate=replace(READY, ci=ci))
    assert isinstance(after(7, pull=pull), Remind)


def test_while_it_is_revised_nobody_is_reminded():
    revising = replace(PUBLISHED, state=TaskState.REVISING)
    quiet = replace(WAITING, silence=Silence(NOON, 400 * DAY, 100 * DAY))
    assert isinstance(decide(facts(LABELLED, revising, quiet)), Wait)


def test_what_the_bot_closed_for_silence_is_told_as_that():
    closed = replace(WAITING, state=PullState.CLOSED, let_go=True)
    assert decide(facts(LABELLED, PUBLISHED, closed)) == Conclude(Ending.STOPPED, LET_GO)


def test_a_silence_begins_with_the_last_act_and_a_reminder_before_it_counts_no_more():
    acts = [NOON, NOON + 3 * DAY, NOON + DAY]
    now = NOON + 10 * DAY
    assert silence(acts, [NOON + 2 * DAY], now) == Silence(NOON + 3 * DAY, 7 * DAY, None)
    twice = [NOON + 4 * DAY, NOON + 8 * DAY]
    assert silence(acts, twice, now) == Silence(NOON + 3 * DAY, 7 * DAY, 2 * DAY)
    assert silence(acts, [], NOON).quiet == timedelta(), "GitHub's clock may be ahead of ours"


def test_the_reminder_mentions_who_asked_and_nobody_else():
    wanted = (Breach("objected", "ask @somebody at #7"),)
    text = reminder(reminder_marker(13, NOON), "wilma-2", 7.3 * DAY, wanted, 13.7 * DAY)
    assert text.count("@") == 2
    assert "@wilma-2, this has waited for 7 days" in text
    assert "@&#8203;somebody" in text
    assert "closed in 14 days" in text
    for nobody in ("", "helper[bot]", "a b", "@x"):
        assert mention(nobody) == ""
    alone = reminder(reminder_marker(13, NOON), "", 7 * DAY, WANTED, None)
    assert "@" not in alone
    assert "\n\nThis has waited" in alone
    assert "stays open" in alone


def test_the_last_word_says_what_it_needed_and_how_to_go_on():
    text = last_word("<!-- m -->", 12, 21 * DAY, WANTED)
    assert "21 days" in text
    assert "merges are left to people" in text
    assert "`/evolve retry` on #12" in text
    assert "@" not in text
