"""A small stage for actors: real files, real commands, and the Messages API in between."""

import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import httpx2

from forge.actors import Actor, ActorReply, GarbageActor
from forge.model import MessagesRequest, ModelServer

Json: TypeAlias = dict[str, object]
HAIKU, OPUS = "claude-haiku-5-5", "claude-opus-5-5"
MAX_TURNS = 30
TEST_COMMAND = f"{sys.executable} test_calc.py"


def client_of(server: ModelServer) -> httpx2.Client:
    """A client that may talk to the server."""
    headers = {"x-api-key": server.api_key, "anthropic-version": "2026-10-21"}
    return httpx2.Client(base_url=server.url, headers=headers)


def tool(name: str, *fields: str) -> Json:
    properties: Json = {name: {} for name in fields}
    return {"name": name, "input_schema": {"type": "object", "properties": properties}}


TRIAGE = [tool("triage", "verdict", "kind", "plan", "impact", "risk", "estimate_usd", "note")]
CHANGE = [
    tool("view", "path", "start", "end"),
    tool("search", "pattern", "path"),
    tool("edit", "path", "old", "new"),
    tool("run", "command", "timeout_s"),
    tool("submit", "summary", "risk", "tests"),
]
PROPOSE = [tool("propose", "title", "body", "evidence_command", "impact", "risk", "proves")]


def opening(issue: str, *files: str) -> str:
    """The first message as the bot writes it: the issue fenced, then the command, then files."""
    quoted = "\n".join(f'<data-n0nce label="file">\n{text}\n</data-n0nce>' for text in files)
    return (
        f'Issue #1:\n\n<data-n0nce label="issue #1">\n{issue}\n</data-n0nce>\n\n'
        f"The tests are run with this command: {TEST_COMMAND}\n\n{quoted}"
    )


@dataclass
class Played:
    """What happened: the calls in order, the exit codes of the runs, what was said at the end."""

    calls: list[tuple[str, Json]] = field(default_factory=list)
    exits: list[int] = field(default_factory=list)
    last_words: str = ""
    blocks: list[str] = field(default_factory=list)

    @property
    def tools(self) -> list[str]:
        return [name for name, _ in self.calls]

    def arguments(self, tool: str) -> list[Json]:
        return [arguments for name, arguments in self.calls if name == tool]


@dataclass
class Stage:
    """A repository directory and a client to talk with; `verdicts` answer submissions in turn."""

    client: httpx2.Client
    root: Path
    verdicts: list[str] = field(default_factory=list)

    def play(self, first: str, tools: list[Json], model: str = OPUS) -> Played:
        """Talk until the model ends its turn, submits successfully, or goes on for too long."""
        played = Played()
        messages: list[Json] = [{"role": "user", "content": first}]
        for _ in range(MAX_TURNS):
            answer = self.ask(messages, tools, model)
            content = answer["content"]
            assert isinstance(content, list)
            played.blocks += [block["type"] for block in content]
            messages.append({"role": "assistant", "content": content})
            calls = [block for block in content if block["type"] == "tool_use"]
            if not calls:
                played.last_words = "".join(b["text"] for b in content if b["type"] == "text")
                return played
            results = [self._perform(call, played) for call in calls]
            if {"triage", "propose", "submit"} & {c["name"] for c in calls} and not any(
                result["is_error"] for result in results
            ):
                return played
            messages.append({"role": "user", "content": results})
        raise AssertionError("the actor never came to an end")

    def ask(self, messages: list[Json], tools: list[Json], model: str = OPUS) -> Json:
        """One call; anything but 200 fails the test."""
        answer = self.client.post(
            "/v1/messages",
            json={"model": model, "max_tokens": 8000, "tools": tools, "messages": messages},
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _perform(self, call: Json, played: Played) -> Json:
        name, given = str(call["name"]), call["input"]
        assert isinstance(given, dict)
        played.calls.append((name, given))
        text, failed = self._tool(name, given, played)
        return {
            "type": "tool_result",
            "tool_use_id": call["id"],
            "content": text,
            "is_error": failed,
        }

    def _tool(self, name: str, given: Mapping[str, object], played: Played) -> tuple[str, bool]:
        path = self.root / str(given.get("path"))
        match name:
            case "view":
                return _view(path, given.get("start")) if path.is_file() else ("no such file", True)
            case "edit":
                return _edit(path, str(given["old"]), str(given["new"]))
            case "run":
                command = str(given["command"]).split()
                done = subprocess.run(command, cwd=self.root, capture_output=True, check=False)
                played.exits.append(done.returncode)
                text = f"exit code {done.returncode}\n{done.stderr.decode()}"
                return text, done.returncode != 0
            case "submit":
                verdict = self.verdicts.pop(0) if self.verdicts else ""
                return verdict or "It holds.", bool(verdict)
            case "triage" | "propose":
                return "Noted.", False
            case _:
                return f"There is no tool `{name}`.", True


def _view(path: Path, start: object, page: int = 12) -> tuple[str, bool]:
    first = start if isinstance(start, int) else 1
    lines = path.read_text().splitlines()
    shown = [f"{n:>6}\t{line}" for n, line in enumerate(lines, 1)][first - 1 : first - 1 + page]
    if first - 1 + page < len(lines):
        shown.append(f"[... {len(lines)} lines in all; go on with start={first + page} ...]")
    return "\n".join(shown), False


def _edit(path: Path, old: str, new: str) -> tuple[str, bool]:
    if not old:
        if path.exists():
            return "it exists", True
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(new)
        return "Created.", False
    text = path.read_text()
    if len(re.findall(re.escape(old), text)) != 1:
        return "`old` must occur exactly once", True
    path.write_text(text.replace(old, new))
    return "Replaced.", False


PutOn: TypeAlias = Callable[..., Stage]


class Understudy:
    """Whoever is on at the moment: one server serves every test."""

    def __init__(self) -> None:
        self.actor: Actor = GarbageActor()
        self.heard: list[MessagesRequest] = []

    def reply(self, request: MessagesRequest) -> ActorReply:
        self.heard.append(request)
        return self.actor.reply(request)


UNDERSTUDY = Understudy()
