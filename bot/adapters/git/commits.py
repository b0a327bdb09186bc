"""New trees and commits that no work directory has held."""

from collections.abc import Mapping

from bot.adapters.git.command import GitCommand, GitError
from bot.adapters.git.objects import (
    EXECUTABLE,
    REGULAR,
    Item,
    checked,
    items,
    write_blobs,
    write_tree,
)
from bot.kernel.values import Sha
from bot.stages.workspace import Signature


def tree_of(git: GitCommand, files: Mapping[str, bytes]) -> Sha:
    """The tree of exactly these files. Raises GitError for a path that git refuses."""
    blobs = zip(files, write_blobs(git, files.values()), strict=True)
    return write_tree(git, {path: Item(REGULAR, sha) for path, sha in blobs})


def replaced(git: GitCommand, tree: Sha, contents: Mapping[str, bytes]) -> Sha:
    """`tree` with these contents in files that it has. Raises GitError for any other path."""
    held = items(git, tree)
    for path in contents:
        if path not in held or held[path].mode not in {REGULAR, EXECUTABLE}:
            raise GitError(f"the tree has no file {path!r}")
    blobs = zip(contents, write_blobs(git, contents.values()), strict=True)
    return write_tree(git, held | {p: Item(held[p].mode, sha) for p, sha in blobs})


def commit(
    git: GitCommand, tree: Sha, parent: Sha | None, message: str, author: Signature, when: int
) -> Sha:
    """A commit object; the same arguments give the same id. `when` is in epoch seconds, UTC."""
    more = {
        "GIT_AUTHOR_NAME": author.name,
        "GIT_AUTHOR_EMAIL": author.email,
        "GIT_AUTHOR_DATE": f"@{when} +0000",
        "GIT_COMMITTER_NAME": author.name,
        "GIT_COMMITTER_EMAIL": author.email,
        "GIT_COMMITTER_DATE": f"@{when} +0000",
    }
    text = message.replace("\0", "").encode(errors="replace")
    arguments = (
        "commit-tree",
        "--no-gpg-sign",
        *(() if parent is None else ("-p", checked(parent))),
        "-F",
        "-",
        checked(tree),
    )
    return Sha(git.output(*arguments, stdin=text, more=more).decode().strip())
