"""What a label or a command leads to: each rule as a sentence."""

from dataclasses import replace

import pytest

from bot.domain.actions import (
    Admit,
    Conclude,
    Ignore,
    Refuse,
    RejectPolicy,
    Reply,
    SetPause,
    Wait,
)
from bot.domain.commands import (
    Approve,
    Continue,
    Evolve,
    Pause,
    Plan,
    Resume,
    Retry,
    Status,
    Stop,
    Unknown,
)
from bot.domain.decide import decide
from bot.domain.facts import (
    FreshCommand,
    IssueState,
    Labelled,
)
from bot.domain.policy import Admission, Policy, ProposePolicy
from bot.domain.task import Bond, Ending, Filed, Part, Wish
from bot.kernel.authority import Authorised
from bot.kernel.values import Usd
from tests.domain.deciding import (
    AFTER,
    BEFORE,
    BROKEN,
    COMMANDS,
    ISSUE,
    LABELLED,
    MAY,
    MAY_NOT,
    NOON,
    PUBLISHED,
    PULL,
    TASK,
    UNDER_WAY,
    US,
    WRITER,
    ended,
    facts,
    told,
)

# Labels.


def test_an_issue_without_label_or_command_is_none_of_our_business():
    assert isinstance(decide(facts()), Ignore)


def test_a_label_by_a_writer_admits():
    assert decide(facts(LABELLED)) == Admit(WRITER)


def test_a_label_by_somebody_who_may_not_is_passed_over_in_silence():
    issue = replace(ISSUE, labelled=Labelled(MAY_NOT, AFTER))
    assert decide(facts(issue)) == Ignore(MAY_NOT.reason)


def test_a_label_admits_no_closed_issue():
    issue = replace(LABELLED, state=IssueState.CLOSED)
    assert isinstance(decide(facts(issue)), Ignore)


@pytest.mark.parametrize("ending", Ending)
def test_an_old_label_does_not_admit_an_ended_task_again(ending: Ending):
    assert isinstance(decide(facts(LABELLED, ended(ending))), Ignore)


@pytest.mark.parametrize("ending", Ending)
def test_a_label_put_on_again_admits_an_ended_task_again(ending: Ending):
    issue = replace(ISSUE, labelled=Labelled(MAY, AFTER))
    assert decide(facts(issue, ended(ending))) == Admit(WRITER)


def test_our_own_issue_waits_for_a_person():
    issue = replace(ISSUE, ours=True, labelled=Labelled(Authorised(US), BEFORE))
    assert isinstance(decide(facts(issue)), Ignore)


def test_our_own_issue_is_admitted_by_a_person():
    issue = replace(ISSUE, ours=True, labelled=Labelled(MAY, BEFORE))
    assert decide(facts(issue)) == Admit(WRITER)


def test_our_own_issue_admits_itself_only_where_the_repository_says_so():
    issue = replace(ISSUE, ours=True, labelled=Labelled(Authorised(US), BEFORE))
    policy = Policy(propose=ProposePolicy(admit=Admission.BOT))
    assert decide(facts(issue, policy=policy)) == Admit(US)


def test_a_label_waits_while_everything_is_paused():
    assert decide(facts(LABELLED, paused_by="olga")) == Wait("paused by olga")


def test_a_label_under_a_bad_policy_is_answered_with_the_line():
    assert decide(facts(LABELLED, policy=BROKEN)) == RejectPolicy(BROKEN)


def test_without_a_label_a_bad_policy_concerns_nobody():
    assert isinstance(decide(facts(policy=BROKEN)), Ignore)


# Commands.


@pytest.mark.parametrize("command", [Evolve(), Retry()])
@pytest.mark.parametrize("task", [None, *map(ended, Ending)])
def test_evolve_and_retry_admit_what_is_not_under_way(command, task):
    assert decide(facts(told(command), task)) == Admit(WRITER, 41)


@pytest.mark.parametrize("command", [Evolve(), Retry()])
@pytest.mark.parametrize("task", [*UNDER_WAY, PUBLISHED])
def test_evolve_and_retry_do_not_start_twice(command, task):
    action = decide(facts(told(command), task, PULL))
    assert isinstance(action, Reply)
    assert "already" in action.line


def test_continue_goes_on_with_the_amount_it_names():
    task = ended(Ending.OVER_BUDGET)
    action = decide(facts(told(Continue(Usd.of("2"))), task))
    assert action == Admit(WRITER, 41, Usd.of("2"))


@pytest.mark.parametrize(
    "task", [None, *UNDER_WAY, *(ended(one) for one in Ending if one is not Ending.OVER_BUDGET)]
)
def test_continue_allows_no_money_to_a_task_that_is_not_over_budget(task):
    assert isinstance(decide(facts(told(Continue(Usd.of("2"))), task)), Reply)


@pytest.mark.parametrize("task", [*UNDER_WAY, PUBLISHED])
def test_stop_ends_what_is_under_way_and_names_who_did(task):
    action = decide(facts(told(Stop()), task, PULL))
    assert action == Conclude(Ending.STOPPED, "Stopped by wilma.", 41)


@pytest.mark.parametrize("task", [None, *map(ended, Ending)])
def test_stop_where_nothing_runs_says_so(task):
    assert decide(facts(told(Stop()), task)) == Reply(41, "Nothing is running here.", 12)


@pytest.mark.parametrize("command", [Status(), Approve(), Unknown("dance")])
@pytest.mark.parametrize("task", [None, *UNDER_WAY, PUBLISHED, ended(Ending.FAILED)])
def test_a_question_gets_an_answer_and_changes_nothing(command, task):
    action = decide(facts(told(command), task, PULL))
    assert isinstance(action, Reply)
    assert action.line


@pytest.mark.parametrize("task", [None, *map(ended, Ending)])
def test_a_plan_is_asked_for_as_a_plan(task):
    assert decide(facts(told(Plan()), task)) == Admit(WRITER, 41, wish=Wish.PLAN)


@pytest.mark.parametrize("task", [*UNDER_WAY, PUBLISHED])
def test_a_plan_asked_for_where_work_is_open_is_the_plan_of_that_work(task):
    there = decide(facts(told(Plan()), task, PULL))
    not_yet = decide(facts(told(Plan()), replace(task, estimate=None), PULL))
    assert isinstance(there, Reply)
    assert isinstance(not_yet, Reply)
    assert "its plan is in the status comment" in there.line
    assert "its plan is told once it is made" in not_yet.line


def test_an_issue_that_was_split_is_not_split_again_until_its_text_changes():
    parts = (Part("one", "x", Filed(21, Bond.SUB_ISSUE)), Part("two", "y"))
    task = replace(ended(Ending.ANSWERED), parts=parts)
    again = decide(facts(told(Plan()), task))
    assert isinstance(again, Reply)
    assert "was split already" in again.line
    edited = replace(task, pinned="another text")
    assert decide(facts(told(Plan()), edited)) == Admit(WRITER, 41, wish=Wish.PLAN)
    suggested = replace(task, parts=(Part("one", "x"), Part("two", "y")))
    assert decide(facts(told(Plan()), suggested)) == Admit(WRITER, 41, wish=Wish.PLAN)


@pytest.mark.parametrize("task", UNDER_WAY)
def test_a_change_asked_for_while_a_plan_is_made_waits_for_the_plan(task):
    action = decide(facts(told(Evolve()), replace(task, wish=Wish.PLAN)))
    assert isinstance(action, Reply)
    assert "already being planned; comment `/evolve` once" in action.line


def test_more_money_for_a_plan_does_not_make_it_a_change():
    task = replace(ended(Ending.OVER_BUDGET), wish=Wish.PLAN)
    action = decide(facts(told(Continue(Usd.of("2"))), task))
    assert action == Admit(WRITER, 41, Usd.of("2"), Wish.PLAN)


def test_a_label_put_on_while_a_plan_was_made_asks_for_the_change_and_an_older_one_does_not():
    plan = replace(ended(Ending.ANSWERED), wish=Wish.PLAN, ended_at=AFTER + (AFTER - NOON))
    meanwhile = replace(ISSUE, labelled=Labelled(MAY, AFTER))
    assert decide(facts(meanwhile, plan)) == Admit(WRITER)
    assert isinstance(decide(facts(LABELLED, plan)), Ignore)
    change = replace(plan, wish=Wish.CHANGE)
    assert isinstance(decide(facts(meanwhile, change)), Ignore)


@pytest.mark.parametrize(("command", "pause"), [(Pause(), True), (Resume(), False)])
def test_pause_and_resume_are_done_by_whoever_may_write(command, pause: bool):
    assert decide(facts(told(command))) == SetPause(41, WRITER, pause)


def test_pausing_works_also_under_a_policy_that_cannot_be_read():
    assert decide(facts(told(Pause()), policy=BROKEN)) == SetPause(41, WRITER, pause=True)


def test_stopping_works_also_while_paused_and_under_a_bad_policy():
    action = decide(facts(told(Stop()), TASK, policy=BROKEN, paused_by="olga"))
    assert isinstance(action, Conclude)


@pytest.mark.parametrize("command", COMMANDS, ids=repr)
def test_whoever_may_not_command_is_refused_with_the_reason_whatever_they_ask(command):
    for task in (None, *UNDER_WAY, PUBLISHED, ended(Ending.OVER_BUDGET)):
        action = decide(facts(told(command, MAY_NOT), task, PULL))
        assert action == Refuse(41, MAY_NOT.reason, 12)


def test_the_oldest_unanswered_command_comes_first():
    first = FreshCommand(41, Pause(), MAY, 12)
    second = FreshCommand(42, Evolve(), MAY, 12)
    issue = replace(ISSUE, commands=(first, second))
    assert decide(facts(issue)) == SetPause(41, WRITER, pause=True)


def test_a_command_is_heard_before_the_label():
    assert isinstance(decide(facts(told(Status(), issue=LABELLED))), Reply)


def test_a_command_on_a_closed_issue_is_told_to_reopen_it():
    action = decide(facts(told(Evolve(), issue=replace(ISSUE, state=IssueState.CLOSED))))
    assert action == Reply(41, "The issue is closed; reopen it first.", 12)


def test_a_command_under_a_bad_policy_is_answered_with_the_line():
    assert decide(facts(told(Evolve()), policy=BROKEN)) == RejectPolicy(BROKEN, 41)


def test_a_command_while_paused_is_told_who_paused_it():
    action = decide(facts(told(Evolve()), paused_by="olga"))
    assert isinstance(action, Reply)
    assert "olga" in action.line
