"""Test environments below the bot's home: written once, found by their key, the oldest evicted."""

import json
import os
import secrets
import stat
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bot.adapters import trees
from bot.adapters.locks import hold
from bot.stages.environment import Mounts, Way
from bot.stages.workspace import Unusable

MOST_BYTES = 10 * 1024**3
MOST_ENTRIES = 200
SPARED_S = 86_400.0
"""Seconds for which an environment that was used is never evicted: an attempt may be on its way."""

_CONTENT = "content.json"
_NEVER = (".git", "__pycache__", ".pytest_cache", ".egg-info")
"""Ends of names: no environment, or written anew by every build."""
_BLOCK = 512


class EnvironmentCache:
    """Implements `Environments` below `root`, as `OWNER/NAME/KEY/`."""

    def __init__(self, root: Path, way: Way, most_bytes: int = MOST_BYTES) -> None:
        self._root, self._way, self._most = root, way, most_bytes

    @property
    def way(self) -> Way:
        """How set-ups reach the network on this machine."""
        return self._way

    def find(self, repo: str, key: str) -> Mounts | None:
        """What was kept under this key; it counts as used now."""
        content = self._root / repo / key / _CONTENT
        try:
            entries = json.loads(content.read_bytes())["entries"]
            os.utime(content)
        except FileNotFoundError:
            return None
        return tuple((content.with_name(str(n)), f"/work/{one}") for n, one in enumerate(entries))

    @contextmanager
    def building(self, repo: str, key: str) -> Generator[None]:
        """Alone among all threads and processes of this machine."""
        (self._root / repo).mkdir(parents=True, exist_ok=True)
        with hold(self._root / repo / f"{key}.lock"):
            yield

    def left_in(self, built: Path, tracked: frozenset[str]) -> tuple[tuple[str, ...], ...]:
        """Topmost directories, and files, that are not tracked. Nothing else writes there now.

        Links and other odd things are left out: a link would be followed where it is mounted.
        """
        folders = {str(parent) for path in tracked for parent in Path(path).parents} - {"."}
        directories, files, waiting = list[str](), list[str](), [""]
        while waiting:
            prefix = waiting.pop()
            for found in sorted((built / prefix).iterdir()):
                path, mode = prefix + found.name, found.lstat().st_mode
                if found.name.casefold().endswith(_NEVER) or path in tracked:
                    continue
                if stat.S_ISDIR(mode) and path in folders:
                    waiting.append(f"{path}/")
                elif stat.S_ISDIR(mode):
                    directories.append(path)
                elif stat.S_ISREG(mode) and path not in folders:
                    files.append(path)
        return tuple(directories), tuple(files)

    def keep(self, repo: str, key: str, built: Path, entries: tuple[str, ...]) -> Mounts:
        """Move these out of the directory, all or nothing, and keep them. Raises Unusable."""
        if len(entries) > MOST_ENTRIES:
            raise Unusable(f"the set-up leaves more than {MOST_ENTRIES} directories apart")
        staging = self._root / repo / f".building-{secrets.token_hex(8)}"
        staging.mkdir(parents=True)
        for number, path in enumerate(entries):
            if (built / path).is_dir():
                (built / path).chmod(0o755)  # a read-only one could not be moved
            (built / path).rename(staging / str(number))
        size = sum(entry.status.st_blocks * _BLOCK for entry in trees.walk(staging))
        (staging / _CONTENT).write_text(json.dumps({"entries": entries, "bytes": size}))
        staging.rename(self._root / repo / key)
        self._evict()
        kept = self.find(repo, key)
        if kept is None:
            raise Unusable("the test environment was removed while it was made")
        return kept

    def _evict(self) -> None:
        """The longest unused go first, until the rest fits; so does what a crash left half made."""
        now, total = time.time(), 0
        for half in self._root.glob("*/*/.building-*"):
            if half.lstat().st_mtime < now - SPARED_S:
                trees.remove(half)
        kept = [(path.lstat().st_mtime, path) for path in self._root.glob(f"*/*/*/{_CONTENT}")]
        for used, content in sorted(kept, reverse=True):
            total += json.loads(content.read_bytes())["bytes"]
            if total > self._most and used < now - SPARED_S:
                gone = content.parent.with_name(f".building-{secrets.token_hex(8)}")
                content.parent.rename(gone)
                trees.remove(gone)
