"""One running stand-in, whose model calls a tool until it has seen two results."""

from collections.abc import Iterator

import httpx2
import pytest

from forge.model import ActorReply, Call, MessagesRequest, ModelServer, Say


class Viewer:
    """Calls the first tool until it has a result."""

    def reply(self, request: MessagesRequest) -> ActorReply:
        if request.tools and len(request.messages) < 5:
            return ActorReply((Call("view", {"path": "a.py"}),), "tool_use")
        return ActorReply((Say("Done."),), "end_turn")


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer(Viewer()) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: ModelServer) -> Iterator[httpx2.Client]:
    headers = {"x-api-key": server.api_key, "anthropic-version": "2026-10-21"}
    with httpx2.Client(base_url=server.url, headers=headers) as running:
        yield running
