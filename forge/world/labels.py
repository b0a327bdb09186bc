"""Verbs: the labels of a repository, and labels on issues and pull requests."""

from __future__ import annotations

from collections.abc import Iterable

from forge.jsontypes import JsonObject
from forge.render.repos import render_label
from forge.world.entities import Account, Issue, Label, Labeled, Repo, Unlabeled
from forge.world.subject import tell, touch
from forge.world.world import World

_FRESH_COLOUR = "ededed"
"""The colour of a label that came to be by being put on an issue."""


def create_label(
    world: World,
    actor: Account,
    repo: Repo,
    name: str,
    color: str = _FRESH_COLOUR,
    description: str | None = None,
) -> Label:
    """A new label; raises ValueError when the name is taken, without regard to case."""
    with world.lock:
        if name.lower() in repo.labels:
            raise ValueError(f"the label {name} exists")
        label = Label(world.new_id(), name, color.lower(), description)
        repo.labels[name.lower()] = label
        _tell_label(world, "created", repo, actor, label, {})
        return label


def edit_label(
    world: World,
    actor: Account,
    repo: Repo,
    label: Label,
    name: str | None = None,
    color: str | None = None,
    description: str | None = None,
) -> None:
    """Change what is not None; raises ValueError when the new name is another label's."""
    with world.lock:
        changes: JsonObject = {}
        if name is not None and name != label.name:
            if repo.labels.get(name.lower(), label) is not label:
                raise ValueError(f"the label {name} exists")
            changes["name"] = {"from": label.name}
            del repo.labels[label.name.lower()]
            label.name = name
            repo.labels[name.lower()] = label
        if color is not None and color.lower() != label.color:
            changes["color"] = {"from": label.color}
            label.color = color.lower()
        if description is not None and description != label.description:
            changes["description"] = {"from": label.description or ""}
            label.description = description
        _tell_label(world, "edited", repo, actor, label, {"changes": changes})


def delete_label(world: World, actor: Account, repo: Repo, label: Label) -> None:
    """Remove a label from the repository and from every issue."""
    with world.lock:
        del repo.labels[label.name.lower()]
        for issue in repo.issues.values():
            if label in issue.labels:
                issue.labels.remove(label)
        _tell_label(world, "deleted", repo, actor, label, {})


def find_or_create(world: World, actor: Account, repo: Repo, name: str) -> Label:
    """The label of that name, made when there is none, as GitHub does when an issue is labelled."""
    return repo.labels.get(name.lower()) or create_label(world, actor, repo, name)


def add_label(world: World, actor: Account, issue: Issue, name: str) -> None:
    """Put a label on; nothing happens when it is there already."""
    with world.lock:
        label = find_or_create(world, actor, issue.repo, name)
        if label in issue.labels:
            return
        issue.labels.append(label)
        touch(world, issue)
        app = world.app_of(actor)
        issue.timeline.append(
            Labeled(id=world.new_id(), actor=actor, at=world.now(), app=app, label=label)
        )
        shown = render_label(world.urls, issue.repo, label)
        tell(world, "labeled", issue, actor, {"label": shown})


def remove_label(world: World, actor: Account, issue: Issue, name: str) -> None:
    """Take a label off; raises KeyError when it is not on."""
    with world.lock:
        label = next((one for one in issue.labels if one.name.lower() == name.lower()), None)
        if label is None:
            raise KeyError(name)
        issue.labels.remove(label)
        touch(world, issue)
        app = world.app_of(actor)
        issue.timeline.append(
            Unlabeled(id=world.new_id(), actor=actor, at=world.now(), app=app, label=label)
        )
        shown = render_label(world.urls, issue.repo, label)
        tell(world, "unlabeled", issue, actor, {"label": shown})


def set_labels(world: World, actor: Account, issue: Issue, names: Iterable[str]) -> None:
    """Make the labels exactly these."""
    with world.lock:
        wanted = {name.lower(): name for name in names}
        for label in tuple(issue.labels):
            if label.name.lower() not in wanted:
                remove_label(world, actor, issue, label.name)
        for name in wanted.values():
            add_label(world, actor, issue, name)


def _tell_label(
    world: World, action: str, repo: Repo, actor: Account, label: Label, extra: JsonObject
) -> None:
    shown = render_label(world.urls, repo, label)
    world.emit("label", action, repo, actor, {"label": shown} | extra)
