"""The whole bot in this process, on the forge: everything is real but the durable engine.

Webhooks go over HTTP into the real inbox, git and the REST calls to the forge, the model's calls to
its stand-in, and every command into the sandbox. Only steps and queue are in memory, so that the
power can be cut at any step; `restart` is what a new process would build on the same disk.
"""

import secrets
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

from bot.adapters.database.inbox import GroupedInboxWriter
from bot.adapters.github.doctor import NEEDED_EVENTS, NEEDED_PERMISSIONS
from bot.cli.demo.cast import cast
from bot.cli.demo.sample import BUG_BODY, BUG_TITLE, FILES, POLICY
from bot.compose import open_records
from bot.domain.subject import Repo, Subject
from bot.domain.task import Task
from bot.engine.dispatch import dispatch
from bot.engine.services import Services
from bot.engine.sweep import sweep
from bot.settings import BadSettings, read_settings
from bot.stages.model import Model
from forge.actors import Actor
from forge.model import ModelServer
from forge.server import Forge
from forge.world import entities
from forge.world.apps import create_app, install_app
from forge.world.comments import comment
from forge.world.entities import AppKey
from forge.world.issues import open_issue
from forge.world.labels import add_label, remove_label
from forge.world.people import create_repo, create_user, set_permission
from forge.world.protection import protect_branch
from tests.adapters.databases import fresh_url
from tests.engine.memory_queue import MemoryQueue
from tests.engine.power import Grid, PowerCut, Storm
from tests.engine.process import Clock, Interrupted, Machine, Servers, start
from webhooks.app import Backstage, Edge
from webhooks.receive import Receiver
from webhooks.server import EdgeServer
from webhooks.signature import Secrets

LABEL = "self-proposed"
CHECK_NAME = "ci / test"
PATIENCE_S = 120.0
KEY = AppKey()
"""One for all towns: making it takes longer than anything else in founding one."""


@dataclass
class Town:
    """A repository on the forge, the people around it, and the bot that serves it."""

    machine: Machine
    maintainer: entities.Account
    repo: entities.Repo
    installation: entities.Installation
    grid: Grid = field(default_factory=Grid)
    storm: Storm | None = None
    outages: int = 0

    def __post_init__(self) -> None:
        self.home, self.clock = self.machine.home, self.machine.clock
        self.forge, self.model = self.machine.forge, self.machine.model
        self.records, self.app = self.machine.records, self.machine.app
        self.queue = MemoryQueue(self.grid, self.clock.sleep)
        self.bot = start(self.machine)

    @property
    def services(self) -> Services:
        return self.bot.services

    def restart(self) -> None:
        """A new process on the same disk."""
        self.bot.close()
        self.bot = start(self.machine, self.storm)

    def plug_in(self, between: Callable[[Model], Model]) -> None:
        """Put something between the bot and its model, until the next restart."""
        services = self.bot.services
        self.bot.services = replace(services, model=between(services.model))

    def settle(self) -> None:
        """Until no delivery is on its way, no CI runs, and the bot has nothing left to do now."""
        deadline = monotonic() + PATIENCE_S
        while monotonic() < deadline:
            try:
                idle = self.forge.wait_idle(PATIENCE_S)
                if not (dispatch(self.services, self.queue) or self.queue.run_next(self.services)):
                    assert idle, "the forge did not come to rest"
                    return
            except PowerCut:
                self.outages += 1
                self.restart()
        raise AssertionError(f"not settled after {PATIENCE_S} s")

    def meanwhile(self, happening: Callable[[], object], call: int = 2) -> None:
        """Let something happen, and the bot hear of it, while it waits for the model's n-th answer.

        A second worker deals with the news while the first one waits.
        """

        def heard() -> None:
            happening()
            self.settle()

        self.plug_in(lambda model: Interrupted(model, call, heard))

    def sweep(self) -> None:
        """The sweep looks around, and what it finds is dealt with."""
        # Each sweep is known by its second. (GitHub would refuse an App whose clock is far ahead.)
        self.clock.sleep(2)
        sweep(self.services, self.queue, self.clock.now())
        self.settle()

    def close(self) -> None:
        self.bot.close()

    # What people do.

    def user(self, login: str, role: entities.Role) -> entities.Account:
        """Somebody with this role in the repository."""
        account = create_user(self.forge.world, login)
        set_permission(self.forge.world, self.repo, account, role)
        return account

    def issue(self, title: str = BUG_TITLE, body: str = BUG_BODY) -> entities.Issue:
        """The maintainer writes an issue."""
        return open_issue(self.forge.world, self.maintainer, self.repo, title, body)

    def label(self, issue: entities.Issue, by: entities.Account | None = None) -> None:
        add_label(self.forge.world, by or self.maintainer, issue, LABEL)

    def unlabel(self, issue: entities.Issue) -> None:
        remove_label(self.forge.world, self.maintainer, issue, LABEL)

    def labelled_issue(self) -> entities.Issue:
        issue = self.issue()
        self.label(issue)
        return issue

    def say(
        self, issue: entities.Issue, text: str, by: entities.Account | None = None
    ) -> entities.Comment:
        return comment(self.forge.world, by or self.maintainer, issue, text)

    # What people see.

    def our_comments(self, issue: entities.Issue) -> list[str]:
        """What the bot's comments on the issue say."""
        return [one.body for one in issue.comments if one.author is self.app.bot]

    def status(self, issue: entities.Issue) -> str:
        """The status comment, of which there is exactly one."""
        marker = f"<!-- evolve:status {issue.number} -->"
        (text,) = [body for body in self.our_comments(issue) if marker in body]
        return text

    def reactions(self, one: entities.Comment) -> list[str]:
        return [str(it.content) for it in one.reactions if it.user is self.app.bot]

    def pulls(self) -> list[entities.Pull]:
        """Every pull request, oldest first."""
        return sorted(self.forge.world.pulls(self.repo), key=lambda pull: pull.number)

    def pull(self) -> entities.Pull:
        """The only pull request there is."""
        (pull,) = self.pulls()
        return pull

    def file(self, path: str) -> str:
        """A file on the default branch."""
        raw = self.forge.world.git(self.repo).read_file(self.repo.default_branch, path)
        assert raw is not None, path
        return raw.decode()

    # What the bot remembers.

    @property
    def installed(self) -> Repo:
        """The repository as the bot knows it."""
        return Repo(self.repo.owner.login, self.repo.name, self.installation.id)

    def subject(self, issue: entities.Issue) -> Subject:
        return Subject(self.installed, issue.number)

    def task(self, issue: entities.Issue) -> Task:
        task = self.records.tasks.of(self.subject(issue))
        assert task is not None, "there is no such task"
        return task

    def story(self, issue: entities.Issue) -> list[str]:
        return [mark.stage for mark in self.records.tasks.story(self.task(issue).id)]


@contextmanager
def town(
    home: Path,
    actor: Actor | None = None,
    policy: str = POLICY,
    files: Mapping[str, str] | None = None,
    clock: Clock | None = None,
) -> Generator[Town]:
    """A running forge with the demo's repository, a model played by `actor`, and the bot."""
    clock, secret = clock or Clock(), secrets.token_hex(20)
    (home / "bot").mkdir(parents=True)
    url = fresh_url(home / "bot")
    settings = read_settings({"EVOLVE_HOME": str(home / "bot"), "EVOLVE_DATABASE_URL": url})
    assert not isinstance(settings, BadSettings), settings
    with ExitStack() as up:
        records = open_records(settings)
        up.callback(records.database.dispose)
        servers = Servers()
        up.callback(servers.stop)
        forge = servers.enter_context(Forge(home / "forge", clock.now))
        model = servers.enter_context(ModelServer(actor or cast()))
        writer = GroupedInboxWriter(records.database)
        backstage = Backstage({}, records.inbox.count_pending)
        edge = Edge(Receiver(writer, Secrets(secret), clock.now), backstage, writer.close)
        port = servers.enter_context(EdgeServer(edge, "127.0.0.1", 0)).port
        world = forge.world
        maintainer = create_user(world, "maintainer")
        contents = {**FILES, ".github/evolve.yml": policy, **(files or {})}
        repo = create_repo(world, maintainer, "shelf", contents)
        protect_branch(world, repo, "main", ((CHECK_NAME, forge.ci.app.id),))
        install_app(world, forge.ci.app, maintainer)
        app = create_app(
            world,
            "Evolve Bot",
            {name: entities.Level[level.upper()] for name, level in NEEDED_PERMISSIONS.items()},
            NEEDED_EVENTS,
            f"http://127.0.0.1:{port}/webhooks/github",
            secret,
            key=KEY,
        )
        installation = install_app(world, app, maintainer)
        machine = Machine(home / "bot", clock, records, forge, model, app)
        built = Town(machine, maintainer, repo, installation)
        up.callback(built.close)
        yield built
        assert built.queue.failures == []
