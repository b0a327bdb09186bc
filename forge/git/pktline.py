"""The head of a push: which refs the client wants to move, before its objects follow."""

from dataclasses import dataclass
from typing import IO

_SHA_LENGTH = 40


class BadPacket(ValueError):
    """The bytes are no pkt-lines (git's gitprotocol-common, "pkt-line format")."""


@dataclass(frozen=True, slots=True)
class RefCommand:
    """One ref that a push creates (`old` is zeros), moves, or deletes (`new` is zeros)."""

    ref: str
    old: str
    new: str


def read_commands(stream: IO[bytes]) -> tuple[RefCommand, ...]:
    """Read the commands of a receive-pack request; the stream is left after them.

    Raises `BadPacket`.
    """
    commands = []
    while line := _packet(stream):
        text = line.partition(b"\0")[0].decode("utf-8", "surrogateescape").rstrip("\n")
        if text.startswith("shallow "):
            continue
        match text.split(" ", 2):
            case [old, new, ref] if len(old) == len(new) == _SHA_LENGTH:
                commands.append(RefCommand(ref, old, new))
            case _:
                raise BadPacket(text[:80])
    return tuple(commands)


def _packet(stream: IO[bytes]) -> bytes:
    head = stream.read(4)
    if not head:
        return b""
    try:
        length = int(head, 16)
    except ValueError:
        raise BadPacket(repr(head)) from None
    if length == 0:
        return b""
    body = stream.read(length - 4) if length >= 4 else b""
    if len(body) != length - 4:
        raise BadPacket("cut short")
    return body
