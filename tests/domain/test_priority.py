"""The order of the queue, and the reason given for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.priority import RISK, best, score
from bot.domain.subject import Repo, Subject
from bot.domain.success import SUCCESS
from bot.domain.task import Estimate, Task, TaskState
from bot.kernel.values import Kind, Risk, Usd

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BUSY = Repo("acme", "busy", 1)
CALM = Repo("acme", "calm", 1)
OTHER = Repo("other", "tool", 2)
FIX = Estimate(Kind.FIX, 4, Risk.LOW, Usd.of("0.40"), "Correct the off-by-one.")


def task(
    number: int, repo: Repo = BUSY, estimate: Estimate | None = FIX, **changes: object
) -> Task:
    queued = Task(
        id=number,
        subject=Subject(repo, number),
        state=TaskState.QUEUED,
        pinned="",
        admitted_by=7,
        admitted_login="ada",
        admitted_at=NOW,
        attempt=1,
        cap=Usd.of(2),
        extra_budget=Usd(),
        votes=0,
        title="t",
        estimate=estimate,
    )
    return replace(queued, **changes)


def order(*tasks: Task, running: dict[Repo, int] | None = None) -> list[int]:
    return [one.task.id for one in best(tasks, NOW, running or {})]


def test_the_score_is_the_published_formula():
    waiting = task(1, admitted_at=NOW - timedelta(days=2), votes=3)
    assert score(waiting, NOW).value == pytest.approx(0.75 * 4 / (0.40 * 1) + 2 * 0.5 + 3 * 0.2)


def test_the_explanation_shows_the_whole_sum():
    waiting = task(1, admitted_at=NOW - timedelta(days=2, hours=3), votes=3)
    assert score(waiting, NOW).explanation == (
        "score 9.16: 75% likely to succeed as a fix * impact 4 / ($0.40 * low risk 1) = 7.50;"
        " +1.06 for waiting 2 days; +0.60 for 3 👍"
    )


def test_an_estimate_that_is_not_there_is_said_to_be_assumed():
    assert "assumed until it has been read" in score(task(1, estimate=None), NOW).explanation


def test_the_first_is_told_why_it_is_next():
    (first, second) = best([task(12), task(13, votes=9)], NOW, {})
    assert first.why.startswith("#13 is next: its repository's turn, score 9.30")
    assert second.why.startswith("#12 is number 2 in the queue: 1 of its repository before it")
    assert (second.place, second.of) == (2, 2)


def test_low_risk_and_high_impact_go_first():
    risky = replace(FIX, risk=Risk.HIGH)
    small = replace(FIX, impact=1)
    dear = replace(FIX, cost=Usd.of("2"))
    assert (
        order(task(1, estimate=risky), task(2, estimate=small), task(3), task(4, estimate=dear))[0]
        == 3
    )


def test_a_free_estimate_is_no_trump():
    free = replace(FIX, cost=Usd(), impact=1, risk=Risk.BREAKING)
    assert order(task(1, estimate=free), task(2)) == [2, 1]


def test_waiting_overtakes_anything_in_the_end():
    poor = Estimate(Kind.PERFORMANCE, 1, Risk.BREAKING, Usd.of("5"), "")
    old = task(1, estimate=poor, admitted_at=NOW - timedelta(days=30))
    assert order(old, task(2)) == [1, 2]


def test_votes_cannot_push_without_limit():
    assert score(task(1, votes=10_000), NOW).value == score(task(1, votes=25), NOW).value


def test_a_repository_with_nothing_running_goes_before_a_better_task_of_a_busy_one():
    assert order(task(1, votes=20), task(2, CALM), running={BUSY: 1}) == [2, 1]


def test_installations_take_turns():
    flood = [task(n, repo) for n, repo in ((1, BUSY), (2, BUSY), (3, CALM), (4, CALM))]
    assert order(*flood, task(9, OTHER)) == [1, 9, 3, 2, 4]


def test_equals_are_taken_in_the_order_they_came():
    assert order(task(3), task(1), task(2)) == [1, 2, 3]


def test_a_clock_that_went_back_does_no_harm():
    assert score(task(1, admitted_at=NOW + timedelta(days=1)), NOW) == score(task(1), NOW)


def test_every_kind_and_risk_has_its_number():
    assert set(SUCCESS) == set(Kind)
    assert set(RISK) == set(Risk)


TASKS = st.lists(
    st.builds(
        lambda number, repo, votes, days, kind, risk, impact: task(
            number,
            repo,
            Estimate(kind, impact, risk, Usd.of(1), ""),
            votes=votes,
            admitted_at=NOW - timedelta(days=days),
        ),
        st.integers(1, 10**6),
        st.sampled_from([BUSY, CALM, OTHER]),
        st.integers(0, 50),
        st.integers(0, 99),
        st.sampled_from(Kind),
        st.sampled_from(Risk),
        st.integers(1, 5),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


@given(TASKS, st.randoms())
def test_every_task_has_one_place_however_they_are_listed(tasks, random):
    ranked = best(tasks, NOW, {})
    shuffled = list(tasks)
    random.shuffle(shuffled)
    assert best(shuffled, NOW, {}) == ranked
    assert sorted(one.task.id for one in ranked) == sorted(one.id for one in tasks)
    assert [one.place for one in ranked] == list(range(1, len(tasks) + 1))


@given(TASKS)
def test_within_a_repository_the_score_decides(tasks):
    for repo in (BUSY, CALM, OTHER):
        values = [r.score.value for r in best(tasks, NOW, {}) if r.task.subject.repo == repo]
        assert values == sorted(values, reverse=True)
