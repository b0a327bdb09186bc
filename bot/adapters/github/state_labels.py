"""Our state labels on an issue or pull request: at most one, and that the right one."""

from urllib.parse import quote

from bot.adapters.github.answers import Refused
from bot.adapters.github.client import GONE, Client
from bot.adapters.github.ensure import written
from bot.adapters.github.issues import ensure_label
from bot.adapters.github.paths import issue_path
from bot.domain.labels import StateLabel, state_label
from bot.domain.subject import Subject


def ensure_state_label(client: Client, subject: Subject, state: StateLabel | None) -> None:
    """Put this label on and take our others off; labels of people are left alone."""
    on = _ours_on(client, subject)
    # First on, then off: the issue is never seen in a list without its state.
    if state is not None and state not in on.values():
        ensure_label(client, subject.repo, state.value, state.colour, state.description)
        _put_on(client, subject, state)
    for name, label in on.items():
        if label is not state:
            _take_off(client, subject, name)


def _ours_on(client: Client, subject: Subject) -> dict[str, StateLabel]:
    """Our state labels that are on, under the spelling they have in this repository."""
    names = [one.text("name") for one in client.pages(issue_path(subject, "labels"))]
    found = ((name, state_label(name)) for name in names)
    return {name: label for name, label in found if label is not None}


def _put_on(client: Client, subject: Subject, state: StateLabel) -> None:
    def look() -> bool | None:
        return True if state in _ours_on(client, subject).values() else None

    def write() -> bool:
        body: dict[str, object] = {"labels": [state.value]}
        client.write("POST", issue_path(subject, "labels"), body, str(subject))
        return True

    written(client, write, look)


def _take_off(client: Client, subject: Subject, name: str) -> None:
    def look() -> bool | None:
        return None if name in _ours_on(client, subject) else True

    def write() -> bool:
        at = issue_path(subject, "labels", quote(name, safe=""))
        try:
            client.write("DELETE", at, None, str(subject))
        except Refused as refused:
            if refused.status not in GONE:
                raise
        return True

    written(client, write, look)
