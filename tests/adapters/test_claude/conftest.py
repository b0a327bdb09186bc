"""A running stand-in, an adapter that talks to it, and its books."""

from collections.abc import Iterator

import pytest

from bot.adapters.claude import ClaudeModel
from forge.model import ModelServer
from tests.adapters.test_claude.stage import TIMEOUT_S, Bill, Viewer


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer(Viewer(), clock=lambda: 0.0) as running:
        yield running


@pytest.fixture(scope="module")
def model(server: ModelServer) -> Iterator[ClaudeModel]:
    adapter = ClaudeModel(server.api_key, server.url, TIMEOUT_S)
    yield adapter
    adapter.close()


@pytest.fixture
def bill(server: ModelServer) -> Bill:
    return Bill(server)
