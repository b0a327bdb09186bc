"""A branch that holds what the bot remembers: no history with the code, one commit a run."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.adapters.git.command import GitError
from bot.adapters.git.mirrors import GitMirrors
from bot.kernel.values import Sha
from bot.stages.workspace import GitFailed, PushOutcome, Remote, Signature

KEPT_RUNS = 90
"""Commits in a row; then the branch begins anew, so that it cannot grow without end."""

MOST_BYTES = 48 * 1024**2
"""For one file. GitHub warns from 50 MiB on."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What the branch holds at its tip."""

    tip: Sha
    files: Mapping[str, bytes]


class StateBranch:
    """The branch of this name in a repository (`owner/name`), by a mirror of its own."""

    def __init__(self, mirrors: GitMirrors, repo: str, branch: str) -> None:
        self._mirrors, self._repo = mirrors, repo
        self._mirror = mirrors.mirror(repo)
        self._branch = branch

    def beside(self, branch: str) -> "StateBranch":
        """Another branch of the same repository."""
        return StateBranch(self._mirrors, self._repo, branch)

    def before(self, tip: Sha) -> Sha | None:
        """The commit before this one, if it has one."""
        return self._mirror.parent(tip)

    def pull(self, remote: Remote, names: tuple[str, ...]) -> Saved | GitFailed | None:
        """These files as they are on the branch now; None when there is no such branch."""
        there = self._mirror.has(remote, self._branch)
        if there is not True:
            return None if there is False else there
        fetched = self._mirror.fetch(remote, (self._branch,))
        tip = self._mirror.resolve(self._branch)
        if isinstance(fetched, GitFailed) or tip is None:
            return fetched or GitFailed(f"{self._branch} was fetched and is not there")
        try:
            found = {name: self._mirror.read_file(tip, name, MOST_BYTES) for name in names}
        except GitError as error:
            return GitFailed(str(error))
        return Saved(tip, {name: data for name, data in found.items() if data is not None})

    def push(
        self,
        remote: Remote,
        files: Mapping[str, bytes],
        message: str,
        author: Signature,
        when: int,
        *,
        parent: Sha | None,
        expected: Sha | None,
    ) -> PushOutcome:
        """One commit on `parent`, pushed if the branch is still at `expected`."""
        large = [name for name, data in files.items() if len(data) > MOST_BYTES]
        if large:
            return GitFailed(f"{', '.join(large)}: larger than {MOST_BYTES // 1024**2} MiB")
        if parent is not None and self._mirror.length(parent) >= KEPT_RUNS:
            parent = None
        try:
            commit = self._mirror.commit_files(files, parent, message, author, when)
        except GitError as error:
            return GitFailed(str(error))
        return self._mirror.push(remote, commit, self._branch, expected)
