"""Which paths the ignore rules of a tree leave out, whatever a job wrote into the directory."""

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.adapters.git.command import GitCommand, GitError
from bot.adapters.git.objects import EXECUTABLE, REGULAR, Item, blob_reader
from bot.adapters.git.writing import write_item

LEFTOVERS = (
    *("__pycache__/", "*.py[co]", ".pytest_cache/", ".hypothesis/", ".mypy_cache/", ".ruff_cache/"),
    *(".coverage", ".coverage.*", ".nyc_output/", "/.evolve*"),
)
"""What running tests leaves behind and nobody means to commit. Many repositories do not say so:
the tools write rules of their own beside it, which are a job's words and count for nothing.
"""

_NONE_IGNORED = 1
_ESCAPED = r"\\\1"
_SPECIAL = re.compile(r"([\\*?\[\]!# ])")


def ignored(
    git: GitCommand, rules: Mapping[str, Item], paths: Iterable[str], leftovers: Iterable[str] = ()
) -> frozenset[str]:
    """Those of the paths that the `.gitignore` files among `rules` leave out.

    So are the named `leftovers`, and those that every repository has, unless a rule keeps them.
    """
    # "./" keeps a name such as ":(top)x" from being read as more than a name
    asked = b"".join(b"./" + os.fsencode(path) + b"\0" for path in paths)
    if not asked:
        return frozenset()
    with tempfile.TemporaryDirectory(dir=git.directory) as scratch, blob_reader(git) as reader:
        work, always = Path(scratch, "work"), Path(scratch, "always")
        work.mkdir()
        named = (f"/{_SPECIAL.sub(_ESCAPED, path)}" for path in leftovers if "\n" not in path)
        always.write_bytes(os.fsencode("\n".join((*LEFTOVERS, *named))))
        for path, item in rules.items():
            if Path(path).name == ".gitignore" and item.mode in (REGULAR, EXECUTABLE):
                write_item(work, path, item, reader)
        done = git.call(
            *("-c", f"core.excludesFile={always}"),
            *("check-ignore", "-z", "--stdin", "--no-index"),
            stdin=asked,
            more={"GIT_WORK_TREE": str(work), "GIT_LITERAL_PATHSPECS": "0"},
            cwd=work,
        )
    if done.code not in (0, _NONE_IGNORED):
        raise GitError(f"git check-ignore: {done.errors}")
    found = (line.removeprefix(b"./") for line in done.output.split(b"\0")[:-1])
    return frozenset(os.fsdecode(path) for path in found)
