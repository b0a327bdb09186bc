"""One bare repository: reading and writing objects and refs."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from forge.git.command import GitFailed, run_git
from forge.git.hook import UPDATE_HOOK
from forge.git.loose import (
    no_ref,
    read_commit,
    read_entry,
    read_loose,
    read_ref,
    write_loose,
)
from forge.git.objects import (
    LOG_FORMAT,
    ZERO,
    Commit,
    ObjectKind,
    Signature,
    TreeEntry,
    read_log,
)

_SHA = re.compile(r"[0-9a-f]{40}")
_CONFIG = """[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
	logAllRefUpdates = false
[http]
	receivepack = true
[receive]
	advertisePushOptions = false
	hideRefs = refs/pull
[uploadpack]
	allowAnySHA1InWant = true
	allowFilter = true
[gc]
	auto = 0
"""
"""With `HEAD`, `objects` and `refs` this is all that makes a directory a bare repository."""

# a name or a sha, and none of the operators of git's revision syntax
_REVISION = re.compile(r"[^\s~^:?*\[\\@{-][^\s~^:?*\[\\{]*")
# git itself only warns about these and leaves them out
_FORBIDDEN_PARTS = {"", ".", "..", ".git"}


class StaleRef(Exception):
    """A ref did not have the value that the update expected."""


class BadPath(ValueError):
    """A path that no tree may hold, such as `../x` or `.git/config`."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A bare repository at `path`. Every method runs git; none keeps state of its own."""

    path: Path

    @classmethod
    def create(cls, path: Path, default_branch: str = "main") -> "Repository":
        """Make an empty bare repository that accepts authorised pushes over HTTP."""
        for directory in ("objects/info", "objects/pack", "refs/heads", "refs/tags", "hooks"):
            (path / directory).mkdir(parents=True)
        (path / "HEAD").write_text(f"ref: refs/heads/{default_branch}\n")
        (path / "config").write_text(_CONFIG)
        hook = path / "hooks" / "update"
        hook.write_text(UPDATE_HOOK)
        hook.chmod(0o755)
        return cls(path)

    def git(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """Run git here and answer its output; raises `GitFailed`."""
        return run_git(self.path, *arguments, stdin=stdin)[1]

    # ---- refs

    def refs(self, prefix: str = "refs/") -> dict[str, str]:
        """All refs that start with `prefix`, with the object that each names, in name order."""
        output = self.git("for-each-ref", "--format=%(objectname) %(refname)")
        pairs = (line.split(" ", 1) for line in output.decode().splitlines())
        return {name: sha for sha, name in pairs if name.startswith(prefix)}

    def ref(self, name: str) -> str | None:
        """What a full ref name points at, or None. The name is exact: `main^` is no ref."""
        loose = read_ref(self.path, name)
        if loose is not None or no_ref(self.path, name):
            return loose
        code, output = run_git(
            self.path, "show-ref", "--verify", "--hash", "--", name, accept=(0, 1, 128)
        )
        return output.decode().strip() if code == 0 else None

    def branch(self, name: str) -> str | None:
        """The head of a branch, or None."""
        return self.ref(f"refs/heads/{name}")

    def update_ref(self, name: str, new: str, expected: str | None = None) -> None:
        """Point a ref at `new`; when `expected` is given (`ZERO`: must not exist), only from there.

        Raises `StaleRef` when it is elsewhere.
        """
        arguments = ["update-ref", name, new] + ([expected] if expected is not None else [])
        try:
            self.git(*arguments)
        except GitFailed as failure:
            raise StaleRef(failure.stderr) from failure

    def delete_ref(self, name: str) -> None:
        """Remove a ref."""
        self.git("update-ref", "-d", name)

    # ---- reading

    def resolve(self, revision: str) -> str | None:
        """The commit that a branch, tag, ref or (short) sha means, or None."""
        if not revision or not _REVISION.fullmatch(revision) or ".." in revision:
            return None
        branch = read_ref(self.path, f"refs/heads/{revision}")
        if branch is not None:
            return branch
        for candidate in (f"refs/heads/{revision}", f"refs/tags/{revision}", revision):
            if candidate != revision and no_ref(self.path, candidate):
                continue
            if _SHA.fullmatch(candidate) and self._is_loose_commit(candidate):
                return candidate
            wanted = candidate + "^{commit}"
            code, output = run_git(
                self.path, "rev-parse", "--verify", "--quiet", wanted, accept=(0, 1)
            )
            if code == 0:
                return output.decode().strip()
        return None

    def kind(self, sha: str) -> ObjectKind | None:
        """What kind of object a full sha names, or None when there is none."""
        if not _SHA.fullmatch(sha):
            return None
        if (loose := read_loose(self.path, sha)) is not None:
            return loose.kind
        answer = self.git("cat-file", "--batch-check=%(objecttype)", stdin=sha.encode()).decode()
        match answer.strip():
            case "blob" | "tree" | "commit" | "tag" as kind:
                return kind
            case _:
                return None

    def commit(self, sha: str) -> Commit:
        """Read one commit; raises `GitFailed` when there is none."""
        if (loose := read_commit(self.path, sha)) is not None:
            return loose
        return read_log(self.git("log", "-z", LOG_FORMAT, "-1", sha, "--"))[0]

    def log(self, revisions: str, path: str = "", limit: int | None = None) -> tuple[Commit, ...]:
        """The commits of a range such as `a..b`, newest first."""
        limited = [] if limit is None else [f"--max-count={limit}"]
        paths = [path] if path else []
        return read_log(self.git("log", "-z", LOG_FORMAT, *limited, revisions, "--", *paths))

    def count(self, revisions: str) -> int:
        """How many commits a range has."""
        return int(self.git("rev-list", "--count", revisions, "--"))

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor, or None for unrelated histories."""
        code, output = run_git(self.path, "merge-base", one, other, accept=(0, 1))
        return output.decode().split()[0] if code == 0 else None

    def contains(self, ancestor: str, descendant: str) -> bool:
        """Whether `ancestor` is `descendant` or lies behind it."""
        code, _ = run_git(
            self.path, "merge-base", "--is-ancestor", ancestor, descendant, accept=(0, 1)
        )
        return code == 0

    def tree(self, revision: str, path: str = "", recursive: bool = False) -> tuple[TreeEntry, ...]:
        """The entries of a tree, directories included; raises `GitFailed` for what is no tree."""
        deep = ["-r", "-t"] if recursive else []
        where = f"{revision}:{path}" if path else revision
        return tuple(_entries(self.git("ls-tree", "-z", "-l", *deep, where)))

    def entry(self, revision: str, path: str) -> TreeEntry | None:
        """The tree entry at `path`, or None."""
        if (loose := read_entry(self.path, self.branch(revision) or revision, path)) is not None:
            return loose
        output = self.git("--literal-pathspecs", "ls-tree", "-z", "-l", revision, "--", path)
        return next(_entries(output), None)

    def blob(self, sha: str) -> bytes:
        """The bytes of a blob."""
        return self.content("blob", sha)

    def content(self, kind: ObjectKind, sha: str) -> bytes:
        """The bytes of an object of that kind; raises `GitFailed` when there is none."""
        loose = read_loose(self.path, sha)
        if loose is not None and loose.kind == kind:
            return loose.content
        return self.git("cat-file", kind, sha)

    def read_file(self, revision: str, path: str) -> bytes | None:
        """The bytes of a file at a revision, or None when no file is there."""
        found = self.entry(revision, path)
        return self.blob(found.sha) if found is not None and found.kind == "blob" else None

    def _is_loose_commit(self, sha: str) -> bool:
        found = read_loose(self.path, sha)
        return found is not None and found.kind == "commit"

    # ---- writing

    def write_blob(self, content: bytes) -> str:
        """Store bytes; answer their sha."""
        return write_loose(self.path, "blob", content)

    def write_tree(self, base: str | None, changes: Mapping[str, TreeEntry | None]) -> str:
        """Store the tree `base` with entries put or (None) removed; answer its sha.

        Raises `BadPath`.
        """
        for path in changes:
            if any(part.lower() in _FORBIDDEN_PARTS for part in path.split("/")):
                raise BadPath(path)
        with tempfile.TemporaryDirectory(prefix="forge-index-") as directory:
            index = {"GIT_INDEX_FILE": str(Path(directory) / "index")}
            if base is not None:
                run_git(self.path, "read-tree", base, extra=index)
            lines = (
                f"0 {ZERO}\t{path}" if entry is None else f"{entry.mode} {entry.sha}\t{path}"
                for path, entry in changes.items()
            )
            feed = "".join(line + "\0" for line in lines).encode()
            run_git(
                self.path,
                "update-index",
                "-z",
                "--replace",
                "--index-info",
                stdin=feed,
                extra=index,
            )
            return run_git(self.path, "write-tree", extra=index)[1].decode().strip()

    def write_commit(
        self,
        tree: str,
        parents: tuple[str, ...],
        message: str,
        author: Signature,
        committer: Signature | None = None,
    ) -> str:
        """Store a commit; answer its sha. No ref moves."""
        flags = [flag for parent in parents for flag in ("-p", parent)]
        who = author.environment("AUTHOR") | (committer or author).environment("COMMITTER")
        message = message.rstrip("\n") + "\n"
        _, output = run_git(
            self.path, "commit-tree", tree, *flags, stdin=message.encode(), extra=who
        )
        return output.decode().strip()


def _entries(output: bytes) -> Iterator[TreeEntry]:
    for line in output.decode("utf-8", "replace").split("\0"):
        if not line:
            continue
        facts, path = line.split("\t", 1)
        mode, kind, sha, size = facts.split()
        match kind:
            case "blob" | "tree" | "commit" as known:
                yield TreeEntry(mode, known, sha, int(size) if size != "-" else None, path)
