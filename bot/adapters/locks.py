"""A lock that all threads and processes of this machine respect."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def hold(place: Path) -> Generator[None]:
    """Hold the lock of a directory, or of a file that is made for it; wait for it first."""
    flags = os.O_RDONLY if place.is_dir() else os.O_RDWR | os.O_CREAT
    opened = os.open(place, flags | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
