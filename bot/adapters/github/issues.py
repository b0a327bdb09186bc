"""Issues: what they are now, who labelled them, and the ones we file."""

from datetime import UTC, datetime
from urllib.parse import quote

from bot.adapters.github.answers import Refused
from bot.adapters.github.client import Client
from bot.adapters.github.ensure import written
from bot.adapters.github.outgoing import body_with, title_line
from bot.adapters.github.paths import issue_path, repo_path
from bot.adapters.github.readers import full_name_of_issue, issue_read, label_event
from bot.adapters.github.record import Record
from bot.domain.subject import Repo, Subject
from bot.stages.github import Identity, IssueRead, LabelEvent

LONGEST_DESCRIPTION = 100
"""GitHub's limit for a label's description, in characters."""


def fetch_issue(client: Client, subject: Subject) -> IssueRead | None:
    """The issue; None when it is gone, transferred or not ours to see."""
    record = client.record(issue_path(subject))
    if record is None:
        return None
    # A transferred issue redirects to where it went, which may be out of our reach tomorrow.
    if record.number("number") != subject.number:
        return None
    return issue_read(record) if _is_in(client, record, subject.repo) else None


def _is_in(client: Client, issue: Record, repo: Repo) -> bool:
    """Whether an issue is in the repository, under its name now if it was renamed."""
    where = full_name_of_issue(issue).casefold()
    if where == repo.full.casefold():
        return True
    renamed = client.record(repo_path(repo))
    return renamed is not None and renamed.text("full_name").casefold() == where


def fetch_issues_with(
    client: Client, repo: Repo, label: str, since: datetime | None
) -> tuple[IssueRead, ...]:
    """Open issues with a label, oldest first, pull requests left out."""
    query = [("state", "open"), ("labels", label), ("sort", "created"), ("direction", "asc")]
    if since is not None:
        query.append(("since", since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")))
    listed = client.pages(repo_path(repo, "issues"), tuple(query))
    return tuple(one for one in map(issue_read, listed) if not one.is_pull)


def fetch_label_events(client: Client, subject: Subject) -> tuple[LabelEvent, ...]:
    """Every labelling in the timeline, oldest first."""
    events = map(label_event, client.pages(issue_path(subject, "timeline")))
    return tuple(sorted((one for one in events if one is not None), key=lambda one: one.at))


def ensure_label(client: Client, repo: Repo, name: str, colour: str, description: str) -> None:
    """The label exists; how people have coloured it since is theirs."""
    at = repo_path(repo, "labels", quote(name, safe=""))

    def look() -> Record | None:
        return client.record(at)

    def write() -> Record | None:
        body: dict[str, object] = {
            "name": name,
            "color": colour.removeprefix("#"),
            "description": title_line(description, LONGEST_DESCRIPTION),
        }
        try:
            client.write(
                "POST", repo_path(repo, "labels"), body, about=f"the labels of {repo.full}"
            )
        except Refused as refused:
            if refused.status != 422 or look() is None:
                raise
        return None

    if look() is None:
        written(client, write, look)


def ensure_issue(
    client: Client,
    ours: Identity,
    repo: Repo,
    marker: str,
    title: str,
    body: str,
    labels: tuple[str, ...],
) -> int:
    """The oldest issue of ours that holds the marker; filed when there is none."""

    def look() -> int | None:
        query = (("state", "all"), ("creator", ours.login), ("sort", "created"))
        listed = client.pages(repo_path(repo, "issues"), (*query, ("direction", "asc")))
        mine = (issue_read(one) for one in listed)
        numbers = (i.number for i in mine if i.author.id == ours.user_id and marker in i.body)
        return min(numbers, default=None)

    def write() -> int:
        filed: dict[str, object] = {
            "title": title_line(title),
            "body": body_with(marker, body),
            "labels": list(labels),
        }
        about = f"new issues in {repo.full}"
        answer = client.write("POST", repo_path(repo, "issues"), filed, about)
        return answer.record().need_number("number")

    found = look()
    return written(client, write, look) if found is None else found
