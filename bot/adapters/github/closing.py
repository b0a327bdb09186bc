"""Which merge closed an issue: told by its timeline, in one of two ways."""

from datetime import timedelta

from bot.adapters.github.client import Client
from bot.adapters.github.paths import issue_path
from bot.adapters.github.pulls import fetch_pull
from bot.adapters.github.record import Record
from bot.domain.subject import Subject
from bot.kernel.values import Sha

WITH_IT = timedelta(minutes=1)
"""A pull request that names the issue and was merged this close to its closing has closed it."""


def fetch_closing_merge(client: Client, subject: Subject) -> Sha | None:
    """The merge commit by which the issue was last closed; None where no merge closed it.

    GitHub names the commit when a commit's message closes the issue. When the text of a pull
    request does, only the cross-reference and the times tell.
    """
    happened = client.pages(issue_path(subject, "timeline"))
    closings = [one for one in happened if one.text("event") == "closed"]
    if not closings:
        return None
    last = closings[-1]
    if named := last.text("commit_id"):
        return Sha(named)
    naming = (one.record("source", "issue") for one in happened if _is_mention(one, subject))
    for source in filter(None, naming):
        merged = source.moment("pull_request", "merged_at")
        if abs(merged - last.moment("created_at")) <= WITH_IT:
            pull = fetch_pull(client, subject.repo, source.need_number("number"))
            return None if pull is None else pull.merge_sha
    return None


def _is_mention(one: Record, subject: Subject) -> bool:
    """Whether somewhere else in the same repository names the issue."""
    where = one.text("source", "issue", "repository", "full_name")
    return one.text("event") == "cross-referenced" and where in ("", subject.repo.full)
