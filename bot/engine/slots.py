"""Slots: the names under which processes work, each held by one process of this machine."""

import fcntl
from pathlib import Path
from typing import TextIO


class SlotTaken(Exception):
    """Another process works in this slot; the message says what to do."""


def hold_slot(home: Path, slot: int) -> TextIO:
    """The lock of a slot, until it is closed. Raises SlotTaken."""
    directory = home / "slots"
    directory.mkdir(parents=True, exist_ok=True)
    lock = (directory / f"worker-{slot}.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as taken:
        lock.close()
        raise SlotTaken(
            f"another process works as worker-{slot}: stop it, or start this one with --slot"
        ) from taken
    return lock
