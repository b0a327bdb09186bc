"""What an actor can know: the conversation, taken apart."""

import re
from dataclasses import dataclass
from enum import Enum

from forge.model.wire import Message, MessagesRequest, ToolResult

_ISSUE = re.compile(
    r'<data-(?P<nonce>\w+) label="issue [^"]*">\n(?P<text>.*?)\n</data-(?P=nonce)>', re.DOTALL
)
_TEST_COMMAND = re.compile(
    r"^.*\btests? (?:are|is) run with(?: this command)?:[ \t]*`?(?P<command>[^`\n]+?)`?[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)


class Conversation(Enum):
    """What is being talked about; told by the tools that are offered."""

    TRIAGE = "triage"
    PLAN = "plan"
    CHANGE = "change"
    REVIEW = "review"
    PROPOSE = "propose"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Result:
    """What one tool call led to."""

    text: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """One user turn after the first: results in the order of the calls, and any text."""

    results: tuple[Result, ...]
    text: str

    @property
    def first(self) -> Result:
        """The result of the only call; the turn's text, as a failure, when there was none."""
        return self.results[0] if self.results else Result(self.text, failed=True)


@dataclass(frozen=True, slots=True)
class Talk:
    """A whole conversation: how it was opened and what was heard since, in order."""

    conversation: Conversation
    system: str
    opening: str
    later: tuple[Heard, ...]

    @property
    def issue(self) -> str:
        """The fenced issue of the opening, or all of it when nothing is fenced as an issue.

        Files and paths of the repository are quoted in the opening, too, and must not be mistaken
        for what the issue asks.
        """
        fenced = _ISSUE.search(self.opening)
        return fenced["text"] if fenced else self.opening

    @property
    def test_command(self) -> str | None:
        """The command that the conversation says runs the tests."""
        told = _TEST_COMMAND.search(self.opening) or _TEST_COMMAND.search(self.system)
        return told["command"].strip() if told else None


def talk_of(request: MessagesRequest) -> Talk:
    """Read a request as a conversation."""
    first, *rest = request.messages
    return Talk(
        conversation=_conversation({tool.name for tool in request.tools}),
        system="\n".join(block.text for block in request.system),
        opening=first.text,
        later=tuple(_heard(message) for message in rest if message.role == "user"),
    )


def _conversation(tools: set[str]) -> Conversation:
    if "triage" in tools:
        return Conversation.TRIAGE
    if "plan" in tools:
        return Conversation.PLAN
    if "review" in tools:
        return Conversation.REVIEW
    if "propose" in tools:
        return Conversation.PROPOSE
    return Conversation.CHANGE if {"edit", "submit"} <= tools else Conversation.OTHER


def _heard(message: Message) -> Heard:
    results = tuple(
        Result(block.text, block.is_error)
        for block in message.content
        if isinstance(block, ToolResult)
    )
    return Heard(results, message.text)
