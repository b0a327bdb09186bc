"""Issues: list, get, create, edit, close and reopen."""

from functools import partial

from forge.api import fields
from forge.api.call import Call
from forge.api.http import Reply, Router, invalid, refused_schema
from forge.api.subject import READ, WRITE, checked_body, known, may_edit, since, subject
from forge.jsontypes import JsonObject
from forge.render.issues import render_issue
from forge.world.entities import Account, Issue, Role, State, StateReason
from forge.world.issues import close_issue, edit_issue, open_issue, reopen_issue, set_assignees
from forge.world.labels import set_labels
from forge.world.pulls import reopen_pull

router = Router()

_MOST_TITLE_CHARACTERS = 256


@router.get("/repos/{owner}/{repo}/issues", app=("issues:read",))
def list_issues(call: Call) -> Reply:
    """Issues and pull requests, newest first unless asked otherwise."""
    state = known(call, "state", ("open", "closed", "all"))
    sort = known(call, "sort", ("created", "updated", "comments"))
    direction = known(call, "direction", ("desc", "asc"))
    found = [one for one in call.repo().issues.values() if state in ("all", one.state.value)]
    found = [one for one in found if _wanted(call, one)]
    match sort:
        case "updated":
            found.sort(key=lambda one: (one.updated_at, one.number))
        case "comments":
            found.sort(key=lambda one: (len(one.comments), one.number))
        case _:
            found.sort(key=lambda one: one.number)
    if direction == "desc":
        found.reverse()
    return call.paged(found, partial(render_issue, call.urls))


def _wanted(call: Call, issue: Issue) -> bool:
    labels = {name.strip().lower() for name in call.query.get("labels", "").split(",")} - {""}
    if not labels <= {label.name.lower() for label in issue.labels}:
        return False
    start = since(call)
    if start is not None and issue.updated_at < start:
        return False
    creator = call.query.get("creator")
    if creator is not None and issue.author.login.lower() != creator.lower():
        return False
    match call.query.get("assignee"):
        case None | "*" if call.query.get("assignee") is None or issue.assignees:
            return True
        case "none":
            return not issue.assignees
        case login:
            return login in [one.login for one in issue.assignees]


@router.get("/repos/{owner}/{repo}/issues/{number:int}", app=READ)
def get_issue(call: Call) -> Reply:
    """One issue or pull request."""
    return Reply(200, render_issue(call.urls, subject(call)))


@router.post("/repos/{owner}/{repo}/issues", app=("issues:write",))
def create_issue(call: Call) -> Reply:
    """A new issue. Labels and assignees of people without triage are dropped, as on GitHub."""
    body = call.json()
    title = _title(body)
    if title is None:
        raise invalid("Issue", "title", "missing_field")
    text = fields.text_or_none(body, "body")
    trusted = call.role >= Role.TRIAGE
    issue = open_issue(
        call.world,
        call.actor,
        call.repo(),
        title,
        checked_body("Issue", text) if text is not None else None,
        label_names(body) or () if trusted else (),
        _assignees(call, body) or () if trusted else (),
    )
    shown = render_issue(call.urls, issue)
    return Reply(201, shown, {"Location": str(shown["url"])})


@router.patch("/repos/{owner}/{repo}/issues/{number:int}", app=WRITE)
def edit(call: Call) -> Reply:
    """Change title, body, state, labels, assignees: whichever are given."""
    issue, body, world, actor = subject(call), call.json(), call.world, call.actor
    may_edit(call, issue.author, Role.TRIAGE)
    title, text = _title(body), fields.text_or_none(body, "body")
    if "body" in body and text is None:
        text = ""
    state = fields.choice(body, "state", ("open", "closed"))
    reason = fields.choice(body, "state_reason", [one.value for one in StateReason])
    labels, assignees = label_names(body), _assignees(call, body)
    if text is not None:
        checked_body("Issue", text)
    edit_issue(world, actor, issue, title, text)
    if call.role >= Role.TRIAGE:
        if labels is not None:
            set_labels(world, actor, issue, labels)
        if assignees is not None:
            set_assignees(world, actor, issue, assignees)
    match state:
        case State.CLOSED:
            why = StateReason(reason) if reason is not None else StateReason.COMPLETED
            close_issue(world, actor, issue, why)
        case State.OPEN if issue.pull is not None:
            reopen_pull(world, actor, issue.pull)
        case State.OPEN:
            reopen_issue(world, actor, issue)
    return Reply(200, render_issue(call.urls, issue))


def _title(body: JsonObject) -> str | None:
    title = body.get("title")
    if title is None:
        return None
    if isinstance(title, int):
        title = str(title)
    if not isinstance(title, str):
        raise refused_schema(f"For 'properties/title', {title} is not a string.")
    if not title.strip():
        raise invalid("Issue", "title", "missing_field")
    if len(title) > _MOST_TITLE_CHARACTERS:
        raise invalid(
            "Issue",
            "title",
            "custom",
            f"title is too long (maximum is {_MOST_TITLE_CHARACTERS} characters)",
        )
    return title


def label_names(body: JsonObject) -> list[str] | None:
    """The names in `labels`, a list of texts or of objects with a `name`; None when left out."""
    values = fields.list_or_none(body, "labels")
    if values is None:
        return None
    names: list[str] = []
    for value in values:
        name = value.get("name") if isinstance(value, dict) else value
        if not isinstance(name, str) or not name.strip():
            raise refused_schema(f"For 'items', {value!r} is not a label's name.")
        names.append(name)
    return names


def _assignees(call: Call, body: JsonObject) -> list[Account] | None:
    logins = fields.texts_or_none(body, "assignees")
    if logins is None:
        return None
    accounts = call.world.accounts
    known_ones = [accounts[login.lower()] for login in logins if login.lower() in accounts]
    if len(known_ones) < len(logins):
        raise invalid("Issue", "assignees", "invalid")
    return known_ones
