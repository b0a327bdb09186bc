"""All requests of one installation: reads are retried, writes wait their turn and are not."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.adapters.github.answers import Answer, Lost, RateLimited, Refused
from bot.adapters.github.badges import Badge
from bot.adapters.github.loop_guard import LoopGuard
from bot.adapters.github.pacer import Pacer
from bot.adapters.github.record import Record
from bot.adapters.github.wire import JSON_ACCEPT, Ask, Query, Wire
from bot.stages.github import NotAllowed, TryLater

READ_PAUSES_S = (0.5, 2.0)
GONE = (404, 410, 451)
MAX_PAGES = 200


@dataclass(frozen=True, slots=True)
class Client:
    """One installation (or token). `settle_s` is the pause before a lost write is looked for."""

    wire: Wire
    badge: Badge
    pacer: Pacer
    guard: LoopGuard
    sleep: Callable[[float], None]
    settle_s: float

    def read(self, path: str, query: Query = (), accept: str = JSON_ACCEPT) -> Answer:
        """GET, up to three times. Raises TryLater, Refused or NotAllowed."""
        return self._retried(Ask("GET", path, query, accept=accept))

    def find(self, path: str, query: Query = (), accept: str = JSON_ACCEPT) -> Answer | None:
        """GET; None when it is gone or not ours to see."""
        try:
            return self.read(path, query, accept)
        except Refused as refused:
            if refused.status in GONE:
                return None
            raise

    def record(self, path: str, query: Query = ()) -> Record | None:
        """One object; None when it is gone or not ours to see."""
        answer = self.find(path, query)
        return answer.record() if answer else None

    def pages(self, path: str, query: Query = (), key: str = "") -> tuple[Record, ...]:
        """Every object of a list, over all its pages; `key` where GitHub wraps the list."""
        found: list[Record] = []
        asked: Query = (*query, ("per_page", "100"))
        for _ in range(MAX_PAGES):
            answer = self.read(path, asked)
            found.extend(answer.records(key))
            if not answer.next_query:
                return tuple(found)
            asked = answer.next_query
        raise NotAllowed(f"GET {path} has more than {MAX_PAGES} pages")

    def graphql(self, query: str) -> Record:
        """A GraphQL query that only reads, so it is retried. Raises as `read` does."""
        return self._retried(Ask("POST", self.wire.graphql_url, body={"query": query})).record()

    def write(self, method: str, path: str, body: dict[str, object] | None, about: str) -> Answer:
        """Write once, in turn, counted against the cap of `about`. Raises Lost when unsure."""
        self.guard.count(about)
        with self.pacer.turn():
            return self._send(Ask(method, path, body=body))

    def _retried(self, ask: Ask) -> Answer:
        for pause in READ_PAUSES_S:
            try:
                return self._send(ask)
            except Lost:
                self.sleep(pause)
        try:
            return self._send(ask)
        except Lost as lost:
            raise TryLater(str(lost), 30.0) from None

    def _send(self, ask: Ask) -> Answer:
        """Send with the current credential, and once more with another after a 401."""
        self.pacer.check()
        try:
            auth = self.badge.auth()
            try:
                return self.wire.send(auth, ask)
            except Refused as refused:
                if refused.status != 401 or (fresh := self.badge.renew(auth)) is None:
                    raise
                return self.wire.send(fresh, ask)
        except RateLimited as limited:
            self.pacer.hold(limited.retry_after_s)
            raise
