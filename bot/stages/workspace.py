"""The port to git: a mirror of one repository, and plain directories that never hold a `.git`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeAlias

from bot.kernel.patch_gate import FileChange
from bot.kernel.values import Sha


class Unusable(Exception):
    """The files or the history are not fit to work with; the message is safe to show.

    What the model writes can lead here (too many files, too deep, names that git refuses), so who
    works on its tree must catch it.
    """


@dataclass(frozen=True, slots=True)
class Remote:
    """Where to fetch from and push to. The token travels in the environment of git alone."""

    url: str
    token: str

    def __repr__(self) -> str:
        return f"Remote(url={self.url!r}, token=…)"


@dataclass(frozen=True, slots=True)
class GitFailed:
    """Git or the remote refused; `reason` is safe to show (no secret in it)."""

    reason: str


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One path in a tree: git's octal mode, blob hash, size in bytes."""

    path: str
    mode: str
    sha: Sha
    size: int


@dataclass(frozen=True, slots=True)
class Signature:
    """Author or committer of a commit."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class LineOrigin:
    """The commit that wrote a line as it is now, and when."""

    commit: Sha
    at: datetime


@dataclass(frozen=True, slots=True)
class Pushed:
    """The branch now points at this commit (it may have done so already)."""

    sha: Sha


@dataclass(frozen=True, slots=True)
class LeaseLost:
    """Somebody moved the branch: nothing was pushed, look again."""

    reason: str


@dataclass(frozen=True, slots=True)
class MergedTree:
    """Both sides in one tree; where they do not fit, the files in `conflicts` hold markers."""

    tree: Sha
    conflicts: tuple[str, ...]


PushOutcome: TypeAlias = Pushed | LeaseLost | GitFailed


class Mirror(Protocol):
    """A bare mirror of one repository, shared by all its tasks.

    Whatever reads or writes objects or directories may raise `Unusable`.
    """

    def fetch(self, remote: Remote, refs: tuple[str, ...]) -> GitFailed | None:
        """Fetch branches or commit ids into the mirror."""
        ...

    def resolve(self, ref: str) -> Sha | None:
        """The commit a fetched branch (`main`) or id points at."""
        ...

    def merge_base(self, one: str, other: str) -> Sha | None:
        """The best common ancestor of two fetched branches or commits."""
        ...

    def parent(self, commit: Sha) -> Sha | None:
        """The first parent of a fetched commit, None for a first commit or one that is not here."""
        ...

    def subjects(self, commit: Sha, most: int) -> tuple[str, ...]:
        """Subjects of the newest commits up to this one, merges and those of bots left out."""
        ...

    def line_origin(self, commit: Sha, path: str, line: int) -> LineOrigin | None:
        """Who wrote the line (from 1) as it is in this commit; None where git cannot tell."""
        ...

    def tree_of(self, commit: Sha) -> Sha:
        """The tree of a commit."""
        ...

    def read_file(self, tree: Sha, path: str) -> bytes | None:
        """A file's bytes in a commit or tree, or None."""
        ...

    def list_tree(self, tree: Sha) -> tuple[TreeEntry, ...]:
        """Every file of a commit or tree, in path order."""
        ...

    def export(self, tree: Sha, into: Path) -> None:
        """Write the files of a commit or tree into an empty directory."""
        ...

    def snapshot(self, directory: Path, base: Sha, leftovers: tuple[str, ...] = ()) -> Sha:
        """The tree of the directory's files, honouring the base's ignore rules.

        What running tests leaves behind is left out too, as are the paths in `leftovers`, unless
        the base holds them.
        """
        ...

    def restore(self, directory: Path, tree: Sha) -> None:
        """Make the directory equal to the tree; ignored files stay."""
        ...

    def changes(self, base: Sha, tree: Sha) -> tuple[FileChange, ...]:
        """What changed, with modes, renames and contents, for the patch gate."""
        ...

    def diff_text(self, base: Sha, tree: Sha) -> str:
        """The unified diff, for people and reviewers."""
        ...

    def diff_hash(self, base: Sha, tree: Sha) -> str:
        """A hash of what changed, the same wherever the change is made."""
        ...

    def overlay(self, tree: Sha, source: Sha, paths: tuple[str, ...]) -> Sha:
        """`tree` with these paths as they are in `source` (absent there: absent here)."""
        ...

    def merge_trees(self, ours: Sha, theirs: Sha) -> MergedTree:
        """Two commits in one tree, from their best common ancestor; nothing is committed."""
        ...

    def replaced(self, tree: Sha, contents: Mapping[str, bytes]) -> Sha:
        """`tree` with these contents in files that it has."""
        ...

    def commit(self, tree: Sha, parent: Sha, message: str, author: Signature, when: int) -> Sha:
        """A commit object; the same arguments give the same id. `when` is in epoch seconds."""
        ...

    def push(self, remote: Remote, sha: Sha, branch: str, expected: Sha | None) -> PushOutcome:
        """Push with lease: the branch must be at `expected` (None: must not exist)."""
        ...


class Git(Protocol):
    """Opens mirrors."""

    def mirror(self, repo: str) -> Mirror:
        """The mirror of `owner/name`, made when it is not there."""
        ...
