"""Exact money and ordered enums."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.values import Risk, Usd


@pytest.mark.parametrize(
    ("dollars", "shown"),
    [
        ("2.00", "$2.00"),
        ("0.0123", "$0.0123"),
        ("0.5", "$0.50"),
        ("0.000000001", "$0.0001"),
        ("1234567.891", "$1,234,567.8910"),
        ("-0.25", "-$0.25"),
        ("0", "$0.00"),
    ],
)
def test_dollars_are_shown_with_two_or_four_decimals_and_never_as_less(dollars, shown):
    assert str(Usd.of(dollars)) == shown


@pytest.mark.parametrize("text", ["", "two", "NaN", "Infinity", "0.0000000001", "1e-10"])
def test_what_is_not_an_exact_amount_is_refused(text):
    with pytest.raises(ValueError, match="dollar"):
        Usd.of(text)


@given(st.integers(-(10**15), 10**15), st.integers(-(10**15), 10**15))
def test_sums_are_exact_and_ordered(a, b):
    assert Usd(a) + Usd(b) - Usd(b) == Usd(a)
    assert (Usd(a) < Usd(b)) == (a < b)
    assert Usd(a) * 3 == Usd(a) + Usd(a) + Usd(a)


def test_cents_are_rounded_up():
    assert Usd.of("0.001").cents() == 1
    assert Usd.of("0.02").cents() == 2


def test_risks_are_ordered_by_danger_and_not_by_spelling():
    assert max(Risk) is Risk.BREAKING
    assert sorted(Risk) == [Risk.LOW, Risk.MEDIUM, Risk.HIGH, Risk.BREAKING]
    assert Risk.HIGH.at_least(Risk.MEDIUM)
    assert not Risk.LOW.at_least(Risk.MEDIUM)
    assert Risk.LOW <= Risk.LOW
    assert Risk.HIGH >= Risk.LOW
