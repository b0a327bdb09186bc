"""The `Model` port over the anthropic SDK: one attempt a call, streamed, and no exceptions."""

import ssl
from functools import cache
from typing import TYPE_CHECKING

from bot.adapters.claude.reply import MalformedMessage, read_reply
from bot.adapters.claude.request import prompt_params
from bot.stages.model import Broken, CountOutcome, ModelOutcome, Prompt, Reply

if TYPE_CHECKING:
    from anthropic.types import Message

CONNECT_SECONDS = 10.0


@cache
def _trust() -> ssl.SSLContext:
    """Whom we trust: one for all clients, as reading the certificates takes a while."""
    import httpx2

    return httpx2.create_ssl_context()


class ClaudeModel:
    """Claude through the Messages API.

    `timeout_s` is the longest silence on the wire, in seconds: a long answer keeps streaming. The
    SDK never retries, because a retry is a charge and the ledger decides on those. Without
    `base_url` the SDK's own default holds (`ANTHROPIC_BASE_URL`, then Anthropic's API).
    """

    def __init__(self, api_key: str, base_url: str | None, timeout_s: float) -> None:
        # The SDK takes most of a second to import: a process that never calls a model never pays.
        import anthropic
        import httpx2

        timeout = httpx2.Timeout(timeout_s, connect=min(timeout_s, CONNECT_SECONDS))
        self._client = anthropic.Anthropic(
            api_key=api_key,
            base_url=base_url,
            timeout=timeout,
            max_retries=0,
            http_client=anthropic.DefaultHttpxClient(timeout=timeout, verify=_trust()),
        )

    def __repr__(self) -> str:
        return f"ClaudeModel(base_url={str(self._client.base_url)!r})"

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def count_tokens(self, prompt: Prompt) -> CountOutcome:
        """Input tokens that `complete(prompt)` would be charged for. Free of charge."""
        from anthropic import APIStatusError

        from bot.adapters.claude.failures import ESCAPES, read_break, read_refusal

        try:
            counted = self._client.messages.count_tokens(**prompt_params(prompt))
            tokens = counted.input_tokens
        except APIStatusError as error:
            return read_refusal(error)
        except ESCAPES as error:
            return Broken(read_break(error).reason, maybe_billed=False)
        if isinstance(tokens, int) and tokens >= 0:
            return tokens
        return Broken("count_tokens answered without a number", maybe_billed=False)

    def complete(self, prompt: Prompt) -> ModelOutcome:
        """Answer once, streamed."""
        from anthropic import APIStatusError

        from bot.adapters.claude.failures import ESCAPES, read_break, read_refusal

        try:
            return self._stream(prompt)
        except APIStatusError as error:
            return read_refusal(error)
        except ESCAPES as error:
            return read_break(error)

    def _stream(self, prompt: Prompt) -> Reply:
        call = self._client.messages.stream(**prompt_params(prompt), max_tokens=prompt.max_output)
        with call as stream:
            finished = False
            for event in stream:
                finished = finished or event.type == "message_stop"
            if not finished:
                raise MalformedMessage("the stream ended before its message did")
            message = stream.current_message_snapshot
            return read_reply(_plain(message), _blocks(message), stream.request_id or "")


def _plain(message: "Message") -> dict[str, object]:
    """The message without its content, as JSON."""
    return message.to_dict(mode="json", warnings=False)


def _blocks(message: "Message") -> list[object]:
    """Each content block as it came over the wire, and nothing the SDK added."""
    return [
        block.to_dict(mode="json", exclude_unset=True, warnings=False) for block in message.content
    ]
