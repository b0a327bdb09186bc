"""Loose objects and refs, read and written without a process: git keeps each in a file of its own.

The format is git's (gitformat-loose, gitrepository-layout). What is packed is not seen here, so
None means "ask git".
"""

import hashlib
import os
import re
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from forge.git.objects import ObjectKind

_SHA = re.compile(r"[0-9a-f]{40}")
_REF = re.compile(r"refs(?:/(?!\.)(?:(?!\.\.|@\{)[\w.@+#=-])+(?<!\.lock))+", re.ASCII)
"""Names that are a path below the repository and nothing else; git allows more."""


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
