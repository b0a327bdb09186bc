"""What works in a repository is read from the journal, by kind."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.priority import SUCCESS
from bot.kernel.values import Kind, Usd
from bot.memory.standing import KindStanding, Standing, standing_of
from tests.adapters.databases import REPO
from tests.memory.pasts import entry

KINDS = {1: Kind.FIX, 2: Kind.FIX, 3: Kind.DOCS}


def standing(*entries: object) -> Standing:
    return standing_of(REPO, entries, lambda subject: KINDS.get(subject.number))  # ty: ignore


def test_attempts_are_counted_once_and_only_when_they_are_decided():
    merged = replace(entry(1, "merged: as abc"), cost_nano=30)
    found = standing(
        replace(entry(1, "awaiting review: #4"), cost_nano=20),
        merged,
        replace(entry(2, "refused: patch"), cost_nano=5),
        entry(3, "awaiting review: #5"),
        entry(7, "merged: of a kind nobody knows"),
        replace(merged, repo="octo/other"),
    )
    assert found.kinds == (KindStanding(Kind.FIX, 1, 2, Usd(35)),)
    assert found.lines() == ("fix: 1 of 2 merged, $0.0001 in all, 67% expected",)


@pytest.mark.parametrize("kind", Kind)
def test_without_a_record_the_prior_holds(kind: Kind):
    assert Standing().success(kind) == pytest.approx(SUCCESS[kind])


@given(st.sampled_from(Kind), st.integers(0, 99), st.integers(0, 99))
def test_the_chance_follows_what_was_seen(kind, merged, lost):
    def chance(merged: int, lost: int) -> float:
        seen = KindStanding(kind, merged, merged + lost, Usd())
        return Standing((seen,)).success(kind)

    assert 0.0 < chance(merged, lost) < 1.0
    assert chance(merged + 1, lost) > chance(merged, lost) > chance(merged, lost + 1)
