"""Which blocks are shown, in which order, and how they look."""

from hypothesis import given
from hypothesis import strategies as st

from bot.stages.select.excerpts import Excerpt
from bot.stages.select.pack import CHARS_A_TOKEN, pack
from bot.stages.select.rank import Ranked
from bot.stages.select.selection import show


def ranked(path: str, chance: float, *scores: float, chars: int = 400) -> Ranked:
    found = (Excerpt(path, n * 10 + 1, n * 10 + 10, s, chars) for n, s in enumerate(scores))
    return Ranked(path, chance, tuple(found))


def test_the_best_block_of_the_likeliest_file_comes_first():
    shown = pack([ranked("a.py", 0.8, 1.0, 9.0), ranked("b.py", 0.2, 5.0)], 1_000)
    assert (shown[0].path, shown[0].start) == ("a.py", 11)


def test_blocks_are_shown_up_to_the_budget():
    shown = pack([ranked("a.py", 1.0, *([1.0] * 50), chars=400)], 1_000)
    assert len(shown) == 1_000 * CHARS_A_TOKEN // 400


def test_a_block_that_does_not_fit_leaves_room_for_a_smaller_one():
    shown = pack([ranked("a.py", 0.9, 9.0, chars=9_000), ranked("b.py", 0.1, 1.0)], 1_000)
    assert [one.path for one in shown] == ["b.py"]


def test_a_short_block_is_preferred_to_a_long_one_that_is_as_good():
    long, short = ranked("a.py", 0.5, 3.0, chars=4_000), ranked("b.py", 0.5, 3.0, chars=100)
    assert pack([short, long], 10_000)[0].path == "b.py"


def test_nothing_to_show_is_no_error():
    assert pack([], 1_000) == ()
    assert pack([Ranked("a.py", 1.0, ())], 1_000) == ()


CHANCES = st.lists(st.floats(0.01, 1.0), min_size=1, max_size=8)
SCORES = st.lists(st.floats(0.0, 50.0), min_size=1, max_size=6)


@given(chances=CHANCES, scores=SCORES, tokens=st.integers(0, 3_000))
def test_files_first_appear_as_they_are_ranked_within_the_budget(chances, scores, tokens):
    files = [ranked(f"{n}.py", c, *scores) for n, c in enumerate(sorted(chances, reverse=True))]
    shown = pack(files, tokens)
    met = list(dict.fromkeys(one.path for one in shown))
    assert met == [file.path for file in files][: len(met)]
    assert sum(one.chars for one in shown) <= tokens * CHARS_A_TOKEN
    assert len(set(shown)) == len(shown)


TEXT = "\n".join(f"line {n}" for n in range(1, 31))


def test_parts_of_a_file_say_which_lines_they_are():
    (shown,) = show([Excerpt("a.py", 21, 22, 1, 9), Excerpt("a.py", 1, 2, 1, 9)], {"a.py": TEXT})
    assert shown.text == (
        "[lines 1-2 of 30]\nline 1\nline 2\n[lines 21-22 of 30]\nline 21\nline 22"
    )


def test_parts_that_touch_become_one():
    (shown,) = show([Excerpt("a.py", 3, 4, 1, 9), Excerpt("a.py", 1, 2, 1, 9)], {"a.py": TEXT})
    assert shown.text.startswith("[lines 1-4 of 30]\nline 1\n")
    assert shown.text.count("[lines") == 1


def test_a_whole_file_is_shown_as_it_is():
    (shown,) = show([Excerpt("a.py", 1, 30, 1, 9)], {"a.py": TEXT})
    assert shown.text == TEXT
