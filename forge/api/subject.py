"""The issue or pull request of a path, with the permission that its kind asks for."""

from datetime import datetime

from forge.api.auth import granted
from forge.api.call import Call
from forge.api.http import ApiError, forbidden, not_found, refused_schema
from forge.world.entities import Account, Comment, Issue, Role

READ = ("issues:read", "pull_requests:read")
WRITE = ("issues:write", "pull_requests:write")
MOST_CHARACTERS = 65536
"""The longest body of an issue or comment that GitHub takes."""


def subject(call: Call) -> Issue:
    """The issue whose number is in the path; 403 for a plain issue without `issues` permission."""
    issue = call.issue()
    admit(call, issue)
    return issue


def admit(call: Call, issue: Issue) -> None:
    """A pull request is open to `issues` and `pull_requests`; an issue to `issues` alone."""
    token = call.token
    if token is None or token.installation is None or issue.pull is not None:
        return
    level = "read" if call.method in ("GET", "HEAD") else "write"
    if not granted(token, f"issues:{level}"):
        raise forbidden([f"issues:{level}"])


def comment_of(call: Call) -> Comment:
    """The comment whose id is in the path; raises 404."""
    wanted = call.number("comment_id")
    for issue in call.repo().issues.values():
        for comment in issue.comments:
            if comment.id == wanted:
                admit(call, issue)
                return comment
    raise not_found()


def may_edit(call: Call, author: Account, role: Role = Role.WRITE) -> None:
    """Let the author and people of a role through; raises 403 for others."""
    if call.actor is not author and call.role < role:
        raise ApiError(403, "Must have admin rights to Repository.")


def checked_body(resource: str, body: str) -> str:
    """A text of a bearable length; raises 422."""
    if len(body) > MOST_CHARACTERS:
        raise ApiError(
            422,
            "Validation Failed",
            [
                {
                    "resource": resource,
                    "code": "unprocessable",
                    "field": "data",
                    "message": f"Body is too long (maximum is {MOST_CHARACTERS} characters)",
                }
            ],
        )
    return body


def since(call: Call) -> datetime | None:
    """The `since` parameter; raises 422 when it is no time."""
    value = call.query.get("since")
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise refused_schema(f"Invalid since value: {value}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=call.world.now().tzinfo)


def known(call: Call, name: str, allowed: tuple[str, ...]) -> str:
    """A parameter of the query that is one of some texts, the first when left out; raises 422."""
    value = call.query.get(name, allowed[0])
    if value not in allowed:
        raise refused_schema(f"{value} is not a member of {list(allowed)} for '{name}'.")
    return value
