"""The model itself, without HTTP: count, answer, remember, bill."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass

from forge.model.acting import Actor
from forge.model.answer import Answer, as_json, compose
from forge.model.cache import PromptCache
from forge.model.catalogue import Usage
from forge.model.ledger import Charge, Ledger
from forge.model.model_rules import card_of
from forge.model.tokens import segments
from forge.model.wire import JsonObject, MessagesRequest


@dataclass(frozen=True, slots=True)
class Completion:
    """A billed answer."""

    answer: Answer
    message: JsonObject


class Service:
    """One organisation's model: an actor behind a cache and a ledger. `clock` is in seconds."""

    def __init__(self, actor: Actor, clock: Callable[[], float], ledger: Ledger) -> None:
        self._actor = actor
        self._ledger = ledger
        self._cache = PromptCache(clock)
        self._lock = threading.Lock()
        self._requests: list[MessagesRequest] = []

    @property
    def requests(self) -> tuple[MessagesRequest, ...]:
        """Every request that was accepted, oldest first."""
        with self._lock:
            return tuple(self._requests)

    def complete(self, request: MessagesRequest, request_id: str) -> Completion:
        """Answer an accepted request and bill it."""
        with self._lock:
            self._requests.append(request)
            answer = compose(request, self._actor.reply(request), request_id)
            prompt = segments(request)
            cached = self._cache.use(request.model, prompt)
            total = sum(segment.tokens for segment in prompt)
            usage = Usage(
                input_tokens=total - cached.read - cached.written,
                output_tokens=answer.output_tokens,
                cache_read_tokens=cached.read,
                cache_write_tokens=cached.written,
            )
            usd = card_of(request.model).price.bill(usage)
            self._ledger.add(Charge(request_id, request.model, usage, usd))
        return Completion(answer, _message(request, answer, usage, request_id))


def _message(request: MessagesRequest, answer: Answer, usage: Usage, request_id: str) -> JsonObject:
    return {
        "id": f"msg_{hashlib.sha256(request_id.encode()).hexdigest()[:24]}",
        "type": "message",
        "role": "assistant",
        "model": request.model,
        "content": [as_json(block) for block in answer.content],
        "stop_reason": answer.stop_reason,
        "stop_sequence": answer.stop_sequence,
        "usage": {
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "cache_creation_input_tokens": usage.cache_write_tokens,
            "cache_read_input_tokens": usage.cache_read_tokens,
            "cache_creation": {
                "ephemeral_5m_input_tokens": usage.cache_write_tokens,
                "ephemeral_1h_input_tokens": 0,
            },
            "service_tier": "standard",
        },
    }
