"""What a running job uses: disk in its work tree, memory and unlinked files of its processes."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.trees import TreeRefused, walk
from bot.stages.sandbox import Job

_BLOCK = 512  # st_blocks counts these, whatever the file system's own block size
_SHARE = 8  # of what was free when a job started, one part stays free
_PAGE = os.sysconf("SC_PAGE_SIZE")


def disk_bytes(root: Path) -> int:
    """Bytes allocated below a directory, each hard-linked file once. Raises TreeRefused."""
    total, linked = 0, set[tuple[int, int]]()
    for entry in walk(root):
        status = entry.status
        if status.st_nlink > 1 and not entry.is_directory:
            key = (status.st_dev, status.st_ino)
            if key in linked:
                continue
            linked.add(key)
        total += status.st_blocks * _BLOCK
    return total


def descendants(pid: int) -> Iterator[int]:
    """All processes below one, itself included; those that end meanwhile are left out."""
    waiting = [pid]
    while waiting:
        current = waiting.pop()
        yield current
        try:
            threads = list(Path(f"/proc/{current}/task").iterdir())
            for thread in threads:
                waiting += map(int, (thread / "children").read_text().split())
        except OSError:
            continue


def memory_bytes(pids: list[int]) -> int:
    """Memory held by processes, shared pages counted once where the kernel tells."""
    return sum(_proportional(pid) for pid in pids)


def resident_bytes(pids: list[int]) -> int:
    """An upper bound of `memory_bytes` that is cheap to read."""
    total = 0
    for pid in pids:
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
        except (OSError, IndexError):
            continue
    return total


def unlinked_bytes(pids: list[int], root: Path) -> int:
    """Disk held by open files that no directory names any more, on the work tree's file system."""
    device, held = root.stat().st_dev, dict[int, int]()
    for pid in pids:
        try:
            opened = list(Path(f"/proc/{pid}/fd").iterdir())
        except OSError:
            continue
        for file in opened:
            try:
                status = file.stat()
            except OSError:
                continue
            if status.st_dev == device and status.st_nlink == 0 and stat.S_ISREG(status.st_mode):
                held[status.st_ino] = status.st_blocks * _BLOCK
    return sum(held.values())


def free_memory() -> int:
    """Bytes that the host can still give to processes."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")) * 1024


def free_disk(root: Path) -> int:
    """Bytes that are still free on the file system of a directory."""
    status = os.statvfs(root)
    return status.f_bavail * status.f_frsize


@dataclass(frozen=True, slots=True)
class Watch:
    """The limits that no kernel knob holds for an unprivileged tree of processes.

    `disk_limit` is in bytes: a tree that was larger from the start may be worked on, not grow. The
    floors are what the host must keep free, in bytes: they end a job that hides what it holds, such
    as shared pages or unlinked files that no process has open or mapped at the moment of a look.
    """

    job: Job
    disk_limit: int
    memory_floor: int
    disk_floor: int

    @classmethod
    def of(cls, job: Job) -> "Watch":
        """Measure the work tree before the job starts. Raises TreeRefused."""
        before = 0 if job.read_only else disk_bytes(job.workdir)
        return cls(
            job,
            max(job.limits.disk_bytes, before),
            min(job.limits.memory_bytes, free_memory() // _SHARE),
            min(job.limits.disk_bytes, free_disk(job.workdir) // _SHARE),
        )

    def shortage(self) -> str | None:
        """Why the job must be killed for the host's sake, or None. Cheap."""
        if free_memory() < self.memory_floor:
            return "the host ran short of memory"
        if not self.job.read_only and free_disk(self.job.workdir) < self.disk_floor:
            return "the host ran short of disk"
        return None

    def memory_breach(self, pid: int) -> str | None:
        """Why the job must be killed for its memory, or None."""
        limit = self.job.limits.memory_bytes
        pids = list(descendants(pid))
        if resident_bytes(pids) > limit and memory_bytes(pids) > limit:
            return f"its processes together used more than {limit} bytes of memory"
        return None

    def disk_breach(self, pid: int | None) -> str | None:
        """Why the job must be killed for its files, or None. Without a process: after the end."""
        if self.job.read_only:
            return None
        limit, root = self.disk_limit, self.job.workdir
        try:
            used = disk_bytes(root)
        except TreeRefused as refused:
            return str(refused)
        if pid is not None:
            used += unlinked_bytes(list(descendants(pid)), root)
        return f"the work tree grew over {limit} bytes of disk" if used > limit else None


def _proportional(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return resident_bytes([pid])
