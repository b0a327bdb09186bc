"""One forge for all tests of GitHub's adapter in a process, and a new repository for each test."""

from collections.abc import Iterator

import pytest

from tests.adapters.github_on_forge import Place, Town, place, town


@pytest.fixture(scope="session")
def octo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The forge with the App on it; what is changed here must be changed back."""
    with town(tmp_path_factory.mktemp("forge")) as running:
        yield running


@pytest.fixture
def at(octo: Town) -> Iterator[Place]:
    """A repository of its own."""
    with place(octo) as new:
        yield new
