"""Bare mirrors below one directory, one for each repository, and what can be done with them."""

import os
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from bot.adapters.git import changes, worktree
from bot.adapters.git.blame import line_origin
from bot.adapters.git.command import GitCommand, GitError
from bot.adapters.git.commits import commit, replaced, tree_of
from bot.adapters.git.objects import (
    Item,
    blob_reader,
    checked,
    items,
    write_tree,
)
from bot.adapters.git.remote import fetch, has_branch, is_id, local_ref, push
from bot.adapters.locks import hold
from bot.kernel.patch_gate import FileChange
from bot.kernel.values import Sha
from bot.stages.workspace import (
    GitFailed,
    LineOrigin,
    MergedTree,
    PushOutcome,
    Remote,
    Signature,
    TreeEntry,
)

_NAME = re.compile(r"(?!\.{1,2}$|\.git$)[A-Za-z0-9._-]+")
_MADE = "evolve-made"
"""A file in a mirror that was made to its end; one that was not is made again."""
_MAX_READ_BYTES = 16 * 1024**2


class GitMirrors:
    """Opens mirrors. `protocols` are git's transports; only tests add `file` to them."""

    def __init__(
        self,
        root: Path,
        protocols: tuple[str, ...] = ("https", "http"),
        environment: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self._root, self._protocols, self._environment = root, protocols, environment

    def mirror(self, repo: str) -> "BareMirror":
        """The mirror of `owner/name`, made when it is not there. Raises GitError."""
        owner, _, name = repo.partition("/")
        if not (_NAME.fullmatch(owner) and _NAME.fullmatch(name)):
            raise GitError(f"not the name of a repository: {repo!r}")
        directory = self._root / owner / f"{name}.git"
        git = GitCommand(directory, self._protocols, self._environment)
        mirror, made = BareMirror(git), directory / _MADE
        if not made.exists():
            directory.parent.mkdir(parents=True, exist_ok=True)
            with mirror.locked():
                git.output("init", "--bare", "--quiet", "--template=", "--initial-branch=main")
                made.touch()
        return mirror


class BareMirror:
    """One bare mirror. Objects may be added by many tasks at once; refs move under its lock."""

    def __init__(self, git: GitCommand) -> None:
        self._git = git

    @contextmanager
    def locked(self) -> Generator[None]:
        """Alone among all threads and processes of this machine."""
        with hold(self._git.directory.with_suffix(".lock")):
            yield

    def fetch(self, remote: Remote, refs: tuple[str, ...]) -> GitFailed | None:
        """Fetch branches or commit ids into the mirror."""
        with self.locked():
            return fetch(self._git, remote, refs)

    def resolve(self, ref: str) -> Sha | None:
        """The commit a fetched branch (`main`) or id points at."""
        name = ref if is_id(ref) else local_ref(ref)
        if name is None:
            return None
        done = self._git.call("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return Sha(done.output.decode().strip()) if done.code == 0 else None

    def merge_base(self, one: str, other: str) -> Sha | None:
        """The best common ancestor of two fetched branches or commits."""
        ends = [self.resolve(one), self.resolve(other)]
        if None in ends:
            return None
        done = self._git.call("merge-base", *(str(end) for end in ends))
        return Sha(done.output.decode().strip()) if done.code == 0 else None

    def parent(self, commit: Sha) -> Sha | None:
        """The first parent of a fetched commit, if it is here and has one."""
        name = f"{checked(commit)}^1^{{commit}}"
        done = self._git.call("rev-parse", "--verify", "--quiet", name)
        return Sha(done.output.decode().strip()) if done.code == 0 else None

    def subjects(self, commit: Sha, most: int) -> tuple[str, ...]:
        """Subjects of the newest commits up to this one, merges and those of bots left out.

        Looks at no more than four times as many commits. Raises GitError when there is none.
        """
        how = ("--no-merges", f"--max-count={4 * most}", "--format=%an%x09%s", "-z")
        listed = self._git.output("log", *how, checked(commit), "--")
        found = []
        for line in listed.decode(errors="replace").split("\0"):
            author, _, subject = line.partition("\t")
            if subject and not author.endswith("[bot]"):
                found.append(subject)
        return tuple(found[:most])

    def line_origin(self, commit: Sha, path: str, line: int) -> LineOrigin | None:
        """Who wrote the line (from 1) as it is in this commit; None where git cannot tell."""
        return line_origin(self._git, commit, path, line)

    def tree_of(self, commit: Sha) -> Sha:
        """The tree of a commit (of a tree: itself). Raises GitError when there is none."""
        found = self._git.output("rev-parse", "--verify", f"{checked(commit)}^{{tree}}")
        return Sha(found.decode().strip())

    def read_file(self, tree: Sha, path: str, most: int = _MAX_READ_BYTES) -> bytes | None:
        """A file's bytes in a commit or tree, or None. Raises GitError above `most` bytes."""
        listed = self._git.output("ls-tree", "-z", "--full-tree", checked(tree), "--", path)
        for line in listed.split(b"\0")[:-1]:
            about, _, name = line.partition(b"\t")
            _, kind, sha = about.decode().split()
            if kind == "blob" and os.fsdecode(name) == path:
                with blob_reader(self._git) as reader:
                    if reader.size(Sha(sha)) > most:
                        raise GitError(f"{path!r} is larger than {most} bytes")
                    return reader.read(Sha(sha))
        return None

    def list_tree(self, tree: Sha) -> tuple[TreeEntry, ...]:
        """Every file of a commit or tree, in path order; a submodule has size 0."""
        listed = self._git.output("ls-tree", "-r", "-z", "-l", "--full-tree", checked(tree))
        found = []
        for line in listed.split(b"\0")[:-1]:
            about, _, path = line.partition(b"\t")
            mode, _, sha, size = about.decode().split()
            count = 0 if size == "-" else int(size)
            found.append(TreeEntry(os.fsdecode(path), mode, Sha(sha), count))
        return tuple(found)

    def export(self, tree: Sha, into: Path) -> None:
        """Write the files of a commit or tree into an empty directory."""
        worktree.export(self._git, tree, into)

    def snapshot(self, directory: Path, base: Sha, leftovers: tuple[str, ...] = ()) -> Sha:
        """The tree of the directory's files, honouring the base's ignore rules.

        What running tests leaves behind is left out too, as are the paths in `leftovers`, unless
        the base holds them.
        Raises TreeRefused for a directory that is too large, too deep or unreadable, and GitError
        for names that git refuses.
        """
        return worktree.snapshot(self._git, directory, base, leftovers)

    def restore(self, directory: Path, tree: Sha) -> None:
        """Make the directory equal to the tree; ignored files stay. Raises as `snapshot` does."""
        worktree.restore(self._git, directory, tree)

    def changes(self, base: Sha, tree: Sha) -> tuple[FileChange, ...]:
        """What changed, for the patch gate. Raises GitError when it is too much to judge."""
        return changes.changes(self._git, base, tree)

    def diff_text(self, base: Sha, tree: Sha) -> str:
        """The unified diff, for people and reviewers, at most 1 MiB."""
        return changes.diff_text(self._git, base, tree)

    def diff_hash(self, base: Sha, tree: Sha) -> str:
        """A fingerprint of the change."""
        return changes.diff_hash(self._git, base, tree)

    def overlay(self, tree: Sha, source: Sha, paths: tuple[str, ...]) -> Sha:
        """`tree` with these files or directories as they are in `source` (absent: absent here)."""
        ours, theirs = items(self._git, tree), items(self._git, source)

        def named(path: str) -> bool:
            return any(path == one or path.startswith(f"{one}/") for one in paths)

        taken = {path: item for path, item in theirs.items() if named(path)}
        kept = {path: item for path, item in ours.items() if not named(path)}
        return write_tree(self._git, _making_room(kept, taken) | taken)

    def merge_trees(self, ours: Sha, theirs: Sha) -> MergedTree:
        """Two commits in one tree. Raises GitError when they share no history."""
        how = ("--write-tree", "-z", "--name-only", "--no-messages")
        done = self._git.call("merge-tree", *how, checked(ours), checked(theirs))
        if done.code not in (0, 1):
            raise GitError(f"git merge-tree: {done.errors}")
        tree, *names = done.output.split(b"\0")
        conflicts = dict.fromkeys(os.fsdecode(name) for name in names if name)
        return MergedTree(Sha(tree.decode().strip()), tuple(conflicts))

    def replaced(self, tree: Sha, contents: Mapping[str, bytes]) -> Sha:
        """`tree` with these contents in files that it has. Raises GitError for any other path."""
        return replaced(self._git, tree, contents)

    def has(self, remote: Remote, branch: str) -> bool | GitFailed:
        """Whether the remote has this branch now."""
        return has_branch(self._git, remote, branch)

    def length(self, commit: Sha) -> int:
        """How many commits lead to this one, itself counted."""
        return int(self._git.output("rev-list", "--count", checked(commit)))

    def commit_files(
        self,
        files: Mapping[str, bytes],
        parent: Sha | None,
        message: str,
        author: Signature,
        when: int,
    ) -> Sha:
        """A commit of exactly these files, with no parent where None is given."""
        return self.commit(tree_of(self._git, files), parent, message, author, when)

    def commit(
        self, tree: Sha, parent: Sha | None, message: str, author: Signature, when: int
    ) -> Sha:
        """A commit object; the same arguments give the same id. `when` is in epoch seconds, UTC."""
        return commit(self._git, tree, parent, message, author, when)

    def push(self, remote: Remote, sha: Sha, branch: str, expected: Sha | None) -> PushOutcome:
        """Push with lease: the branch must be at `expected` (None: must not exist)."""
        return push(self._git, remote, sha, branch, expected)


def _making_room(kept: Mapping[str, Item], taken: Mapping[str, Item]) -> dict[str, Item]:
    """Without the files where `taken` has a directory, and without what lies below its files."""
    directories = {str(parent) for path in taken for parent in PurePosixPath(path).parents}
    return {
        path: item
        for path, item in kept.items()
        if path not in directories
        and not any(str(parent) in taken for parent in PurePosixPath(path).parents)
    }
