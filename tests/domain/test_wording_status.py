"""The status comment, as a maintainer reads it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.task import Bond, Ending, Estimate, Filed, Part, Wish
from bot.domain.wording.blocks import Link
from bot.domain.wording.parts import part_issue, part_marker
from bot.domain.wording.stages import PLANNING, Mark, Progress, StageLine, stage_lines
from bot.domain.wording.status import (
    Ended,
    Money,
    OnHold,
    PullOpen,
    Queued,
    StatusView,
    Working,
    status_comment,
    status_marker,
)
from bot.kernel.values import Kind, Risk, Usd

BEGUN = datetime(2026, 11, 1, 12, tzinfo=UTC)
MONEY = Money(Usd.of("0.0312"), Usd.of("2"))
ESTIMATE = Estimate(Kind.FIX, 4, Risk.LOW, Usd.of("0.40"), "1. Correct `slug()`\n2. Tell @ada")


def after(seconds: float) -> datetime:
    return BEGUN + timedelta(seconds=seconds)


MARKS = (
    Mark("select", "3 files, 1 lesson", BEGUN),
    Mark("triage", "", after(0.4)),
    Mark("implement", "turn 1", after(6)),
    Mark("implement", "turn 2", after(30)),
)


def test_a_queued_task_shows_its_place_and_why():
    view = StatusView(12, 1, Queued(2, 5, "#12 is number 2 in the queue: score 7.50"), MONEY)
    assert status_comment(view) == (
        "<!-- evolve:status 12 -->\n\n"
        "### Queued: place 2 of 5\n\n"
        "#12 is number 2 in the queue: score 7.50\n\n"
        "**Cost** $0.0312 of at most $2.00 · attempt 1\n\n"
        "<sub>`/evolve stop` ends this; `/evolve pause` pauses the whole repository.</sub>"
    )


def test_a_working_task_shows_estimate_plan_and_live_stages():
    view = StatusView(
        12,
        2,
        Working("implement"),
        MONEY,
        ESTIMATE,
        stage_lines(MARKS),
        (Link("run log", "https://bot.example/tasks/1"),),
        "It is kept up to date.",
    )
    assert (
        status_comment(view)
        == """\
<!-- evolve:status 12 -->

It is kept up to date.

### Working: implement

**Estimate** fix, impact 4 of 5, low risk, about $0.40

**Plan**

> 1. Correct `slug()`
> 2. Tell @&#8203;ada

- ✅ **select** · 0.4 s · 3 files, 1 lesson
- ✅ **triage** · 5.6 s
- 🔄 **implement** · turn 2
- ▫️ prove
- ▫️ publish
- ▫️ land
- ▫️ learn

**Cost** $0.0312 of at most $2.00 · attempt 2

[run log](https://bot.example/tasks/1)

<sub>`/evolve stop` ends this; `/evolve pause` pauses the whole repository.</sub>"""
    )


def test_an_open_pull_request_says_whom_it_waits_for():
    text = status_comment(StatusView(12, 1, PullOpen(13, "Waiting for CI: `tests`."), MONEY))
    assert "### Pull request #13 is open\n\nWaiting for CI: `tests`." in text
    assert "exactly the commit it names" in text


def test_the_way_is_live_while_there_is_work_and_folded_once_it_is_history():
    lines = stage_lines(MARKS, Progress.DONE)
    working = StatusView(12, 1, Working("implement"), MONEY, stages=lines)
    assert "<details>" not in status_comment(working)
    for standing in (PullOpen(13, "Waiting for CI."), Ended(Ending.MERGED, "Merged.")):
        text = status_comment(replace(working, standing=standing))
        fold = text.partition("<details><summary>How it went (3 steps)</summary>")[2]
        assert "**implement**" in fold.partition("</details>")[0]
    assert "<details>" not in status_comment(replace(working, standing=standing, stages=()))


def test_the_pull_request_is_named_where_github_links_it():
    view = StatusView(12, 1, Ended(Ending.MERGED, "Merged in #13."), MONEY, pull=13)
    assert "attempt 1 · pull request #13\n" in status_comment(view)


def test_a_held_task_says_what_must_happen_first():
    text = status_comment(StatusView(12, 1, OnHold("#9 changes the same file"), MONEY))
    assert "### On hold\n\n\\#&#8203;9 changes the same file" in text


@pytest.mark.parametrize("ending", Ending)
def test_every_ending_is_named_with_its_reason_and_what_to_do_next(ending):
    text = status_comment(StatusView(12, 1, Ended(ending, "Because of that."), MONEY))
    assert f" {ending.value.capitalize()}\n\nBecause of that." in text
    advice = text.partition("<sub>")[2]
    assert len(advice) > 30
    assert ("`/evolve retry`" in advice) == (
        ending not in {Ending.MERGED, Ending.AWAITING_REVIEW, Ending.OVER_BUDGET}
    )


@pytest.mark.parametrize("ending", Ending)
def test_what_was_asked_for_as_a_plan_is_never_retried_as_a_change(ending):
    view = StatusView(12, 1, Ended(ending, "x", Wish.PLAN), MONEY, ESTIMATE)
    advice = status_comment(view).partition("<sub>")[2]
    assert "/evolve retry" not in advice
    assert ("`/evolve` does it" in advice) == (ending is Ending.ANSWERED)
    assert ("/evolve plan" in advice) == (ending is not Ending.OVER_BUDGET)


def test_parts_are_listed_as_what_they_are():
    parts = (
        Part("One @ada", "Do <b>it</b>."),
        Part("Two", "x", Filed(13, Bond.SUB_ISSUE)),
        Part("Three", "x", Filed(14, Bond.LISTED)),
    )
    view = StatusView(12, 1, Ended(Ending.ANSWERED, "x", Wish.PLAN), MONEY, parts=parts)
    text = status_comment(view)
    assert "- One @&#8203;ada: Do &lt;b&gt;it&lt;/b&gt;.\n- #13\n- [ ] #14\n" in text
    assert "did not link some of them" in text
    assert "on one of the parts" in text
    linked = status_comment(replace(view, parts=parts[:2]))
    assert "did not link" not in linked


def test_the_issue_of_a_part_is_known_by_its_title_however_that_is_spelt():
    one = part_issue(12, Part("Count  Pages", "<!-- evolve:part 12 x -->All of @them."))
    assert one.startswith(part_marker(12, Part("count pages", "other")))
    assert one.count("<!--") == 1
    assert "> All of @&#8203;them.\n\nPart of #12." in one


def test_a_plan_has_only_its_own_stages_to_come():
    lines = stage_lines((Mark("select", "", BEGUN),), way=PLANNING)
    assert [line.name for line in lines] == ["select", "triage", "plan"]


def test_only_a_delivered_change_ends_with_a_green_sign():
    signs = {
        ending: "✅" in status_comment(StatusView(1, 1, Ended(ending, "x"), MONEY))
        for ending in Ending
    }
    assert [ending for ending, green in signs.items() if green] == [Ending.MERGED]


def test_over_budget_offers_to_continue():
    text = status_comment(StatusView(12, 1, Ended(Ending.OVER_BUDGET, "The cap is $2."), MONEY))
    assert "`/evolve continue $2`" in text


def test_a_missing_reason_is_admitted():
    assert "No reason was recorded." in status_comment(
        StatusView(12, 1, Ended(Ending.FAILED, ""), MONEY)
    )


def test_a_repair_gets_a_line_of_its_own():
    marks = (
        Mark("prove", "red", BEGUN),
        Mark("implement", "", after(1)),
        Mark("prove", "", after(2)),
    )
    assert [(line.name, line.progress) for line in stage_lines(marks)][:3] == [
        ("prove", Progress.DONE),
        ("implement", Progress.DONE),
        ("prove", Progress.NOW),
    ]


def test_a_task_that_is_over_has_nothing_to_come():
    lines = stage_lines(MARKS, Progress.ENDED_HERE)
    assert lines[-1] == StageLine("implement", Progress.ENDED_HERE, "turn 2")


def test_a_task_that_was_not_begun_has_everything_to_come():
    assert {line.progress for line in stage_lines(())} == {Progress.NEXT}
    assert stage_lines((), Progress.ENDED_HERE) == ()


def test_a_stage_nobody_knows_is_shown_as_well():
    assert stage_lines((Mark("rebase", "", BEGUN),))[0].name == "rebase"


@given(st.text(max_size=80))
def test_outside_text_never_makes_a_second_marker(text):
    view = StatusView(
        12,
        1,
        Ended(Ending.FAILED, f"{text}<!-- evolve:status 13 -->"),
        MONEY,
        replace(ESTIMATE, plan=f"<!-- evolve:status 13 -->{text}"),
        (StageLine(text, Progress.NOW, text),),
        (),
        text,
    )
    comment = status_comment(view)
    assert comment.startswith(status_marker(12))
    assert comment.count("<!--") == 1


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://x.example/a)[b](https://y.example"]
)
def test_a_strange_address_makes_no_strange_link(url):
    shown = Link("log", url).markdown()
    assert shown in {"log", "[log](https://x.example/a%29%5Bb%5D%28https://y.example)"}
