"""Which commit wrote a line."""

import re
from datetime import UTC, datetime

from bot.adapters.git.command import GitCommand
from bot.adapters.git.objects import checked
from bot.kernel.values import Sha
from bot.stages.workspace import LineOrigin

BLAME_SECONDS = 20.0
"""A line whose history takes longer has none that is worth the wait."""

_COMMIT = re.compile(rb"([0-9a-f]{40,64}) ")
_TIME = re.compile(rb"^committer-time ([0-9]{1,11})$", re.MULTILINE)


def line_origin(git: GitCommand, commit: Sha, path: str, line: int) -> LineOrigin | None:
    """Who wrote the line (from 1) as it is in this commit; None where git cannot tell."""
    how = ("--porcelain", "--no-textconv", f"-L{line:d},{line:d}")
    done = git.call("blame", *how, checked(commit), "--", path, seconds=BLAME_SECONDS)
    wrote, at = _COMMIT.match(done.output), _TIME.search(done.output)
    if done.code != 0 or wrote is None or at is None:
        return None
    return LineOrigin(Sha(wrote[1].decode()), datetime.fromtimestamp(int(at[1]), UTC))
