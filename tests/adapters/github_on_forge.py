"""The adapter as an App on a running forge: a new repository, issue and adapter for each test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.adapters.github.adapter import RestGitHub
from bot.adapters.github.clients import Clients
from bot.adapters.github.credentials import AppCredential
from bot.adapters.github.pacer import UNPACED
from bot.domain.subject import Repo, Subject
from bot.kernel.authority import Actor
from bot.kernel.ci import CiGreen
from bot.kernel.merge_gate import MergeFacts, MergePermit, MergePolicy, merge_gate
from bot.kernel.patch_gate import PatchAccepted
from bot.kernel.proof import Strength
from bot.kernel.values import Kind, Risk, Sha
from forge.server import Forge
from forge.world import apps, entities, issues, people, pushes
from forge.world.world import World

WRITE, READ = entities.Level.WRITE, entities.Level.READ
PERMISSIONS = {
    "actions": WRITE,
    "contents": WRITE,
    "issues": WRITE,
    "pull_requests": WRITE,
    "checks": WRITE,
    "merge_queues": WRITE,
    "statuses": READ,
}
KEY = entities.AppKey()
"""One for all towns: making it takes a tenth of a second."""
MARKER = "<!-- evolve:status -->"


@dataclass
class Clock:
    """Seconds that pass only when a test says so."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Town:
    """One forge with an organisation, a person who may write, and our App installed on all."""

    forge: Forge
    org: entities.Account
    ada: entities.Account
    app: entities.App
    installation: entities.Installation
    count: int = 0

    @property
    def world(self) -> World:
        return self.forge.world


@dataclass
class Place:
    """One repository in a town with one issue, and the adapter that works there."""

    town: Town
    repo: entities.Repo
    issue: entities.Issue
    clients: Clients
    clock: Clock
    github: RestGitHub = field(init=False)

    def __post_init__(self) -> None:
        self.github = RestGitHub(self.clients)

    @property
    def world(self) -> World:
        return self.town.world

    @property
    def here(self) -> Repo:
        return Repo(self.town.org.login, self.repo.name, self.town.installation.id)

    @property
    def subject(self) -> Subject:
        return Subject(self.here, self.issue.number)

    def push(self, branch: str, text: str = "changed\n") -> Sha:
        """A commit of our bot on a branch."""
        files = {"README.md": text}
        sha = pushes.push_commit_as(self.world, self.town.app.bot, self.repo, branch, files, "c")
        return Sha(sha)

    def our_comments(self) -> list[str]:
        """What our comments on the issue say."""
        return [one.body for one in self.issue.comments if one.author is self.town.app.bot]


@contextmanager
def town(root: Path) -> Iterator[Town]:
    """A running forge with its people."""
    with Forge(root) as forge:
        world = forge.world
        org = people.create_org(world, "octo")
        ada = people.create_user(world, "ada")
        app = apps.create_app(world, "Evolve Bot", PERMISSIONS, owner=org, key=KEY)
        yield Town(forge, org, ada, app, apps.install_app(world, app, org))


@contextmanager
def place(town: Town) -> Iterator[Place]:
    """A new repository with an issue of Ada's."""
    town.count += 1
    world = town.world
    name = f"hello-{town.count}"
    repo = people.create_repo(world, town.org, name, {"README.md": "hello\n"})
    people.set_permission(world, repo, town.ada, entities.Role.WRITE)
    issue = issues.open_issue(world, town.ada, repo, "a title", "a body")
    clock = Clock()
    credential = AppCredential(town.app.id, town.app.private_key_pem)
    clients = Clients(
        credential,
        town.forge.api_url,
        pace=UNPACED,
        settle_s=0,
        clock=clock,
        sleep=lambda _: None,
    )
    try:
        yield Place(town, repo, issue, clients, clock)
    finally:
        town.forge.faults.clear()
        clients.close()


def permit(sha: Sha) -> MergePermit:
    """A permit as the gate makes it when everything is in order."""
    facts = MergeFacts(
        author_is_our_app=True,
        author_id=1,
        branch_is_ours=True,
        same_repository=True,
        base_is_default=True,
        head=sha,
        tested=sha,
        strength=Strength.JUNIT,
        ci=CiGreen(("ci / test",), ("ci / test",)),
        patch=PatchAccepted(lines=1, files=("README.md",), test_paths=()),
        admission_unchanged=True,
        paused=False,
        kind=Kind.FIX,
        risk=Risk.LOW,
        merge_policy=MergePolicy.BOT,
        approvals=(),
    )
    made = merge_gate(facts)
    assert isinstance(made, MergePermit)
    return made


def actor_of(account: entities.Account) -> Actor:
    """The account as the kernel knows it."""
    return Actor(account.id, account.login, is_bot=account.kind is entities.AccountKind.BOT)
