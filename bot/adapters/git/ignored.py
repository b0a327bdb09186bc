"""Which paths the ignore rules of a tree leave out, whatever a job wrote into the directory."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.adapters.git.command import GitCommand, GitError
from bot.adapters.git.objects import EXECUTABLE, REGULAR, Item, blob_reader
from bot.adapters.git.writing import write_item

_NONE_IGNORED = 1


def ignored(git: GitCommand, rules: Mapping[str, Item], paths: Iterable[str]) -> frozenset[str]:
    """Those of the paths that the `.gitignore` files among `rules` leave out."""
    # "./" keeps a name such as ":(top)x" from being read as more than a name
    asked = b"".join(b"./" + os.fsencode(path) + b"\0" for path in paths)
    if not asked:
        return frozenset()
    with tempfile.TemporaryDirectory(dir=git.directory) as scratch, blob_reader(git) as reader:
        for path, item in rules.items():
            if Path(path).name == ".gitignore" and item.mode in (REGULAR, EXECUTABLE):
                write_item(Path(scratch), path, item, reader)
        done = git.call(
            *("check-ignore", "-z", "--stdin", "--no-index"),
            stdin=asked,
            more={"GIT_WORK_TREE": scratch, "GIT_LITERAL_PATHSPECS": "0"},
            cwd=Path(scratch),
        )
    if done.code not in (0, _NONE_IGNORED):
        raise GitError(f"git check-ignore: {done.errors}")
    found = (line.removeprefix(b"./") for line in done.output.split(b"\0")[:-1])
    return frozenset(os.fsdecode(path) for path in found)
