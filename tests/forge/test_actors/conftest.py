"""A repository directory, and a stage on which any actor can be put."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from forge.actors import Actor
from forge.model import ModelServer
from tests.forge.test_actors.repository import CALC, TESTS, WORKFLOW
from tests.forge.test_actors.stage import UNDERSTUDY, PutOn, Stage, client_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "calc.py").write_text(CALC)
    (tmp_path / "test_calc.py").write_text(TESTS)
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/ci.yml").write_text(WORKFLOW)
    return tmp_path


@pytest.fixture(scope="module")
def client() -> Iterator[httpx2.Client]:
    with ModelServer(UNDERSTUDY) as server, client_of(server) as running:
        yield running


@pytest.fixture
def staged(client: httpx2.Client, root: Path) -> PutOn:
    def put_on(actor: Actor, *verdicts: str) -> Stage:
        UNDERSTUDY.actor, UNDERSTUDY.heard = actor, []
        return Stage(client, root, list(verdicts))

    return put_on
