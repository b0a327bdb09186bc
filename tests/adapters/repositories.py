"""Real repositories for tests of the git adapter: a bare remote, and trees made by hand."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.git import BareMirror, GitMirrors
from bot.kernel.values import Sha
from bot.stages.workspace import Remote, Signature

REPO = "octo/widgets"
AUTHOR = Signature("evolve[bot]", "1+evolve[bot]@users.noreply.github.com")
WHEN = 1_700_000_000

_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_AUTHOR_DATE": "@1600000000 +0000",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_COMMITTER_DATE": "@1600000000 +0000",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A remote on disk and the mirror under test."""

    url: str
    directory: Path
    mirror: BareMirror

    @property
    def remote(self) -> Remote:
        return Remote(self.url, "a-token-nobody-may-see")

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        """Plain git on the remote."""
        command = ("git", f"--git-dir={self.directory}", *arguments)
        done = subprocess.run(
            command, input=stdin, capture_output=True, check=True, env=_ENVIRONMENT
        )
        return done.stdout.decode().strip()

    def blob(self, content: bytes) -> str:
        return self.git("hash-object", "-w", "--stdin", stdin=content)

    def commit(
        self,
        files: dict[str, bytes | tuple[str, bytes]],
        branch: str = "main",
        submodules: dict[str, str] | None = None,
    ) -> Sha:
        """A commit on a branch of the remote with exactly these files; a pair names the mode."""
        lines = []
        for path, given in files.items():
            mode, content = given if isinstance(given, tuple) else ("100644", given)
            lines.append((mode, self.blob(content), path))
        lines += [("160000", sha, path) for path, sha in (submodules or {}).items()]
        listing = b"".join(f"{m} {s}\t".encode() + os.fsencode(p) + b"\0" for m, s, p in lines)
        index = self.directory / "test-index"
        index.unlink(missing_ok=True)
        command = ("git", f"--git-dir={self.directory}")
        environment = _ENVIRONMENT | {"GIT_INDEX_FILE": str(index)}
        for arguments in (("update-index", "-z", "--index-info"), ("write-tree",)):
            done = subprocess.run(
                (*command, *arguments),
                input=listing,
                capture_output=True,
                check=True,
                env=environment,
            )
        return self.commit_tree(done.stdout.decode().strip(), branch)

    def commit_tree(self, tree: str, branch: str = "main") -> Sha:
        sha = self.git("commit-tree", "-m", "given", tree)
        self.git("update-ref", f"refs/heads/{branch}", sha)
        return Sha(sha)

    def fetched(self, files: dict[str, bytes | tuple[str, bytes]]) -> Sha:
        """A commit that is in the mirror."""
        sha = self.commit(files)
        assert self.mirror.fetch(self.remote, ("main",)) is None
        return sha


def place(tmp_path: Path) -> Place:
    """A fresh remote with its mirror; only here may git use the file protocol."""
    directory = tmp_path / "remote.git"
    subprocess.run(
        ("git", "init", "--bare", "--quiet", "--initial-branch=main", str(directory)),
        check=True,
        env=_ENVIRONMENT,
    )
    mirrors = GitMirrors(tmp_path / "mirrors", protocols=("file",))
    return Place(f"file://{directory}", directory, mirrors.mirror(REPO))


def contents(directory: Path) -> dict[str, bytes]:
    """Every file and link below a directory."""
    found = {}
    for path in sorted(directory.rglob("*")):
        name = str(path.relative_to(directory))
        if path.is_symlink():
            found[name] = b"-> " + os.fsencode(path.readlink())
        elif path.is_file():
            found[name] = path.read_bytes()
    return found
