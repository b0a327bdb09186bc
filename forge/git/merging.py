"""Merging without a work tree: can it be merged, and the commits that each method makes."""

from dataclasses import dataclass
from functools import lru_cache

from forge.git.command import run_git
from forge.git.objects import Commit, Signature
from forge.git.repository import Repository


@dataclass(frozen=True, slots=True)
class CleanMerge:
    """Two commits merge without conflict, to this tree."""

    tree: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two commits do not merge; the files that conflict."""

    paths: tuple[str, ...]


MergeResult = CleanMerge | Conflict


@lru_cache(maxsize=512)
def try_merge(repository: Repository, ours: str, theirs: str) -> MergeResult:
    """Merge two commits, given by sha, in memory. Unrelated histories conflict."""
    if repository.merge_base(ours, theirs) is None:
        return Conflict(())
    flags = ("--write-tree", "-z", "--name-only", "--no-messages")
    code, output = run_git(repository.path, "merge-tree", *flags, ours, theirs, accept=(0, 1))
    tree, *paths = output.decode("utf-8", "replace").rstrip("\0").split("\0")
    return CleanMerge(tree) if code == 0 else Conflict(tuple(paths))


@dataclass(frozen=True, slots=True)
class Merged:
    """The commit that the base branch moves to."""

    sha: str


MergeOutcome = Merged | Conflict


def merge_commit(
    repository: Repository, base: str, head: str, message: str, author: Signature, by: Signature
) -> MergeOutcome:
    """A commit with two parents."""
    match try_merge(repository, base, head):
        case CleanMerge(tree):
            return Merged(repository.write_commit(tree, (base, head), message, author, by))
        case Conflict() as conflict:
            return conflict


def squash(
    repository: Repository, base: str, head: str, message: str, author: Signature, by: Signature
) -> MergeOutcome:
    """One commit on the base with everything the head adds."""
    match try_merge(repository, base, head):
        case CleanMerge(tree):
            return Merged(repository.write_commit(tree, (base,), message, author, by))
        case Conflict() as conflict:
            return conflict


def rebase(repository: Repository, base: str, head: str, by: Signature) -> MergeOutcome:
    """Each commit that the head adds, put again on the base; always new commits, as on GitHub."""
    tip = base
    for commit in reversed(repository.log(f"{base}..{head}")):
        if len(commit.parents) != 1:
            return Conflict(())
        match _replay(repository, commit, tip):
            case CleanMerge(tree):
                tip = repository.write_commit(tree, (tip,), commit.message, commit.author, by)
            case Conflict() as conflict:
                return conflict
    return Merged(tip)


def _replay(repository: Repository, commit: Commit, onto: str) -> MergeResult:
    """What a cherry-pick of `commit` onto `onto` gives.

    git 2.39's merge-tree takes no merge base, so three commits are made whose only history is the
    base that a cherry-pick has: the parent of the commit that is picked.
    """
    parent = repository.commit(commit.parents[0])
    target = repository.commit(onto)
    ancestor = repository.write_commit(parent.tree, (), "base", parent.committer)
    ours = repository.write_commit(target.tree, (ancestor,), "ours", parent.committer)
    theirs = repository.write_commit(commit.tree, (ancestor,), "theirs", parent.committer)
    return try_merge(repository, ours, theirs)
