"""`Closes #12`: what reaches the default branch closes the issues that it names."""

import re

from forge.world.entities import Account, Repo
from forge.world.issues import close_issue
from forge.world.world import World

# Source: "Linking a pull request to an issue" in GitHub's documentation
_KEYWORD = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?P<repo>[\w.-]+/[\w.-]+)?#(?P<number>\d+)\b",
    re.IGNORECASE,
)


def closing_numbers(repo: Repo, text: str) -> list[int]:
    """The issues of this repository that a text closes, in order, each once."""
    found = [
        int(match["number"])
        for match in _KEYWORD.finditer(text)
        if (match["repo"] or repo.full_name).lower() == repo.full_name.lower()
    ]
    return list(dict.fromkeys(found))


def close_mentioned(
    world: World, actor: Account, repo: Repo, text: str, commit_sha: str | None
) -> None:
    """Close the issues that a text names with a closing keyword; pull requests are left alone."""
    for number in closing_numbers(repo, text):
        issue = repo.issues.get(number)
        if issue is not None and issue.pull is None:
            close_issue(world, actor, issue, commit_sha=commit_sha)
