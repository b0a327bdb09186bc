"""What is wrong between us and GitHub, and how to mend it: for `evolve doctor`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.adapters.github.accounts import fetch_installations
from bot.adapters.github.clients import Clients
from bot.adapters.github.credentials import GITHUB_API, AppCredential, Credential, TokenCredential
from bot.adapters.github.record import Record
from bot.stages.github import NotAllowed, TryLater

NEEDED_PERMISSIONS: Mapping[str, str] = {
    "actions": "write",
    "checks": "write",
    "contents": "write",
    "issues": "write",
    "merge_queues": "write",
    "metadata": "read",
    "pull_requests": "write",
    "statuses": "read",
}
"""The least that the port's calls need, by GitHub's "Permissions required for GitHub Apps".

`merge_queues` is not in that table, for GraphQL is not: GitHub refuses to enqueue without it and
`contents: write`, and sends `merge_group` to nobody who may not read it.
"""

NEEDED_EVENTS = frozenset(
    {
        "check_run",
        "check_suite",
        "issue_comment",
        "issues",
        "merge_group",
        "pull_request",
        "pull_request_review",
        "pull_request_review_comment",
        "pull_request_review_thread",
        "push",
        "status",
    }
)

_LEVELS = ("none", "read", "write", "admin")


class Level(StrEnum):
    """How much a finding matters: a fault stops the bot, a warning makes it slow or blind."""

    GOOD = "good"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `mend` is empty when it is good."""

    level: Level
    what: str
    mend: str = ""


def probe(credential: Credential, api_url: str = GITHUB_API) -> tuple[Finding, ...]:
    """Look at everything that can be seen from here. Raises nothing: a failure is a finding."""
    clients = Clients(credential, api_url, timeout_s=10.0, sleep=lambda _: None)
    findings: list[Finding] = []
    try:
        look = (
            _app(clients, credential) if isinstance(credential, AppCredential) else _token(clients)
        )
        findings.extend(look)
    except TryLater as later:
        findings.append(Finding(Level.FAULT, str(later), f"look whether {api_url} can be reached"))
    except NotAllowed as no:
        mend = (
            "set GITHUB_TOKEN to a token that is valid"
            if isinstance(credential, TokenCredential)
            else "check GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY and this machine's clock"
        )
        findings.append(Finding(Level.FAULT, str(no), mend))
    finally:
        clients.close()
    return tuple(findings)


def _token(clients: Clients) -> Iterator[Finding]:
    who = clients.identity()
    yield Finding(Level.GOOD, f"the token acts as {who.login} (id {who.user_id})")
    yield _reach(len(clients.repositories()), "give the token access to a repository")


def _app(clients: Clients, credential: AppCredential) -> Iterator[Finding]:
    itself = clients.itself(credential)
    app = itself.read("/app").record()
    slug = app.text("slug")
    yield Finding(Level.GOOD, f"the App's key is accepted: {slug} (id {app.number('id')})")
    yield from lacking_permissions(app, "the App", app.text("html_url"))
    yield from lacking_events(app)
    yield _hook(itself.record("/app/hook/config"), app.text("html_url"))
    standing = [one for one in fetch_installations(itself) if not one.suspended]
    yield _reach(len(standing), f"install it: {app.text('html_url')}/installations/new")


def lacking_permissions(granted: Record, whose: str, where: str) -> Iterator[Finding]:
    """What the bot needs and was not granted."""
    missing = [
        f"{name}: {level}"
        for name, level in sorted(NEEDED_PERMISSIONS.items())
        if _level(granted.text("permissions", name)) < _level(level)
    ]
    if missing:
        mend = f"grant it in the App's settings and accept it in each installation ({where})"
        yield Finding(Level.FAULT, f"{whose} lacks the permission {', '.join(missing)}", mend)
    else:
        yield Finding(Level.GOOD, f"{whose} has every permission that the bot needs")


def lacking_events(app: Record) -> Iterator[Finding]:
    """Which events the App should be told of and is not; the sweep finds them late."""
    listed = app.at("events")
    missing = NEEDED_EVENTS - set(listed if isinstance(listed, list) else ())
    if missing:
        what = f"the App is not subscribed to {', '.join(sorted(missing))}"
        yield Finding(Level.WARNING, what, "subscribe to them in the App's settings")
    else:
        yield Finding(Level.GOOD, "the App is subscribed to every event that the bot uses")


def _hook(config: Record | None, where: str) -> Finding:
    if config is None or not (url := config.text("url")):
        what = "the App has no webhook address: only the sweep notices what happens"
        return Finding(
            Level.WARNING, what, f"set it to https://<your host>/webhooks/github in {where}"
        )
    if config.text("insecure_ssl") == "1" or config.number("insecure_ssl") == 1:
        return Finding(
            Level.WARNING, f"webhooks go to {url} unverified", "turn on SSL verification"
        )
    return Finding(Level.GOOD, f"webhooks go to {url}")


def _reach(count: int, mend: str) -> Finding:
    if count == 0:
        return Finding(Level.FAULT, "there is nothing the bot may work on", mend)
    return Finding(Level.GOOD, f"{count} installation(s) or repositories are within reach")


def _level(name: str) -> int:
    return _LEVELS.index(name) if name in _LEVELS else 0
