"""Small repositories for tests of selection: real git, a real index, commits with messages."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.git.command import GitCommand
from bot.adapters.index.source import GitSource, head
from bot.adapters.index.sqlite import SqliteIndex
from bot.kernel.values import Sha
from bot.stages.select.port import Shelf
from tests.adapters.repositories import _ENVIRONMENT as ENVIRONMENT


@dataclass(frozen=True, slots=True)
class Repository:
    """A bare repository and where its index lies."""

    directory: Path
    place: Path

    def commit(self, message: str, files: dict[str, str | bytes]) -> Sha:
        """A commit on top of HEAD that writes these files."""
        parts = [b"commit refs/heads/main\ncommitter a <a@example.com> 1600000000 +0000\n"]
        parts.append(b"data %d\n%s\n" % (len(message.encode()), message.encode()))
        if (self.directory / "refs/heads/main").exists():
            parts.append(b"from refs/heads/main^0\n")
        for path, given in files.items():
            content = given.encode() if isinstance(given, str) else given
            parts.append(b"M 100644 inline %s\ndata %d\n" % (path.encode(), len(content)))
            parts.append(content + b"\n")
        command = ("git", f"--git-dir={self.directory}", "fast-import", "--quiet")
        subprocess.run(command, input=b"".join(parts), check=True, env=ENVIRONMENT)
        return head(self.directory)

    def source(self) -> GitSource:
        return GitSource(GitCommand(self.directory))

    def index(self) -> SqliteIndex:
        return SqliteIndex(self.place)

    def shelf(self) -> Shelf:
        return Shelf(self.source(), self.index())


def repository(tmp_path: Path) -> Repository:
    """An empty repository whose branch is main."""
    directory = tmp_path / "repo.git"
    command = ("git", "init", "--bare", "-q", "--initial-branch=main", str(directory))
    subprocess.run(command, check=True, env=ENVIRONMENT)
    return Repository(directory, tmp_path / "index" / "repo.sqlite")
