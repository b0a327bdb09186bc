"""Pages of pull requests: conversation, checks, remarks on lines, and the diff."""

from html import escape

from forge.git.diff import FileChange
from forge.pages.html import crumbs, page
from forge.pages.issues import box, conversation, heading
from forge.world.entities import CheckRun, Pull, ReviewThread, State
from forge.world.mergeability import comparison_of
from forge.world.world import World


def pull_page(world: World, pull: Pull) -> str:
    """One pull request."""
    issue = pull.issue
    body = (
        heading(issue, *_state(pull))
        + f"<p class='pale'>wants to merge <code>{escape(pull.head_ref)}</code> at "
        f"<code>{pull.head_sha[:7]}</code> into <code>{escape(pull.base_ref)}</code></p>"
        + conversation(issue)
        + _checks(pull)
        + "".join(_thread(thread) for thread in pull.threads)
        + _files(world, pull)
    )
    return page(f"{issue.title} · #{issue.number}", crumbs(pull.repo), body)


def _state(pull: Pull) -> tuple[str, str]:
    if pull.merged:
        return "merged", "Merged"
    if pull.issue.state is State.CLOSED:
        return "abandoned", "Closed"
    return ("draft", "Draft") if pull.draft else ("open", "Open")


def _checks(pull: Pull) -> str:
    runs = [
        run for suite in pull.repo.suites if suite.head_sha == pull.head_sha for run in suite.runs
    ]
    rows = [_check(run) for run in runs]
    latest = {one.context: one for one in pull.repo.statuses if one.sha == pull.head_sha}
    for status in latest.values():
        colour = _colour(status.state.value)
        rows.append(
            f"<div class='row'><span class='{colour}'>●</span> <b>{escape(status.context)}</b> "
            f"<span class='pale'>{escape(status.description or status.state.value)}</span></div>"
        )
    shown = "".join(rows) or "<div class='row pale'>No checks yet.</div>"
    return f"<h2>Checks</h2><div class='box'>{shown}</div>"


def _check(run: CheckRun) -> str:
    word = run.conclusion.value if run.conclusion else run.status.value.replace("_", " ")
    return (
        f"<div class='row'><span class='{_colour(word)}'>●</span> <b>{escape(run.name)}</b> "
        f"<span class='pale'>{escape(run.app.name)} — {escape(run.title or word)}</span></div>"
    )


def _colour(word: str) -> str:
    if word in ("success", "neutral", "skipped"):
        return "success"
    return "pending" if word in ("pending", "queued", "in progress") else "failure"


def _thread(thread: ReviewThread) -> str:
    if not thread.comments:
        return ""
    first = thread.comments[0]
    line = f":{first.line}" if first.line is not None else " (outdated)"
    boxes = "".join(
        box(one.author, one.created_at, one.body, one.reactions) for one in thread.comments
    )
    resolved = " · resolved" if thread.resolved_by is not None else ""
    return f"<h2><code>{escape(first.path)}{line}</code>{resolved}</h2>{boxes}"


def _files(world: World, pull: Pull) -> str:
    files = comparison_of(world, pull).files
    added = sum(one.additions for one in files)
    removed = sum(one.deletions for one in files)
    counts = f"<span class='success'>+{added}</span> <span class='failure'>-{removed}</span>"
    return f"<h2>Files changed ({len(files)}) {counts}</h2>" + "".join(map(_file, files))


def _file(change: FileChange) -> str:
    name = escape(change.path)
    if change.previous_path is not None:
        name = f"{escape(change.previous_path)} → {name}"
    lines = (change.patch or "").split("\n") if change.patch else []
    patch = "".join(_patch_line(line) for line in lines) or "<div>No text to show.</div>"
    return (
        f"<div class='box'><div class='head'><code>{name}</code> "
        f"<span class='pale'>{change.status}</span></div><pre class='diff'>{patch}</pre></div>"
    )


def _patch_line(line: str) -> str:
    kind = {"+": "add", "-": "del", "@": "hunk"}.get(line[:1], "")
    return f"<div class='{kind}'>{escape(line) or ' '}</div>"
