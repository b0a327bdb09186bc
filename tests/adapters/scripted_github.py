"""A GitHub that answers exactly what a test wrote down, for answers no honest server gives."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bot.adapters.github.adapter import RestGitHub
from bot.adapters.github.clients import Clients
from bot.adapters.github.credentials import TokenCredential
from bot.adapters.github.pacer import UNPACED
from bot.domain.subject import Repo, Subject

REPO = Repo("octo", "hello", 0)
SUBJECT = Subject(REPO, 7)
US = {"id": 9, "login": "evolve-bot[bot]", "type": "Bot"}


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    body: dict[str, object]
    headers: dict[str, str]


@dataclass(frozen=True)
class Says:
    """One answer; `status` 0 drops the connection without a word."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None


@dataclass
class Script:
    """`answer` is asked for each request; `asked` is what came."""

    answer: Callable[[Asked], Says]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    def count(self, method: str, path: str) -> int:
        return sum(one.method == method and one.path.split("?")[0] == path for one in self.asked)


@contextmanager
def scripted(answer: Callable[[Asked], Says]) -> Iterator[Script]:
    """Serve the script on the loopback interface."""
    script = Script(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # header and body in one packet: else each answer waits for an ACK

        def _serve(self) -> None:
            sent = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, json.loads(sent or b"{}"), headers)
            script.asked.append(asked)
            says = script.answer(asked)
            if says.status == 0:
                self.close_connection = True
                return
            body = says.raw if says.raw is not None else json.dumps(says.body).encode()
            self.send_response(says.status)
            for name, value in says.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_port}/api/v3"
    try:
        yield script
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def talking_to(answer: Callable[[Asked], Says]) -> Iterator[tuple[RestGitHub, Script]]:
    """The adapter, with a plain token, talking to a script. `/user` is answered here."""

    def with_user(asked: Asked) -> Says:
        return Says(body=US) if asked.path == "/api/v3/user" else answer(asked)

    with scripted(with_user) as script:
        clients = Clients(
            TokenCredential("t0ken"), script.url, pace=UNPACED, settle_s=0, sleep=lambda _: None
        )
        try:
            yield RestGitHub(clients), script
        finally:
            clients.close()


def route(**answers: object) -> Callable[[Asked], Says]:
    """Answers by the last part of the path; an answer is a body or what to say."""

    def answer(asked: Asked) -> Says:
        found = answers.get(asked.path.split("?")[0].rsplit("/", 1)[-1])
        return found if isinstance(found, Says) else Says(body=found)

    return answer
