"""Towns for tests: each has a forge, a model's stand-in and a bot of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.engine.world import Town, town

Found = Callable[..., Town]


@pytest.fixture
def found(tmp_path: Path) -> Iterator[Found]:
    """Found a town: `found(actor=…, policy=…, files=…)`."""
    with ExitStack() as up:
        yield lambda **how: up.enter_context(town(tmp_path / "town", **how))
