"""The stage of the demo: a forge, a model's stand-in, and `evolve serve` as its own process."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

from bot.adapters.github.doctor import NEEDED_EVENTS, NEEDED_PERMISSIONS
from bot.cli.demo.sample import FILES
from forge.actors import Actor
from forge.model.server import ModelServer
from forge.server import Forge
from forge.world.apps import create_app, install_app
from forge.world.entities import Account, App, Level, Repo
from forge.world.labels import create_label
from forge.world.people import create_repo, create_user
from forge.world.protection import protect_branch

START_S = 60.0
STOP_S = 30.0
CHECK_NAME = "ci / test"
PASSED_ON = ("PATH", "LANG", "TZ")
"""Variables of this process that the bot's is told."""

Founding: TypeAlias = Callable[[Forge, Account], Repo]
"""Makes the repository of the story for its owner."""


class NotStarted(Exception):
    """The bot's process did not come up; the message names its log."""


@dataclass(frozen=True, slots=True)
class LiveModel:
    """The real model instead of the stand-in: a key, and another address if there is one."""

    api_key: str = field(repr=False)
    base_url: str | None


def shelf(forge: Forge, owner: Account, files: Mapping[str, str] = FILES) -> Repo:
    """The demo's own repository, with its CI as a required check."""
    world = forge.world
    repo = create_repo(world, owner, "shelf", files)
    protect_branch(world, repo, "main", ((CHECK_NAME, forge.ci.app.id),))
    return repo


class Stage:
    """A repository on the forge, the App installed, and the bot serving it.

    State lies below `home`: `forge/` holds the repositories, `bot/` is the bot's `EVOLVE_HOME`.
    `passed_on` names the variables of our environment that the bot's process gets.
    """

    def __init__(
        self,
        home: Path,
        actor: Actor,
        live: LiveModel | None = None,
        founding: Founding = shelf,
        passed_on: tuple[str, ...] = PASSED_ON,
    ) -> None:
        self.home = home
        self.bot_home = home / "bot"
        self.log = home / "bot.log"
        self.forge = Forge(home / "forge")
        self.model = ModelServer(actor)
        self._live = live
        self._founding, self._passed_on = founding, passed_on
        self._process: subprocess.Popen[bytes] | None = None
        self._up = ExitStack()

    def __enter__(self) -> Self:
        """Build the world; the bot is not running yet."""
        self.bot_home.mkdir(parents=True, exist_ok=True)
        self._up.enter_context(self.forge)
        self._up.enter_context(self.model)
        self._port = _free_port()
        world = self.forge.world
        self.maintainer: Account = create_user(world, "maintainer")
        self.repo: Repo = self._founding(self.forge, self.maintainer)
        create_label(world, self.maintainer, self.repo, "self-proposed", "1d76db")
        install_app(world, self.forge.ci.app, self.maintainer)
        self._secret = secrets.token_hex(20)
        self.app: App = create_app(
            world,
            "evolve-bot",
            {name: Level[level.upper()] for name, level in NEEDED_PERMISSIONS.items()},
            NEEDED_EVENTS,
            f"http://127.0.0.1:{self._port}/webhooks/github",
            self._secret,
        )
        install_app(world, self.app, self.maintainer)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._up.close()

    @property
    def database(self) -> Path:
        """The SQLite file the bot keeps everything in."""
        return self.bot_home / "evolve.db"

    @property
    def bot_url(self) -> str:
        """Where the bot's receiver listens."""
        return f"http://127.0.0.1:{self._port}"

    def environment(self) -> dict[str, str]:
        """What the bot's process is told. Secrets are in its environment and in no argument."""
        kept = {name: os.environ[name] for name in self._passed_on if name in os.environ}
        live = self._live
        key = live.api_key if live else self.model.api_key
        url = live.base_url if live else self.model.url
        told = {
            "GITHUB_API_URL": self.forge.api_url,
            # A story must not depend on the time of day.
            "EVOLVE_SCHEDULE": "off",
            "GITHUB_APP_ID": str(self.app.id),
            "GITHUB_APP_PRIVATE_KEY": self.app.private_key_pem,
            "GITHUB_WEBHOOK_SECRET": self._secret,
            "ANTHROPIC_API_KEY": key,
            "EVOLVE_HOME": str(self.bot_home),
            "EVOLVE_PORT": str(self._port),
        }
        return kept | told | ({"ANTHROPIC_BASE_URL": url} if url else {})

    def start(self, slot: int = 0) -> None:
        """Start `evolve serve` in a slot and wait until it is ready. Raises NotStarted."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve", "--slot", str(slot)],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_S
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise NotStarted(f"the bot did not start; its log is {self.log}")
            time.sleep(0.1)

    def kill(self) -> None:
        """End the bot as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """Ask the bot to stop, and see that it does."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def running(self) -> bool:
        """Whether the bot's process is alive."""
        return self._process is not None and self._process.poll() is None

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.bot_url}/readyz", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]
