"""The clients of one credential: one for each installation, made when it is first needed."""

import time
from collections.abc import Callable, Iterator
from threading import Lock, RLock
from typing import assert_never
from urllib.parse import urlsplit

from bot.adapters.github import accounts, reads
from bot.adapters.github.answers import Refused
from bot.adapters.github.badges import (
    AnonymousBadge,
    AppBadge,
    Badge,
    InstallationBadge,
    TokenBadge,
)
from bot.adapters.github.client import GONE, Client, Redacted
from bot.adapters.github.credentials import GITHUB_API, AppCredential, Credential, TokenCredential
from bot.adapters.github.loop_guard import LoopGuard
from bot.adapters.github.pacer import Pace, Pacer, pace_of
from bot.adapters.github.wire import Wire
from bot.domain.subject import Repo
from bot.stages.github import Identity, NotAllowed
from bot.stages.workspace import Remote

PUSH = {"contents": "write"}
"""All that git needs. A change to workflows needs more, and the bot makes none."""


def _untold(about: str, kinds: tuple[str, ...], digest: str) -> None:
    del about, kinds, digest


class Clients:
    """Who we are, where we are let in, and with what; safe to share between threads.

    `pace` limits the writes of each installation (None: as its GitHub asks for), `settle_s` is the
    pause before a lost write is looked for. `clock` counts seconds from any start and never goes
    back. `redacted` is told of every write that a secret was taken out of.
    """

    def __init__(
        self,
        credential: Credential,
        api_url: str = GITHUB_API,
        *,
        pace: Pace | None = None,
        settle_s: float = 2.0,
        timeout_s: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        redacted: Redacted = _untold,
    ) -> None:
        self._credential, self._settle_s = credential, settle_s
        self._pace = pace or pace_of(api_url)
        self._clock, self._sleep, self._redacted = clock, sleep, redacted
        self._wire = Wire(api_url, timeout_s)
        self._guard = LoopGuard(clock)
        self._lock = Lock()
        self._clients: dict[int, Client] = {}
        self._badges: dict[int, InstallationBadge] = {}
        self._identity_lock = RLock()
        self._identity: Identity | None = None

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def of(self, repo: Repo) -> Client:
        """The client that reaches a repository."""
        return self._client(repo.installation)

    def itself(self, app: AppCredential) -> Client:
        """The client of the App itself, for what is about the App."""
        return self._made(AppBadge(app))

    def identity(self) -> Identity:
        """Who we are (asked once)."""
        with self._identity_lock:
            if self._identity is None:
                self._identity = self._ask_identity()
            return self._identity

    def repositories(self) -> tuple[Repo, ...]:
        """Every repository that is granted to us."""
        match self._credential:
            case TokenCredential():
                return reads.fetch_token_repositories(self._client(0))
            case AppCredential() as app:
                standing = accounts.fetch_installations(self.itself(app))
                return tuple(
                    repo for one in standing if not one.suspended for repo in self._granted(one.id)
                )
            case never:
                assert_never(never)

    def remote(self, repo: Repo) -> Remote:
        """Where git works, with a token for this repository alone where we can mint one."""
        if (facts := reads.fetch_repository(self.of(repo), repo)) is None:
            raise NotAllowed(f"{repo.full} is not there, or the App is not installed on it")
        parts = urlsplit(facts.clone_url)
        if parts.scheme not in ("https", "http") or "@" in parts.netloc:
            raise NotAllowed(f"the clone address of {repo.full} is not plain HTTP")
        match self._credential:
            case TokenCredential(token):
                return Remote(facts.clone_url, token)
            case AppCredential() as app:
                badge = self._badge(app, repo.installation)
                return Remote(facts.clone_url, badge.narrowed(facts.id, PUSH))
            case never:
                assert_never(never)

    def _ask_identity(self) -> Identity:
        match self._credential:
            case AppCredential() as app:
                itself = self.itself(app)
                return accounts.app_identity(itself, self._lookers(itself))
            case TokenCredential():
                return accounts.token_identity(self._client(0))
            case never:
                assert_never(never)

    def _lookers(self, app: Client) -> Iterator[Client]:
        """Who may look up our bot user: any installation, else anybody."""
        for one in accounts.fetch_installations(app):
            if not one.suspended:
                yield self._client(one.id)
        yield self._made(AnonymousBadge())

    def _granted(self, installation: int) -> tuple[Repo, ...]:
        try:
            return reads.fetch_repositories(self._client(installation), installation)
        except Refused as refused:
            # It was deleted or suspended since the list was made.
            if refused.status != 403 and refused.status not in GONE:
                raise
            return ()

    def _client(self, installation: int) -> Client:
        match self._credential:
            case TokenCredential(token):
                key, badge = 0, TokenBadge(token)
            case AppCredential() as app:
                key, badge = installation, self._badge(app, installation)
            case never:
                assert_never(never)
        with self._lock:
            return self._clients.setdefault(key, self._made(badge))

    def _badge(self, app: AppCredential, installation: int) -> InstallationBadge:
        fresh = InstallationBadge(self._wire, app, installation, self._clock)
        with self._lock:
            return self._badges.setdefault(installation, fresh)

    def _made(self, badge: Badge) -> Client:
        pacer = Pacer(self._pace, self._clock, self._sleep)
        return Client(
            self._wire, badge, pacer, self._guard, self._sleep, self._settle_s, self._redacted
        )
