"""Pull requests: list, get, open, edit, files, commits, requested reviewers."""

from functools import partial

from forge.api import fields
from forge.api.call import Call
from forge.api.guarded import GuardedRouter, pull_of
from forge.api.http import ApiError, Reply, forbidden, invalid
from forge.render.accounts import render_account
from forge.render.commits import render_change, render_commit
from forge.render.pulls import render_pull, render_pull_simple
from forge.world.entities import Account, Pull, Role, State
from forge.world.mergeability import comparison_of
from forge.world.pulls import (
    close_pull,
    edit_pull,
    open_pull,
    reopen_pull,
    request_review,
    withdraw_review_request,
)

router = GuardedRouter()

READ = ("pull_requests:read",)
WRITE = ("pull_requests:write",)
_MOST_FILES = 3000
_MOST_COMMITS = 250


@router.get("/repos/{owner}/{repo}/pulls", app=READ)
def list_pulls(call: Call) -> Reply:
    """Pull requests, newest first unless asked otherwise. `head` is `owner:branch`."""
    state = call.query.get("state", "open")
    head, base = call.query.get("head"), call.query.get("base")
    found = [
        pull
        for pull in call.world.pulls(call.repo())
        if state in ("all", pull.issue.state.value)
        and (base is None or pull.base_ref == base)
        # GitHub does not filter by a head without an owner
        and (head is None or ":" not in head or _label(pull) == head.lower())
    ]
    sort = call.query.get("sort", "created")
    match sort:
        case "updated":
            found.sort(key=lambda pull: (pull.issue.updated_at, pull.number))
        case "popularity":
            found.sort(key=lambda pull: (len(pull.issue.comments), pull.number))
        case _:
            found.sort(key=lambda pull: pull.number)
    default = "desc" if sort == "created" else "asc"
    if call.query.get("direction", default) == "desc":
        found.reverse()
    return call.paged(found, partial(render_pull_simple, call.world))


def _label(pull: Pull) -> str:
    return f"{pull.head_repo.owner.login}:{pull.head_ref}".lower()


@router.get("/repos/{owner}/{repo}/pulls/{number:int}", app=READ)
def get_pull(call: Call) -> Reply:
    """One pull request; its diff or patch when the media type asks for it."""
    pull = pull_of(call)
    accept = call.headers.get("accept", "")
    base = comparison_of(call.world, pull).merge_base.sha
    git = call.world.git(pull.repo)
    if "diff" in accept:
        text = git.git("diff", "-M", base, pull.head_sha)
        return Reply(200, raw=text, media_type="application/vnd.github.diff; charset=utf-8")
    if "patch" in accept:
        text = git.git("format-patch", "--stdout", f"{base}..{pull.head_sha}")
        return Reply(200, raw=text, media_type="application/vnd.github.patch; charset=utf-8")
    return Reply(200, render_pull(call.world, pull))


@router.post("/repos/{owner}/{repo}/pulls", app=WRITE)
def create_pull(call: Call) -> Reply:
    """Open a pull request."""
    body = call.json()
    head, base = fields.required_text(body, "head"), fields.required_text(body, "base")
    title = fields.text_or_none(body, "title")
    if not title or not title.strip():
        raise invalid("PullRequest", "title", "missing_field")
    if call.role < Role.WRITE and ":" not in head:
        raise forbidden()
    pull = open_pull(
        call.world,
        call.actor,
        call.repo(),
        head,
        base,
        title,
        fields.text_or_none(body, "body"),
        fields.flag(body, "draft"),
        fields.flag(body, "maintainer_can_modify", True),
    )
    shown = render_pull(call.world, pull)
    return Reply(201, shown, {"Location": str(shown["url"])})


@router.patch("/repos/{owner}/{repo}/pulls/{number:int}", app=WRITE)
def update_pull(call: Call) -> Reply:
    """Change title, body, base or state: whichever are given."""
    pull, body, world, actor = pull_of(call), call.json(), call.world, call.actor
    if call.role < Role.WRITE and actor is not pull.issue.author:
        raise forbidden()
    text = fields.text_or_none(body, "body")
    if "body" in body and text is None:
        text = ""
    state = fields.choice(body, "state", ("open", "closed"))
    title = fields.text_or_none(body, "title")
    edit_pull(world, actor, pull, title, text, fields.text_or_none(body, "base"))
    match state:
        case State.CLOSED:
            close_pull(world, actor, pull)
        case State.OPEN:
            reopen_pull(world, actor, pull)
    return Reply(200, render_pull(world, pull))


@router.get("/repos/{owner}/{repo}/pulls/{number:int}/files", app=READ)
def list_files(call: Call) -> Reply:
    """The changed files; GitHub shows at most 3000."""
    pull = pull_of(call)
    files = comparison_of(call.world, pull).files[:_MOST_FILES]
    return call.paged(files, partial(render_change, call.urls, pull.repo, pull.head_sha))


@router.get("/repos/{owner}/{repo}/pulls/{number:int}/commits", app=READ)
def list_commits(call: Call) -> Reply:
    """The commits, oldest first; GitHub shows at most 250."""
    pull = pull_of(call)
    commits = comparison_of(call.world, pull).commits[:_MOST_COMMITS]
    return call.paged(commits, partial(render_commit, call.world, pull.repo))


@router.get("/repos/{owner}/{repo}/pulls/{number:int}/requested_reviewers", app=READ)
def list_requested(call: Call) -> Reply:
    """Who has been asked for a review and has not given one."""
    asked = pull_of(call).requested_reviewers
    return Reply(200, {"users": [render_account(call.urls, one) for one in asked], "teams": []})


@router.post(
    "/repos/{owner}/{repo}/pulls/{number:int}/requested_reviewers", app=WRITE, user=Role.TRIAGE
)
def request(call: Call) -> Reply:
    """Ask for reviews."""
    pull = pull_of(call)
    for reviewer in _reviewers(call):
        request_review(call.world, call.actor, pull, reviewer)
    return Reply(201, render_pull_simple(call.world, pull))


@router.delete(
    "/repos/{owner}/{repo}/pulls/{number:int}/requested_reviewers", app=WRITE, user=Role.TRIAGE
)
def withdraw(call: Call) -> Reply:
    """Ask no longer."""
    pull = pull_of(call)
    for reviewer in _reviewers(call):
        withdraw_review_request(call.world, call.actor, pull, reviewer)
    return Reply(200, render_pull_simple(call.world, pull))


def _reviewers(call: Call) -> list[Account]:
    logins = fields.texts_or_none(call.json(), "reviewers") or []
    try:
        return [call.world.account(login) for login in logins]
    except KeyError as error:
        raise ApiError(422, f"Could not resolve to a node with the login of {error}.") from error
