"""Read the repository's own templates at a commit of its default branch."""

from collections.abc import Callable, Iterable

from bot.domain.wording.template import (
    MOST_BYTES,
    issue_template,
    pull_template,
    template_part,
)
from bot.kernel.patch_gate import Mode
from bot.kernel.values import Sha
from bot.stages.workspace import Mirror, Unusable

_FILES = frozenset({Mode.REGULAR.value, Mode.EXECUTABLE.value})


def template_for_pulls(mirror: Mirror, base: Sha) -> str:
    """What people are asked in a pull request, as it is shown; empty without a template."""
    return _read(mirror, base, pull_template)


def template_for_issues(mirror: Mirror, base: Sha) -> str:
    """What people are asked in an issue about an improvement, likewise."""
    return _read(mirror, base, issue_template)


def _read(mirror: Mirror, base: Sha, choose: Callable[[Iterable[str]], str | None]) -> str:
    try:
        files = mirror.list_tree(base)
        small = [one.path for one in files if one.mode in _FILES and one.size <= MOST_BYTES]
        path = choose(small)
        text = None if path is None else mirror.read_file(base, path)
    except Unusable:
        # A template is a courtesy: what cannot be read is not worth an attempt.
        return ""
    return "" if text is None else template_part(text.decode(errors="replace"))
