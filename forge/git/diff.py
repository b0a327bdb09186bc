"""What changed between two commits, file by file, as GitHub reports it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from forge.git.objects import Commit
from forge.git.repository import Repository

FileStatus = Literal["added", "removed", "modified", "renamed", "copied", "changed"]

_STATUS: dict[str, FileStatus] = {
    "A": "added",
    "D": "removed",
    "M": "modified",
    "R": "renamed",
    "C": "copied",
    "T": "changed",
}

_MAX_PATCH_BYTES = 1_000_000
_MAX_PATCH_LINES = 20_000


@dataclass(frozen=True, slots=True)
class FileChange:
    """One changed file.

    `patch` starts at the first hunk; it is None for a binary file, for one whose text did not
    change, and for one above GitHub's limits for a single file (1 MB or 20,000 lines).
    """

    path: str
    previous_path: str | None
    status: FileStatus
    sha: str
    mode: str
    additions: int
    deletions: int
    patch: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How `head` stands to `base`: GitHub's three-dot comparison. `commits` are oldest first."""

    base: Commit
    merge_base: Commit
    head: Commit
    ahead: int
    behind: int
    commits: tuple[Commit, ...]
    files: tuple[FileChange, ...]

    @property
    def status(self) -> Literal["identical", "ahead", "behind", "diverged"]:
        """The relation in one word."""
        match self.ahead > 0, self.behind > 0:
            case True, True:
                return "diverged"
            case True, False:
                return "ahead"
            case False, True:
                return "behind"
            case _:
                return "identical"


@lru_cache(maxsize=512)
def diff(repository: Repository, base: str, head: str) -> tuple[FileChange, ...]:
    """The files that differ between two trees or commits, given by sha, renames detected."""
    options = ("diff-tree", "-r", "-M", "--full-index")
    raw = repository.git(*options, "-z", "--raw", base, head).decode("utf-8", "replace")
    text = repository.git(*options, "-p", base, head).decode("utf-8", "replace")
    start = text.find("diff --git ")
    sections = re.split(r"^(?=diff --git )", text[start:], flags=re.M)[1:] if start >= 0 else []
    changes = []
    at = 0
    for code, mode, sha, previous, path in _raw_records(raw):
        # git prints a change of type as a removal and an addition
        width = 2 if code == "T" else 1
        hunks = "\n".join(filter(None, (_hunks(part) for part in sections[at : at + width])))
        at += width
        lines = hunks.split("\n") if hunks else []
        small = len(hunks) <= _MAX_PATCH_BYTES and len(lines) <= _MAX_PATCH_LINES
        changes.append(
            FileChange(
                path=path,
                previous_path=previous,
                status=_STATUS[code],
                sha=sha,
                mode=mode,
                additions=sum(line.startswith("+") for line in lines),
                deletions=sum(line.startswith("-") for line in lines),
                patch=hunks if hunks and small else None,
            )
        )
    return tuple(changes)


@lru_cache(maxsize=512)
def compare(repository: Repository, base: str, head: str) -> Comparison | None:
    """Compare two commits, given by sha; None when they share no history."""
    merge_base = repository.merge_base(base, head)
    if merge_base is None:
        return None
    return Comparison(
        base=repository.commit(base),
        merge_base=repository.commit(merge_base),
        head=repository.commit(head),
        ahead=repository.count(f"{base}..{head}"),
        behind=repository.count(f"{head}..{base}"),
        commits=tuple(reversed(repository.log(f"{base}..{head}"))),
        files=diff(repository, merge_base, head),
    )


def _raw_records(raw: str) -> list[tuple[str, str, str, str | None, str]]:
    """Status letter, new mode, new (or, if removed, old) blob, previous path, path."""
    records = []
    parts = iter(raw.split("\0"))
    for facts in parts:
        if not facts.startswith(":"):
            continue
        old_mode, new_mode, old_sha, new_sha, code = facts[1:].split()
        path = next(parts)
        previous = None
        if code[0] in "RC":
            previous, path = path, next(parts)
        removed = code == "D"
        mode, sha = (old_mode, old_sha) if removed else (new_mode, new_sha)
        records.append((code[0], mode, sha, previous, path))
    return records


def _hunks(section: str) -> str:
    found = re.search(r"^@@", section, flags=re.M)
    return section[found.start() :].removesuffix("\n") if found else ""
