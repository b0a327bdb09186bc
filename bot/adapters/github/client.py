"""All requests of one installation: reads are retried, writes wait their turn and are not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.adapters.github.answers import Answer, Lost, RateLimited, Refused
from bot.adapters.github.badges import Badge
from bot.adapters.github.loop_guard import LoopGuard
from bot.adapters.github.outgoing import redactions
from bot.adapters.github.pacer import Pacer
from bot.adapters.github.record import Record
from bot.adapters.github.wire import JSON_ACCEPT, Ask, Query, Wire
from bot.stages.github import NotAllowed, TryLater

if TYPE_CHECKING:
    from githubkit import BaseAuthStrategy

T = TypeVar("T")
Redacted = Callable[[str, tuple[str, ...], str], None]
"""Told what a text is about, the kinds of secrets that were taken out of it, and its digest."""

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
    redacted: Redacted

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

    def readable(self, path: str) -> Record | None:
        """One object; None when it is gone, or we may not read it."""
        try:
            return self.record(path)
        except Refused as refused:
            if refused.status != 403:
                raise
            return None

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

    def graphql(self, query: str, variables: Mapping[str, object] | None = None) -> Record:
        """A GraphQL query that only reads, so it is retried; the whole answer, errors and all.

        Raises as `read` does.
        """
        ask = self._question(query, variables or {})
        return self._repeated(lambda: self._as_us(ask, self.wire.graphql))

    def graphql_write(self, query: str, variables: Mapping[str, object], about: str) -> Record:
        """A GraphQL mutation, once, in turn; the whole answer. Raises as `write`."""
        ask = self._question(query, variables)
        return self._in_turn(ask, about, lambda: self._as_us(ask, self.wire.graphql))

    def _question(self, query: str, variables: Mapping[str, object]) -> Ask:
        body = {"query": query, "variables": dict(variables)}
        return Ask("POST", self.wire.graphql_url, body=body)

    def tail(self, path: str, most: int) -> bytes:
        """The head and the end of a download that GitHub redirects to; empty when it is gone.

        Raises TryLater, Refused or NotAllowed.
        """
        link = self._redirect(path)
        if link is None:
            return b""
        return self._repeated(lambda: self.wire.download(link, most))

    def _redirect(self, path: str) -> str | None:
        try:
            return self._repeated(lambda: self._as_us(Ask("GET", path), self.wire.redirect))
        except Refused as refused:
            if refused.status in GONE:
                return None
            raise

    def write(self, method: str, path: str, body: dict[str, object] | None, about: str) -> Answer:
        """Write once, in turn, counted against the cap of `about`. Raises Lost when unsure."""
        ask = Ask(method, path, body=body)
        return self._in_turn(ask, about, lambda: self._send(ask))

    def _in_turn(self, ask: Ask, about: str, send: Callable[[], T]) -> T:
        self.guard.count(about)
        kinds, digest = redactions(ask.body)
        if kinds:
            self.redacted(about, kinds, digest)
        with self.pacer.turn():
            return send()

    def _retried(self, ask: Ask) -> Answer:
        return self._repeated(lambda: self._send(ask))

    def _repeated(self, send: Callable[[], T]) -> T:
        for pause in READ_PAUSES_S:
            try:
                return send()
            except Lost:
                self.sleep(pause)
        try:
            return send()
        except Lost as lost:
            raise TryLater(str(lost), 30.0) from None

    def _send(self, ask: Ask) -> Answer:
        return self._as_us(ask, self.wire.send)

    def _as_us(self, ask: Ask, send: "Callable[[BaseAuthStrategy, Ask], T]") -> T:
        """Send with the current credential, and once more with another after a 401."""
        self.pacer.check()
        try:
            auth = self.badge.auth()
            try:
                return send(auth, ask)
            except Refused as refused:
                if refused.status != 401 or (fresh := self.badge.renew(auth)) is None:
                    raise
                return send(fresh, ask)
        except RateLimited as limited:
            self.pacer.hold(limited.retry_after_s)
            raise
