"""Sub-issues: an issue shown by GitHub as a part of another one.

Source: "REST API endpoints for sub-issues" in GitHub's documentation. A server that is too old
answers 404, a repository without issues 410; an issue that has another parent already, or a parent
that is full, 422.
"""

from bot.adapters.github.answers import Refused
from bot.adapters.github.client import Client
from bot.adapters.github.ensure import ensured
from bot.adapters.github.paths import issue_path
from bot.domain.subject import Subject
from bot.stages.github import Linked, LinkOutcome, NotLinked

_NO = (403, 404, 410, 422)


def ensure_sub_issue(client: Client, parent: Subject, child: int) -> LinkOutcome:
    """The issue is a sub-issue of `parent`; what GitHub will not link is told, never raised."""
    at = issue_path(parent, "sub_issues")

    def look() -> Linked | None:
        numbers = {one.number("number") for one in client.pages(at)}
        return Linked() if child in numbers else None

    def write() -> LinkOutcome:
        # The link is made by the issue's id, which is not its number.
        issue = client.record(issue_path(Subject(parent.repo, child)))
        if issue is None:
            return NotLinked(f"#{child} is not there")
        body: dict[str, object] = {"sub_issue_id": issue.need_number("id")}
        try:
            client.write("POST", at, body, about=str(parent))
        except Refused as refused:
            # A second write after a lost answer may find that the first one was done.
            if refused.status != 422 or look() is None:
                raise
        return Linked()

    try:
        return ensured(client, write, look)
    except Refused as refused:
        if refused.status not in _NO:
            raise
        return NotLinked(f"GitHub answered {refused.status}: {refused.message}")
