"""A running forge with people, a repository and an App, and a receiver of its webhooks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forge.server import Forge
from forge.world.apps import create_app, install_app
from forge.world.entities import AppKey, Level, Role
from forge.world.people import create_repo, create_user, set_permission
from tests.forge.client import Client, Clock, Scene
from tests.forge.receiver import Receiver

PERMISSIONS = {
    "actions": Level.WRITE,
    "administration": Level.READ,
    "checks": Level.WRITE,
    "contents": Level.WRITE,
    "issues": Level.WRITE,
    "pull_requests": Level.WRITE,
    "statuses": Level.WRITE,
}
EVENTS = (
    "check_run",
    "check_suite",
    "issue_comment",
    "issues",
    "label",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "push",
    "status",
)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 1, 12, 0, tzinfo=UTC), timedelta())


@pytest.fixture
def forge(tmp_path: Path, clock: Clock) -> Iterator[Forge]:
    with Forge(tmp_path, clock.now) as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture(scope="session")
def app_key() -> AppKey:
    return AppKey()


@pytest.fixture
def scene(forge: Forge, clock: Clock, receiver: Receiver, app_key: AppKey) -> Iterator[Scene]:
    """ada owns ada/sums, bob writes, eve is a stranger; the App `helper` is installed."""
    world = forge.world
    ada, bob, eve = (create_user(world, login) for login in ("ada", "bob", "eve"))
    repo = create_repo(world, ada, "sums", {"README.md": "# sums\n"})
    set_permission(world, repo, bob, Role.WRITE)
    app = create_app(world, "Helper", PERMISSIONS, EVENTS, receiver.url, "s3cret", ada, app_key)
    with world.silently():
        installation = install_app(world, app, ada, [repo])
    with Client(forge.api_url) as client:
        yield Scene(forge, clock, receiver, client, ada, bob, eve, repo, app, installation)
