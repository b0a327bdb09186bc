"""Pull requests: reading them, opening ours, and what they change."""

from urllib.parse import quote

from bot.adapters.github.answers import Refused
from bot.adapters.github.client import GONE, Client
from bot.adapters.github.ensure import ensured, written
from bot.adapters.github.outgoing import clean, fitting, title_line
from bot.adapters.github.paths import repo_path
from bot.adapters.github.readers import pull_read
from bot.adapters.github.record import Record
from bot.domain.subject import Repo, Subject, issue_of_branch
from bot.stages.github import Identity, NotAllowed, PullRead

MOST_FILES = 3000
"""GitHub lists no more files of a pull request than this."""


def fetch_pull(client: Client, repo: Repo, number: int) -> PullRead | None:
    """A pull request by number."""
    record = client.record(repo_path(repo, "pulls", number))
    return pull_read(record) if record else None


def fetch_pull_of_branch(client: Client, repo: Repo, branch: str) -> PullRead | None:
    """The newest pull request, in any state, from this branch of this repository itself."""
    query = (("head", f"{repo.owner}:{branch}"), ("state", "all"))
    listed = client.pages(repo_path(repo, "pulls"), query)
    # GitHub ignores a head filter that it cannot read, and an owner may have a fork of its own.
    mine = [pull_read(one) for one in listed if _is_from(one, branch)]
    return max(mine, key=lambda one: one.number, default=None)


def _is_from(pull: Record, branch: str) -> bool:
    """Whether the head is this branch of the very repository that the pull request is in."""
    source = pull.number("head", "repo", "id")
    same = source is not None and source == pull.number("base", "repo", "id")
    return same and pull.text("head", "ref") == branch


def fetch_our_open_pulls(client: Client, ours: Identity, repo: Repo) -> tuple[PullRead, ...]:
    """Open pull requests that we opened."""
    listed = client.pages(repo_path(repo, "pulls"), (("state", "open"),))
    return tuple(one for one in map(pull_read, listed) if one.author.id == ours.user_id)


def fetch_pull_files(client: Client, repo: Repo, number: int) -> tuple[str, ...]:
    """Changed paths, old names of renames too. Raises NotAllowed when the list is cut."""
    files = client.pages(repo_path(repo, "pulls", number, "files"))
    if len(files) >= MOST_FILES:
        raise NotAllowed(f"#{number} changes more files than GitHub lists ({MOST_FILES})")
    names = (
        name for one in files for name in (one.text("filename"), one.text("previous_filename"))
    )
    return tuple(dict.fromkeys(filter(None, names)))


def ensure_pull(
    client: Client, repo: Repo, branch: str, base: str, title: str, body: str
) -> PullRead:
    """A pull request from our branch exists; one that is there already is a success."""

    def look() -> PullRead | None:
        return fetch_pull_of_branch(client, repo, branch)

    def write() -> PullRead:
        opened: dict[str, object] = {
            "title": title_line(title),
            "body": fitting(clean(body)),
            "head": branch,
            "base": base,
        }
        try:
            answer = client.write(
                "POST", repo_path(repo, "pulls"), opened, about_branch(repo, branch)
            )
        except Refused as refused:
            if refused.status != 422 or (there := look()) is None:
                raise
            return there
        return pull_read(answer.record())

    return ensured(client, write, look)


def ensure_pull_body(client: Client, repo: Repo, number: int, body: str) -> None:
    """A pull request of ours says this."""
    at, text = repo_path(repo, "pulls", number), fitting(clean(body))

    def look() -> bool | None:
        record = client.record(at)
        return True if record is not None and record.text("body") == text else None

    def write() -> bool:
        client.write("PATCH", at, {"body": text}, f"{repo.full}#{number}")
        return True

    ensured(client, write, look)


def ensure_pull_closed(client: Client, repo: Repo, number: int) -> None:
    """A pull request of ours is not open; one that is gone, closed or merged is a success."""
    at = repo_path(repo, "pulls", number)

    def look() -> bool | None:
        record = client.record(at)
        return True if record is None or record.text("state") == "closed" else None

    def write() -> bool:
        client.write("PATCH", at, {"state": "closed"}, f"{repo.full}#{number}")
        return True

    ensured(client, write, look)


def delete_branch(client: Client, repo: Repo, branch: str) -> None:
    """A branch of ours is gone; missing already is a success. Raises NotAllowed for any other."""
    if issue_of_branch(branch) is None:
        raise NotAllowed(f"{branch} is no branch of ours: it is not deleted")
    at = repo_path(repo, "git/refs/heads", quote(branch))

    def look() -> bool | None:
        return (
            True if client.find(repo_path(repo, "git/ref/heads", quote(branch))) is None else None
        )

    def write() -> bool:
        try:
            client.write("DELETE", at, None, about_branch(repo, branch))
        except Refused as refused:
            # GitHub answers 422 to the deletion of a ref that does not exist.
            if refused.status not in (*GONE, 422) or look() is None:
                raise
        return True

    written(client, write, look)


def about_branch(repo: Repo, branch: str) -> str:
    """What a write to a branch is counted against: the issue that the branch answers."""
    issue = issue_of_branch(branch)
    return f"{repo.full}:{branch}" if issue is None else str(Subject(repo, issue))
