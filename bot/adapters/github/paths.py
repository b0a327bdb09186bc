"""Paths below the API's base address, with every part escaped."""

from urllib.parse import quote

from bot.domain.subject import Repo, Subject


def repo_path(repo: Repo, *rest: str | int) -> str:
    """`/repos/{owner}/{name}/…`; the rest is escaped already where it needs to be."""
    return "/".join(
        ("/repos", quote(repo.owner, safe=""), quote(repo.name, safe=""), *map(str, rest))
    )


def issue_path(subject: Subject, *rest: str | int) -> str:
    """`/repos/{owner}/{name}/issues/{number}/…`."""
    return repo_path(subject.repo, "issues", subject.number, *rest)
