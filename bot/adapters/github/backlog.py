"""What was filed before, in any state: all of some labels, and what changed last."""

from bot.adapters.github.client import Client
from bot.adapters.github.paths import repo_path
from bot.adapters.github.readers import issue_read
from bot.adapters.github.record import Record
from bot.domain.facts import IssueState
from bot.domain.subject import Repo
from bot.stages.backlog import Fate, FiledIssue
from bot.stages.github import Identity

RECENT = (("state", "all"), ("sort", "updated"), ("direction", "desc"), ("per_page", "100"))
"""One page: what nobody has touched for longer is rarely what somebody would file today."""

_REJECTED = frozenset({"not_planned", "duplicate"})


def fetch_filed_issues(
    client: Client, ours: Identity, repo: Repo, labels: tuple[str, ...]
) -> tuple[FiledIssue, ...]:
    """Every issue with one of the labels, and the most recently changed others, each once."""
    at = repo_path(repo, "issues")
    listed = list(client.read(at, RECENT).records(""))
    for label in labels:
        query = (("state", "all"), ("labels", label), ("sort", "created"), ("direction", "asc"))
        listed += client.pages(at, query)
    read = (filed_issue(record, ours) for record in listed)
    found = {one.number: one for one in read if one is not None}
    return tuple(found[number] for number in sorted(found, reverse=True))


def filed_issue(record: Record, ours: Identity) -> FiledIssue | None:
    """An issue with what became of it; None for a pull request."""
    issue = issue_read(record)
    if issue.is_pull:
        return None
    closed = issue.state is IssueState.CLOSED
    fate = Fate.COMPLETED if closed else Fate.OPEN
    if closed and record.text("state_reason") in _REJECTED:
        fate = Fate.NOT_PLANNED
    at = record.moment("closed_at") if closed and record.text("closed_at") else None
    return FiledIssue(
        number=issue.number,
        title=issue.title,
        body=issue.body,
        fate=fate,
        closed_at=at,
        labels=issue.labels,
        ours=issue.author.id == ours.user_id,
    )
