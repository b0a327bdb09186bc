"""What is shown of a long log."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.excerpt import excerpt

NOISE = "\n".join(f"step {n} is fine" for n in range(5_000))


def test_a_short_log_is_shown_whole_without_times_and_colours():
    log = "2026-11-25T10:00:00.1234567Z \x1b[31mboom\x1b[0m\n2026-11-25T10:00:01.0Z end\n"
    assert excerpt(log, 100) == "boom\nend"


def test_of_a_long_log_the_failure_and_the_end_are_shown_and_the_gaps_named():
    log = f"{NOISE}\nassert page_count(21, 10) == 3\n{NOISE}\nthe last line"
    shown = excerpt(log, 4_000)
    assert "assert page_count(21, 10) == 3" in shown
    assert shown.endswith("the last line")
    assert shown.startswith("[…]")
    assert "step 2500 is fine" not in shown


def test_where_all_of_it_fails_the_end_counts_most():
    log = "\n".join(f"error {n}" for n in range(10_000))
    shown = excerpt(log, 1_000)
    assert shown.endswith("error 9999")
    assert "error 0\n" not in shown


@given(st.lists(st.text(max_size=60) | st.just("an error"), max_size=200), st.integers(50, 2_000))
def test_it_is_never_longer_than_allowed(lines, most):
    assert len(excerpt("\n".join(lines), most)) <= most + len("\n[…]")
