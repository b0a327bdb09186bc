"""What git stores, as values: signatures, commits, tree entries."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

ObjectKind = Literal["blob", "tree", "commit", "tag"]

ZERO = "0" * 40
"""The object name that stands for "no object" in ref updates."""

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""The tree without entries; git knows it without its being stored."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who made a commit, and when."""

    name: str
    email: str
    when: datetime

    def environment(self, role: Literal["AUTHOR", "COMMITTER"]) -> dict[str, str]:
        """The variables by which git learns it."""
        return {
            f"GIT_{role}_NAME": self.name,
            f"GIT_{role}_EMAIL": self.email,
            f"GIT_{role}_DATE": f"@{int(self.when.timestamp())} +0000",
        }


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Signature
    committer: Signature
    message: str

    @property
    def title(self) -> str:
        """The first line of the message."""
        return self.message.partition("\n")[0]


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One line of a tree; `size` in bytes, of blobs only."""

    mode: str
    kind: ObjectKind
    sha: str
    size: int | None
    path: str


_LOG_FIELDS = ("%H", "%T", "%P", "%an", "%ae", "%at", "%cn", "%ce", "%ct", "%B")
LOG_FORMAT = "--format=" + "%x00".join(_LOG_FIELDS)


def read_log(output: bytes) -> tuple[Commit, ...]:
    """Read the output of `git log -z` with `LOG_FORMAT`."""
    fields = output.decode("utf-8", "replace").split("\0")
    width = len(_LOG_FIELDS)
    records = (fields[at : at + width] for at in range(0, len(fields) - width + 1, width))
    return tuple(_commit(record) for record in records)


def _commit(fields: list[str]) -> Commit:
    sha, tree, parents, name, email, at, committer, committer_email, ct, message = fields
    return Commit(
        sha=sha,
        tree=tree,
        parents=tuple(parents.split()),
        author=Signature(name, email, _instant(at)),
        committer=Signature(committer, committer_email, _instant(ct)),
        message=message.rstrip("\n"),
    )


def _instant(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
