"""Pages of issues, and the lists."""

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from forge.pages.conversation import conversation
from forge.pages.html import chip, crumbs, page, when, who
from forge.world.entities import Issue, Repo, State


def list_page(repo: Repo, issues: Iterable[Issue], title: str) -> str:
    """A list of issues or pull requests, newest first."""
    rows = "".join(_row(issue) for issue in sorted(issues, key=lambda one: -one.number))
    empty = "<div class='row pale'>Nothing here yet.</div>"
    body = f"<h1>{title}</h1><div class='box'>{rows or empty}</div>"
    return page(f"{title} · {repo.full_name}", crumbs(repo), body)


def issue_page(issue: Issue) -> str:
    """One issue with its conversation."""
    opened = f"{who(issue.author)} opened this {when(issue.created_at)}"
    word = issue.state.value
    body = heading(issue, word, word.capitalize(), opened) + conversation(issue)
    return page(f"{issue.title} · #{issue.number}", crumbs(issue.repo), body)


def heading(issue: Issue, kind: str, word: str, story: str) -> str:
    """Title, state and labels; `story` is HTML."""
    labels = "".join(chip(label) for label in issue.labels)
    return (
        f"<div class='title'><h1>{escape(issue.title)} <span>#{issue.number}</span></h1>"
        f"<p><span class='state {kind}'>{word}</span>{labels} &nbsp; {story}</p></div>"
    )


def _row(issue: Issue) -> str:
    kind = "pull" if issue.pull else "issues"
    word, colour = ("●", "success") if issue.state is State.OPEN else ("✓", "pale")
    labels = "".join(chip(label) for label in issue.labels)
    return (
        f"<div class='row'><span class='{colour}'>{word}</span> "
        f"<a href='/{quote(issue.repo.full_name)}/{kind}/{issue.number}'>"
        f"<b>{escape(issue.title)}</b></a> {labels}<br>"
        f"<span class='pale'>#{issue.number} by {escape(issue.author.login)}, "
        f"{len(issue.comments)} comments</span></div>"
    )
