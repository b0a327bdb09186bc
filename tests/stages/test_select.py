"""What the model is shown first: the files that an issue is about, within the room there is."""

import pytest

from bot.stages.select import Selection, select
from tests.adapters.repositories import Place, place

WORDS = " ".join(f"word{number}" for number in range(400))
FILES = {
    "shelf/paging.py": b"def page_count(items, per_page):\n    return items // per_page\n",
    "shelf/slugs.py": b"def slug(title):\n    return title.lower()\n",
    "tests/test_paging.py": b"from shelf.paging import page_count\n",
    "docs/long.md": f"How items are shown. {WORDS}\n".encode() * 20,
    "logo.png": b"\x89PNG\0page_count page_count page_count",
    "data.csv": b"page_count," * 50_000,
}


@pytest.fixture
def repository(tmp_path) -> Place:
    return place(tmp_path)


def chosen(repository: Place, question: str, tokens: int = 5_000, top: int = 8) -> Selection:
    return select(repository.mirror, repository.fetched({**FILES}), question, tokens, top)


def paths(selection: Selection) -> list[str]:
    return [file.path for file in selection.files]


def test_a_file_that_the_issue_names_comes_first(repository: Place):
    found = chosen(repository, "page_count is wrong, see shelf/slugs.py")
    assert paths(found)[0] == "shelf/slugs.py"


def test_a_file_with_the_words_of_the_issue_comes_before_the_others(repository: Place):
    found = paths(chosen(repository, "`page_count(21, 10)` loses a page"))
    assert set(found[:2]) == {"shelf/paging.py", "tests/test_paging.py"}


def test_what_is_shown_keeps_within_the_tokens_there_are(repository: Place):
    for tokens in (100, 500, 2_000):
        found = chosen(repository, "items shown page_count slug", tokens)
        assert sum(len(file.text) for file in found.files) <= tokens * 3.5


def test_no_more_files_are_shown_than_asked_for(repository: Place):
    assert len(chosen(repository, "items shown page_count slug", top=2).files) == 2


def test_data_is_not_shown_as_if_it_were_code(repository: Place):
    found = paths(chosen(repository, "page_count"))
    assert "logo.png" not in found
    assert "data.csv" not in found


def test_every_path_is_on_the_map_also_of_what_is_not_shown(repository: Place):
    assert set(chosen(repository, "page_count", top=1).paths) == set(FILES)


def test_the_same_question_gets_the_same_answer(repository: Place):
    assert chosen(repository, "slug of a title") == chosen(repository, "slug of a title")


@pytest.mark.parametrize("question", ["", "???", "\0", "z" * 100_000])
def test_a_question_that_says_nothing_still_gets_a_map(repository: Place, question: str):
    assert set(chosen(repository, question).paths) == set(FILES)
