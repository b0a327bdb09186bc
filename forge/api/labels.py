"""Labels: of a repository, and on an issue or pull request."""

import json
import re
from functools import partial

from forge.api import fields
from forge.api.call import Call
from forge.api.http import ApiError, Reply, Router, invalid, not_found
from forge.api.issues import label_names
from forge.api.subject import READ, WRITE, subject
from forge.jsontypes import JsonObject
from forge.render.repos import render_label
from forge.world import labels as verbs
from forge.world.entities import Issue, Label, Role

router = Router()

_COLOUR = re.compile(r"[0-9a-fA-F]{6}")
_MOST_NAME_CHARACTERS = 50
_MOST_DESCRIPTION_CHARACTERS = 100


@router.get("/repos/{owner}/{repo}/labels", app=READ)
def list_labels(call: Call) -> Reply:
    """The labels of a repository, by name."""
    found = sorted(call.repo().labels.values(), key=lambda label: label.name.lower())
    return call.paged(found, partial(render_label, call.urls, call.repo()))


@router.post("/repos/{owner}/{repo}/labels", app=WRITE, user=Role.WRITE)
def create_label(call: Call) -> Reply:
    """A new label; 422 when the name is taken or the colour is none."""
    body = call.json()
    name = _name(body)
    if name is None:
        raise invalid("Label", "name", "missing_field")
    try:
        label = verbs.create_label(
            call.world, call.actor, call.repo(), name, _colour(body) or "ededed", _words(body)
        )
    except ValueError:
        raise invalid("Label", "name", "already_exists") from None
    shown = render_label(call.urls, call.repo(), label)
    return Reply(201, shown, {"Location": str(shown["url"])})


@router.get("/repos/{owner}/{repo}/labels/{name}", app=READ)
def get_label(call: Call) -> Reply:
    """One label of a repository."""
    return Reply(200, render_label(call.urls, call.repo(), _label(call)))


@router.patch("/repos/{owner}/{repo}/labels/{name}", app=WRITE, user=Role.WRITE)
def edit_label(call: Call) -> Reply:
    """Change a label's `new_name`, colour or description."""
    body, label = call.json(), _label(call)
    try:
        verbs.edit_label(
            call.world,
            call.actor,
            call.repo(),
            label,
            _name(body, "new_name"),
            _colour(body),
            _words(body),
        )
    except ValueError:
        raise invalid("Label", "name", "already_exists") from None
    return Reply(200, render_label(call.urls, call.repo(), label))


@router.delete("/repos/{owner}/{repo}/labels/{name}", app=WRITE, user=Role.WRITE)
def delete_label(call: Call) -> Reply:
    """Remove a label everywhere."""
    verbs.delete_label(call.world, call.actor, call.repo(), _label(call))
    return Reply.empty()


@router.get("/repos/{owner}/{repo}/issues/{number:int}/labels", app=READ)
def labels_of_issue(call: Call) -> Reply:
    """The labels on an issue."""
    issue = subject(call)
    return call.paged(issue.labels, partial(render_label, call.urls, call.repo()))


@router.post("/repos/{owner}/{repo}/issues/{number:int}/labels", app=WRITE, user=Role.TRIAGE)
def add_labels(call: Call) -> Reply:
    """Put labels on; those that do not exist are made."""
    issue = subject(call)
    for name in _given(call):
        verbs.add_label(call.world, call.actor, issue, name)
    return _shown(call, issue)


@router.put("/repos/{owner}/{repo}/issues/{number:int}/labels", app=WRITE, user=Role.TRIAGE)
def set_labels(call: Call) -> Reply:
    """Make the labels exactly these."""
    issue = subject(call)
    verbs.set_labels(call.world, call.actor, issue, _given(call))
    return _shown(call, issue)


@router.delete("/repos/{owner}/{repo}/issues/{number:int}/labels", app=WRITE, user=Role.TRIAGE)
def clear_labels(call: Call) -> Reply:
    """Take all labels off."""
    verbs.set_labels(call.world, call.actor, subject(call), ())
    return Reply.empty()


@router.delete(
    "/repos/{owner}/{repo}/issues/{number:int}/labels/{name}", app=WRITE, user=Role.TRIAGE
)
def remove_label(call: Call) -> Reply:
    """Take one label off; 404 when it is not on."""
    issue = subject(call)
    try:
        verbs.remove_label(call.world, call.actor, issue, call.text("name"))
    except KeyError:
        raise ApiError(404, "Label does not exist") from None
    return _shown(call, issue)


def _shown(call: Call, issue: Issue) -> Reply:
    return Reply(200, [render_label(call.urls, call.repo(), label) for label in issue.labels])


def _given(call: Call) -> list[str]:
    """The names in the body, which may be an object with `labels` or the list itself."""
    if call.body.lstrip().startswith(b"["):
        try:
            return label_names({"labels": json.loads(call.body)}) or []
        except json.JSONDecodeError:
            raise ApiError(400, "Problems parsing JSON") from None
    names = label_names(call.json())
    if names is None:
        raise invalid("Label", "name", "missing_field")
    return names


def _label(call: Call) -> Label:
    label = call.repo().labels.get(call.text("name").lower())
    if label is None:
        raise not_found()
    return label


def _name(body: JsonObject, key: str = "name") -> str | None:
    name = fields.text_or_none(body, key)
    if name is not None and not 0 < len(name.strip()) <= _MOST_NAME_CHARACTERS:
        raise invalid("Label", "name", "invalid")
    return name


def _colour(body: JsonObject) -> str | None:
    colour = fields.text_or_none(body, "color")
    if colour is not None and not _COLOUR.fullmatch(colour):
        raise invalid("Label", "color", "invalid")
    return colour


def _words(body: JsonObject) -> str | None:
    words = fields.text_or_none(body, "description")
    if words is not None and len(words) > _MOST_DESCRIPTION_CHARACTERS:
        raise invalid("Label", "description", "custom", "description is too long")
    return words
