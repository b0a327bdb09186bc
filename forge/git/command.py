"""How the forge runs git: no shell, no configuration but the repository's own."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

_INHERITED = ("PATH", "TMPDIR")


class GitFailed(Exception):
    """A git command ended with an exit code that the caller did not expect."""

    def __init__(self, arguments: tuple[str, ...], code: int, stderr: bytes) -> None:
        self.code = code
        self.stderr = stderr.decode("utf-8", "replace")
        super().__init__(f"git {' '.join(arguments[:2])} ended with {code}: {self.stderr.strip()}")


def isolated_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of every git process: no system, global or home configuration."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {
        **inherited,
        "HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        **(extra or {}),
    }


def run_git(
    directory: Path,
    *arguments: str,
    stdin: bytes = b"",
    extra: Mapping[str, str] | None = None,
    accept: tuple[int, ...] = (0,),
) -> tuple[int, bytes]:
    """Run git on one bare repository; answer its exit code and standard output.

    Raises `GitFailed` when the exit code is not among `accept`.
    """
    done = subprocess.run(
        ["git", "--git-dir", str(directory), "-c", "core.quotepath=false", *arguments],
        input=stdin,
        capture_output=True,
        env=isolated_environment(extra),
        check=False,
    )
    if done.returncode not in accept:
        raise GitFailed(arguments, done.returncode, done.stderr)
    return done.returncode, done.stdout
