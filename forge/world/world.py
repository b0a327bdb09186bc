"""The World: one lock, one clock, all entities, and the one place where events leave."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from forge.git.repository import Repository
from forge.jsontypes import JsonObject
from forge.render.urls import Urls
from forge.world.entities import (
    Account,
    AccountKind,
    App,
    Delivery,
    Installation,
    Issue,
    Job,
    Pull,
    Repo,
    Role,
    Token,
    WorkflowRun,
)
from forge.world.events import deliveries_of

Clock = Callable[[], datetime]
OnDelivery = Callable[[Delivery], None]
OnRerun = Callable[[WorkflowRun, tuple[Job, ...], Account], None]
OnEvent = Callable[[str, str | None, "Repo | None", JsonObject], None]


def system_clock() -> datetime:
    """The real time, in UTC."""
    return datetime.now(UTC)


class World:
    """Everything the forge knows. Commits are in bare repositories below `root`.

    `on_delivery` hears of each webhook to be sent; `on_event` of each event, silent ones too, with
    (event, action, repo, payload); `on_rerun` of jobs to be run again. All are called while the
    lock is held and must not block. `afterwards` is called in the same way once the deliveries are
    sent; it may change the world.
    """

    def __init__(self, root: Path, clock: Clock = system_clock, urls: Urls | None = None) -> None:
        self.root = root
        self.clock = clock
        self.urls = urls or Urls("http://forge.invalid/api/v3", "http://forge.invalid")
        self.lock = threading.RLock()
        self.accounts: dict[str, Account] = {}
        self.repos: dict[int, Repo] = {}
        self.apps: dict[int, App] = {}
        self.installations: dict[int, Installation] = {}
        self.tokens: dict[str, Token] = {}
        self.manifest_codes: dict[str, App] = {}
        self.on_delivery: list[OnDelivery] = []
        self.on_event: list[OnEvent] = []
        self.on_rerun: list[OnRerun] = []
        self.afterwards: list[OnEvent] = []
        self._last_id = 1000
        self._silent = 0
        self._settling: set[int] = set()

    def now(self) -> datetime:
        """The world's time, cut to whole seconds as GitHub shows it."""
        return self.clock().replace(microsecond=0)

    def new_id(self) -> int:
        """A number that nothing else in this world has."""
        with self.lock:
            self._last_id += 1
            return self._last_id

    def new_number(self, repo: Repo) -> int:
        """The next number that issues and pull requests of a repository share."""
        with self.lock:
            number = repo.next_number
            repo.next_number += 1
            return number

    @contextmanager
    def silently(self) -> Generator[None]:
        """Change the world without any webhook being sent."""
        with self.lock:
            self._silent += 1
            try:
                yield
            finally:
                self._silent -= 1

    @property
    def is_silent(self) -> bool:
        """Whether somebody changes the world silently at this moment."""
        return self._silent > 0

    @contextmanager
    def settling(self, repo: Repo) -> Generator[bool]:
        """Let what waits in a repository go on, and nobody else meanwhile; False when one does."""
        with self.lock:
            first = repo.id not in self._settling
            self._settling.add(repo.id)
            try:
                yield first
            finally:
                if first:
                    self._settling.discard(repo.id)

    # ---- look-ups; each raises KeyError when there is none

    def account(self, login: str) -> Account:
        """An account by login, without regard to case."""
        return self.accounts[login.lower()]

    def repo(self, full_name: str) -> Repo:
        """A repository by `owner/name`, without regard to case."""
        wanted = full_name.lower()
        for repo in self.repos.values():
            if repo.full_name.lower() == wanted:
                return repo
        raise KeyError(full_name)

    def issue(self, repo: Repo, number: int) -> Issue:
        """An issue or the conversation half of a pull request."""
        return repo.issues[number]

    def pull(self, repo: Repo, number: int) -> Pull:
        """A pull request."""
        found = repo.issues[number].pull
        if found is None:
            raise KeyError(number)
        return found

    def pulls(self, repo: Repo) -> list[Pull]:
        """All pull requests of a repository, oldest first."""
        return [issue.pull for issue in repo.issues.values() if issue.pull is not None]

    def git(self, repo: Repo) -> Repository:
        """The bare repository that holds the commits."""
        return Repository(self.root / "git" / f"{repo.id}.git")

    def role(self, repo: Repo, account: Account | None) -> Role:
        """What an account (None: nobody signed in) may do in a repository."""
        if account is repo.owner:
            return Role.ADMIN
        public = Role.NONE if repo.private else Role.READ
        return max(public, repo.roles.get(account.id, public)) if account else public

    def app_of(self, account: Account) -> App | None:
        """The App whose bot user this account is."""
        if account.kind is not AccountKind.BOT:
            return None
        return next((app for app in self.apps.values() if app.bot is account), None)

    def installation_of(self, app: App, repo: Repo) -> Installation | None:
        """The installation through which an App reaches a repository."""
        for installation in self.installations.values():
            if installation.app is app and installation.covers(repo):
                return installation
        return None

    # ---- events

    def emit(
        self,
        event: str,
        action: str | None,
        repo: Repo,
        sender: Account,
        payload: JsonObject,
        only: App | None = None,
    ) -> None:
        """Tell the Apps that are installed on `repo` and subscribed to `event`.

        `payload` is the event's own part, rendered now, so that a late delivery shows the state of
        this moment. With `only` the event goes to that App alone, subscribed or not, as GitHub does
        with `check_suite.requested` and `check_run.rerequested`.
        """
        with self.lock:
            for listener in tuple(self.on_event):
                listener(event, action, repo, payload)
            if not self.is_silent:
                for delivery in deliveries_of(self, event, action, repo, sender, payload, only):
                    self.send(delivery)
            for follow in tuple(self.afterwards):
                follow(event, action, repo, payload)

    def send(self, delivery: Delivery) -> None:
        """Hand one delivery to whoever carries it."""
        delivery.app.deliveries.append(delivery)
        for carry in tuple(self.on_delivery):
            carry(delivery)
