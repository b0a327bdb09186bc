"""What one tree changes in another, for the gate and for people."""

import hashlib
import os
from collections.abc import Iterator

from bot.adapters.git.command import GitCommand, GitError
from bot.adapters.git.objects import BlobReader, blob_reader, checked
from bot.kernel.patch_gate import FileChange, Mode
from bot.kernel.values import Sha

MAX_FILES = 2_000
MAX_BLOB_BYTES = 8 * 1024**2
MAX_TEXT_BYTES = 1024**2


def changes(git: GitCommand, base: Sha, tree: Sha) -> tuple[FileChange, ...]:
    """Every changed path with modes, contents, renames resolved.

    Raises GitError when there is more than a gate can judge: never is a part shown as the whole.
    """
    raw = git.output("diff-tree", "-r", "-z", "--raw", "-M", checked(base), checked(tree))
    with blob_reader(git) as reader:
        found = []
        for change in _parsed(raw, reader):
            found.append(change)
            if len(found) > MAX_FILES:
                raise GitError(f"the change touches more than {MAX_FILES} files")
    return tuple(found)


def diff_text(git: GitCommand, base: Sha, tree: Sha) -> str:
    """The unified diff, at most `MAX_TEXT_BYTES`, with a last line that says so when cut."""
    plain = ("--no-color", "--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/")
    text = git.output("diff-tree", "-p", "-M", *plain, checked(base), checked(tree))
    shown = text[:MAX_TEXT_BYTES].decode(errors="replace")
    return shown if len(text) <= MAX_TEXT_BYTES else f"{shown}\n[... the diff goes on ...]\n"


def diff_hash(git: GitCommand, base: Sha, tree: Sha) -> str:
    """SHA-256 over paths, modes, removed and added lines: the same wherever the change is made.

    What only says where it was made is left out: line numbers, context and object ids.
    """
    plain = ("--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--text", "-U0")
    text = git.output("diff-tree", "-p", *plain, checked(base), checked(tree))
    digest = hashlib.sha256()
    for line in text.split(b"\n"):
        if not line.startswith(b"index "):
            digest.update((b"@@" if line.startswith(b"@@ ") else line) + b"\n")
    return digest.hexdigest()


def _parsed(raw: bytes, reader: BlobReader) -> Iterator[FileChange]:
    fields = iter(raw.split(b"\0")[:-1])
    for about in fields:
        old_mode, new_mode, old_sha, new_sha, status = about.decode().removeprefix(":").split()
        old_path = path = os.fsdecode(next(fields))
        if status[0] in "RC":
            path = os.fsdecode(next(fields))
        before, after = Mode(old_mode), Mode(new_mode)
        yield FileChange(
            path=path,
            old_path=old_path,
            before=_blob(reader, path, before, Sha(old_sha)),
            after=_blob(reader, path, after, Sha(new_sha)),
            old_mode=before,
            new_mode=after,
        )


def _blob(reader: BlobReader, path: str, mode: Mode, sha: Sha) -> bytes | None:
    if mode in (Mode.ABSENT, Mode.SUBMODULE):
        return None
    if (size := reader.size(sha)) > MAX_BLOB_BYTES:
        raise GitError(f"{path!r} has {size} bytes, more than a change may hold")
    return reader.read(sha)
