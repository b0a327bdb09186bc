"""Which attempts are controls."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.experiment import (
    CONTROL_EVERY,
    ROOT,
    Arm,
    Experiment,
    area_of,
    drawn,
    drawn_by,
)

experiments = st.sampled_from(list(Experiment))


@given(experiments, st.text(min_size=1, max_size=20), st.integers(0, 500))
def test_exactly_one_attempt_of_every_block_is_a_control(
    experiment: Experiment, place: str, block: int
) -> None:
    every = CONTROL_EVERY[experiment]
    arms = [drawn(experiment, place, block * every + position) for position in range(every)]
    assert arms.count(Arm.CONTROL) == 1


@given(experiments, st.integers(0, 10_000))
def test_a_draw_that_is_repeated_is_the_same(experiment: Experiment, ordinal: int) -> None:
    assert drawn(experiment, "o/r", ordinal) is drawn(experiment, "o/r", ordinal)


def test_which_of_a_block_is_the_control_cannot_be_told_from_its_place() -> None:
    positions = {
        position
        for block in range(100)
        for position in range(10)
        if drawn(Experiment.LESSONS, "o/r", block * 10 + position) is Arm.CONTROL
    }
    assert positions == set(range(10))


def test_about_half_of_the_tickets_order_the_queue_without_what_was_learned() -> None:
    controls = sum(drawn_by(f"ticket-{number}") is Arm.CONTROL for number in range(1_000))
    assert 450 < controls < 550


def test_the_area_of_a_change_is_where_most_of_its_files_lie() -> None:
    assert area_of(["src/a.py", "src/b/c.py", "docs/x.md"]) == "src"
    assert area_of(["setup.py"]) == ROOT
    assert area_of([]) == ROOT
    assert area_of(["b/x", "a/x"]) == "a"
