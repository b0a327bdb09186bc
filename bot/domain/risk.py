"""Risk that can be seen in the diff itself, whatever the model says about it."""

import re
from difflib import SequenceMatcher

from bot.kernel.patch_gate import FileChange
from bot.kernel.values import Risk

_REACHES_THE_HARNESS = re.compile(
    r"atexit|_exit\b|sys\.(?:argv|modules|settrace|setprofile)|junit|gc\.get_|PYTEST_|os\.environ"
    r"|process\.(?:argv|exit|env)|os\.Exit|std::process::exit|sitecustomize|importlib\.(?:reload|abc)",
    re.IGNORECASE,
)
"""Code that can see or end the run it is judged by. Most of it is honest; a person looks."""


def risk_of_diff(changes: tuple[FileChange, ...], tests: frozenset[str]) -> Risk:
    """High when lines added outside the tests can reach the test run, low when nothing is seen."""
    for change in changes:
        if change.path not in tests and _REACHES_THE_HARNESS.search(_added(change)):
            return Risk.HIGH
    return Risk.LOW


def _added(change: FileChange) -> str:
    before = (change.before or b"").decode(errors="replace").splitlines()
    after = (change.after or b"").decode(errors="replace").splitlines()
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    kept = {line for block in blocks for line in range(block.b, block.b + block.size)}
    return "\n".join(line for number, line in enumerate(after) if number not in kept)
