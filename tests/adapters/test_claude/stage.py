"""What the adapter is asked in these tests, and who answers behind the stand-in."""

from dataclasses import replace
from decimal import Decimal

from bot.adapters.claude import ClaudeModel
from bot.stages.model import Prompt, Reply, ToolSpec
from forge.model import ActorReply, Call, Charge, MessagesRequest, ModelServer, Say

HAIKU, SONNET, OPUS = "claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5"
VIEW = ToolSpec(
    "view",
    "Show a file.",
    {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]},
)
LONG_SYSTEM = "You change code in small steps. " * 200
TIMEOUT_S = 5.0


class Viewer:
    """Looks at one file, then says what it saw."""

    def reply(self, request: MessagesRequest) -> ActorReply:
        if len(request.messages) == 1 and request.tools:
            return ActorReply((Call("view", {"path": "a.py", "größe": [1, None]}),), "tool_use")
        return ActorReply((Say("It says: " + "grüße " * 40),), "end_turn")


def prompt(model: str = HAIKU, *, system: str = "Be brief.", max_output: int = 4000) -> Prompt:
    message = {"role": "user", "content": [{"type": "text", "text": "Please look at a.py."}]}
    return Prompt(model, system, (VIEW,), (message,), max_output)


def answered(before: Prompt, reply: Reply, text: str = "x = 1") -> Prompt:
    results = [
        {"type": "tool_result", "tool_use_id": call.id, "content": text, "is_error": False}
        for call in reply.tool_calls
    ]
    turn = {"role": "user", "content": results}
    return replace(before, messages=(*before.messages, reply.message, turn))


class Bill:
    """What was billed since the test began."""

    def __init__(self, server: ModelServer) -> None:
        self._server = server
        self._before = len(server.ledger.charges)

    @property
    def charges(self) -> tuple[Charge, ...]:
        return self._server.ledger.charges[self._before :]

    @property
    def total(self) -> Decimal:
        return sum((charge.usd for charge in self.charges), Decimal(0))


def completed(model: ClaudeModel, asked: Prompt) -> Reply:
    outcome = model.complete(asked)
    assert isinstance(outcome, Reply), outcome
    return outcome
