"""The port to the sandbox: every command the model causes runs behind it, with no way around."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use: seconds of wall time, bytes, and a number of processes."""

    seconds: float = 60.0
    memory_bytes: int = 2 * 1024**3
    processes: int = 256
    file_bytes: int = 256 * 1024**2
    output_bytes: int = 64 * 1024
    disk_bytes: int = 1024**3


@dataclass(frozen=True, slots=True)
class Job:
    """One command. `workdir` is bound at `/work`; `env` and `mounts` only add harmless things."""

    argv: tuple[str, ...]
    workdir: Path
    limits: Limits = Limits()
    stdin: bytes = b""
    network: bool = False
    read_only: bool = False
    env: tuple[tuple[str, str], ...] = ()
    mounts: tuple[tuple[Path, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Exited:
    """The command ended by itself; output is stdout and stderr merged, head and tail when long."""

    code: int
    output: bytes
    seconds: float
    truncated: bool


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The wall-time limit was reached and the whole process tree was killed."""

    output: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class Killed:
    """Another limit was reached (disk, memory, …) and the whole process tree was killed."""

    reason: str
    output: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class Unavailable:
    """There is no sandbox here. The bot refuses to work; `remedy` says what to install."""

    reason: str
    remedy: str


SandboxOutcome: TypeAlias = Exited | TimedOut | Killed | Unavailable


@dataclass(frozen=True, slots=True)
class ToolOk:
    """What a file tool found or did, as bounded text."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolError:
    """Why a file tool refused, and what to do instead."""

    text: str


class Sandbox(Protocol):
    """Runs one job at a time, each in fresh namespaces."""

    def run(self, job: Job) -> SandboxOutcome:
        """Run the job to its end; never raises for what the job does."""
        ...

    def tool(self, request: dict[str, object], workdir: Path, limits: Limits) -> ToolOk | ToolError:
        """Run one file tool (`{"op": "view" | "search" | "edit", …}`) inside the sandbox."""
        ...

    def check(self) -> Unavailable | None:
        """Whether jobs can run here at all."""
        ...
