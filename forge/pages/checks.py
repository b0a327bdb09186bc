"""Check runs and statuses: one by one under a pull request, and in short beside each commit."""

from html import escape
from urllib.parse import quote

from forge.pages.markdown import render_markdown
from forge.world.entities import CheckRun, Repo
from forge.world.verdict import (
    Outcome,
    latest_runs,
    latest_statuses,
    outcome_of_run,
    outcome_of_status,
)

_MARKS = {
    Outcome.PASSED: "<span class='success'>✓</span>",
    Outcome.PENDING: "<span class='pending'>●</span>",
    Outcome.MISSING: "<span class='pending'>●</span>",
    Outcome.FAILED: "<span class='failure'>✗</span>",
}


def check_list(repo: Repo, sha: str) -> str:
    """Every check of a commit; what a run has to say is folded below it."""
    rows = [_check(repo, run) for run in latest_runs(repo, sha)]
    for status in latest_statuses(repo, sha):
        told = escape(status.description or status.state.value)
        line = f"{_MARKS[outcome_of_status(status)]} <b>{escape(status.context)}</b>"
        rows.append(_row(f"{line} <span class='pale'>{told}</span>"))
    none = _row("<span class='pale'>No checks yet.</span>")
    return f"<div class='box'>{''.join(rows) or none}</div>"


def check_marks(repo: Repo, sha: str) -> str:
    """The names of a commit's checks with how each stands; of failed ones the title, too."""
    told = []
    for run in latest_runs(repo, sha):
        outcome = outcome_of_run(run)
        why = f": {escape(run.title)}" if outcome is Outcome.FAILED and run.title else ""
        told.append(f"<span class='pale'>{_MARKS[outcome]} {escape(run.name)}{why}</span>")
    for status in latest_statuses(repo, sha):
        mark = _MARKS[outcome_of_status(status)]
        told.append(f"<span class='pale'>{mark} {escape(status.context)}</span>")
    return " &nbsp; ".join(told)


def _check(repo: Repo, run: CheckRun) -> str:
    word = run.conclusion.value if run.conclusion else run.status.value.replace("_", " ")
    line = (
        f"{_MARKS[outcome_of_run(run)]} <b>{escape(run.name)}</b> "
        f"<span class='pale'>{escape(run.app.name)} — {escape(run.title or word)}</span>"
    )
    if not run.summary:
        return _row(line)
    output = render_markdown(run.summary, f"/{quote(repo.full_name)}")
    return _row(f"<details><summary class='plain'>{line}</summary>{output}</details>")


def _row(html: str) -> str:
    return f"<div class='row'>{html}</div>"
