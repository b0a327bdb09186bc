"""Loose objects and refs, read and written without a process: git keeps each in a file of its own.

The format is git's (gitformat-loose, gitrepository-layout). What is packed is not seen here, so
None means "ask git".
"""

import hashlib
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from forge.git.objects import Commit, ObjectKind, Signature, TreeEntry

_SHA = re.compile(r"[0-9a-f]{40}")
_REF = re.compile(r"refs(?:/(?!\.)(?:(?!\.\.|@\{)[\w.@+#=-])+(?<!\.lock))+", re.ASCII)
"""Names that are a path below the repository and nothing else; git allows more."""
_SIGNED = re.compile(r"(?P<name>.*?) ?<(?P<email>[^>]*)> (?P<when>\d+) [+-]\d{4}")


@dataclass(frozen=True, slots=True)
class Loose:
    """An object as it lies in its file."""

    kind: ObjectKind
    content: bytes


def read_ref(repository: Path, name: str) -> str | None:
    """The object that a loose ref names, or None."""
    if not _REF.fullmatch(name):
        return None
    with suppress(OSError):
        text = (repository / name).read_text("ascii", "replace").strip()
        if _SHA.fullmatch(text):
            return text
    return None


def no_ref(repository: Path, name: str) -> bool:
    """Whether there certainly is no ref of this name: neither loose nor packed."""
    plain = _REF.fullmatch(name) is not None
    return plain and not (repository / name).exists() and not _packed(repository).exists()


def read_loose(repository: Path, sha: str) -> Loose | None:
    """A loose object, or None."""
    if not _SHA.fullmatch(sha):
        return None
    with suppress(OSError, zlib.error):
        raw = zlib.decompress(_place(repository, sha).read_bytes())
        head, _, content = raw.partition(b"\0")
        match head.partition(b" ")[0].decode("ascii", "replace"):
            case "blob" | "tree" | "commit" | "tag" as kind:
                return Loose(kind, content)
    return None


def read_commit(repository: Path, sha: str) -> Commit | None:
    """A loose commit, or None."""
    found = read_loose(repository, sha)
    if found is None or found.kind != "commit":
        return None
    head, _, message = found.content.decode("utf-8", "replace").partition("\n\n")
    # A signature goes on over lines that begin with a space.
    lines = [line.partition(" ")[::2] for line in head.split("\n") if not line.startswith(" ")]
    fields = dict(lines)
    author, committer = _SIGNED.fullmatch(fields["author"]), _SIGNED.fullmatch(fields["committer"])
    if author is None or committer is None or "encoding" in fields:
        return None
    parents = tuple(value for name, value in lines if name == "parent")
    told = message.rstrip("\n")
    return Commit(sha, fields["tree"], parents, _signature(author), _signature(committer), told)


def read_entry(repository: Path, commit: str, path: str) -> TreeEntry | None:
    """What a loose commit has at a path, or None when one of the trees on the way is packed."""
    above = read_commit(repository, commit)
    if above is None:
        return None
    sha, mode = above.tree, b"40000"
    for part in path.split("/"):
        tree = read_loose(repository, sha)
        if tree is None or tree.kind != "tree":
            return None
        found = dict(_entries(tree.content)).get(os.fsencode(part))
        if found is None:
            return None
        mode, sha = found
    if mode in (b"40000", b"160000"):
        return None
    blob = read_loose(repository, sha)
    text = str(mode, "ascii")
    return None if blob is None else TreeEntry(text, "blob", sha, len(blob.content), path)


def _entries(tree: bytes) -> Iterator[tuple[bytes, tuple[bytes, str]]]:
    """Name, mode and sha of each entry of a tree."""
    at = 0
    while at < len(tree):
        end = tree.index(b"\0", at)
        mode, _, name = tree[at:end].partition(b" ")
        at = end + 21
        yield name, (mode, tree[end + 1 : at].hex())


def _signature(found: re.Match[str]) -> Signature:
    when = datetime.fromtimestamp(int(found["when"]), UTC)
    return Signature(found["name"], found["email"], when)


def write_loose(repository: Path, kind: ObjectKind, content: bytes) -> str:
    """Store an object unless it is there; answer its sha."""
    raw = f"{kind} {len(content)}".encode() + b"\0" + content
    sha = hashlib.sha1(raw, usedforsecurity=False).hexdigest()
    place = _place(repository, sha)
    if not place.exists():
        place.parent.mkdir(exist_ok=True)
        half = place.with_name(f"tmp_obj_{os.urandom(8).hex()}")
        half.write_bytes(zlib.compress(raw, 1))
        half.chmod(0o444)
        half.rename(place)
    return sha


def _place(repository: Path, sha: str) -> Path:
    return repository / "objects" / sha[:2] / sha[2:]


def _packed(repository: Path) -> Path:
    return repository / "packed-refs"
