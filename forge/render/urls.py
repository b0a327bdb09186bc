"""Where the forge is reached: base URLs without a trailing slash, and times in its JSON."""

from dataclasses import dataclass
from datetime import datetime

from forge.world.entities import Account, Issue, Repo


@dataclass(frozen=True, slots=True)
class Urls:
    """`api` is the base of REST paths, `web` that of pages and of git."""

    api: str
    web: str

    def user(self, account: Account) -> str:
        """The REST address of an account."""
        return f"{self.api}/users/{account.login}"

    def repo(self, repo: Repo) -> str:
        """The REST address of a repository."""
        return f"{self.api}/repos/{repo.full_name}"

    def repo_page(self, repo: Repo) -> str:
        """The page of a repository."""
        return f"{self.web}/{repo.full_name}"

    def issue(self, issue: Issue) -> str:
        """The REST address of an issue, which a pull request has too."""
        return f"{self.repo(issue.repo)}/issues/{issue.number}"

    def issue_page(self, issue: Issue) -> str:
        """The page of an issue or pull request."""
        kind = "pull" if issue.pull is not None else "issues"
        return f"{self.repo_page(issue.repo)}/{kind}/{issue.number}"


def stamp(moment: datetime) -> str:
    """A time as GitHub writes it: UTC, whole seconds, `Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp_or_none(moment: datetime | None) -> str | None:
    """`stamp`, or None for no time."""
    return None if moment is None else stamp(moment)
