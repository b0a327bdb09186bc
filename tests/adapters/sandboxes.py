"""A sandbox for tests, and the one reason for which its tests are skipped."""

import os
from pathlib import Path

import pytest

from bot.adapters.bubblewrap import Bubblewrap
from bot.stages.sandbox import Exited, Job, Limits, SandboxOutcome

SANDBOX = Bubblewrap()
_MISSING = SANDBOX.check()

needs_sandbox = pytest.mark.skipif(
    _MISSING is not None, reason=f"bubblewrap cannot run here: {_MISSING}"
)

SMALL = Limits(
    seconds=20,
    memory_bytes=256 * 1024**2,
    processes=64,
    file_bytes=8 * 1024**2,
    output_bytes=16 * 1024,
    disk_bytes=32 * 1024**2,
)


def sh(workdir: Path, script: str, limits: Limits = SMALL, stdin: bytes = b"") -> SandboxOutcome:
    """Run a shell script in the sandbox."""
    return SANDBOX.run(Job(("/bin/sh", "-c", script), workdir, limits, stdin))


def python(workdir: Path, script: str, limits: Limits = SMALL) -> SandboxOutcome:
    """Run a Python script in the sandbox."""
    return SANDBOX.run(Job(("python3", "-c", script), workdir, limits))


def text(outcome: SandboxOutcome) -> str:
    """The output of a job that ended by itself."""
    assert isinstance(outcome, Exited), outcome
    return outcome.output.decode(errors="replace")


def started_as_root() -> bool:
    return os.getuid() == 0
