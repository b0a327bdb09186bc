"""Changed files, line by line."""

from collections.abc import Sequence
from html import escape

from forge.git.diff import FileChange


def changed_files(files: Sequence[FileChange]) -> str:
    """Every file with its patch, under the sums."""
    added = sum(one.additions for one in files)
    removed = sum(one.deletions for one in files)
    counts = f"<span class='success'>+{added}</span> <span class='failure'>-{removed}</span>"
    return f"<h2>Files changed ({len(files)}) {counts}</h2>" + "".join(map(_file, files))


def patch_lines(patch: str) -> str:
    """The lines of a patch in their colours."""
    return "".join(_line(line) for line in patch.split("\n"))


def _file(change: FileChange) -> str:
    name = escape(change.path)
    if change.previous_path is not None:
        name = f"{escape(change.previous_path)} → {name}"
    patch = patch_lines(change.patch) if change.patch else "<div>No text to show.</div>"
    return (
        f"<div class='box'><div class='head'><code>{name}</code> "
        f"<span class='pale'>{change.status}</span></div><pre class='diff'>{patch}</pre></div>"
    )


def _line(line: str) -> str:
    kind = {"+": "add", "-": "del", "@": "hunk"}.get(line[:1], "")
    return f"<div class='{kind}'>{escape(line) or ' '}</div>"
