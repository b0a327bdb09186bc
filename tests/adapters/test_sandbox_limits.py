"""A job that uses too much is stopped, and what it used is given back."""

import contextlib
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.bubblewrap import Bubblewrap
from bot.adapters.bubblewrap.watch import Watch
from bot.stages.sandbox import Exited, Job, Killed, Limits, SandboxOutcome, TimedOut
from tests.adapters.sandboxes import SMALL, needs_sandbox, python, sh, text

sandboxed = [pytest.mark.sandbox, needs_sandbox]


def with_marker(marker: str) -> list[str]:
    """Processes of this machine whose command line holds the marker."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if marker.encode() in (process / "cmdline").read_bytes():
                found.append(process.name)
    return found


def wait_until(holds: Callable[[], bool]) -> None:
    """Poll a condition; fails after ten seconds."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ordinary(_: Path, script: str, limits: Limits = SMALL) -> SandboxOutcome:
    """Run a Python script as where the bot is not root: from a child that has given it up."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(Exception):
            if os.getuid() == 0:
                os.setgroups([])
                os.setresgid(61_001, 61_001, 61_001)
                os.setresuid(61_001, 61_001, 61_001)
            with tempfile.TemporaryDirectory() as workdir:
                job = Job(("/usr/bin/python3", "-c", script), Path(workdir), limits)
                os.write(writing, pickle.dumps(Bubblewrap(interpreters=()).run(job)))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        pickled = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(pickled)


class TestTime:
    pytestmark = sandboxed

    def test_the_wall_time_limit_ends_the_job(self, tmp_path):
        outcome = sh(tmp_path, "echo begun; sleep 1000", replace(SMALL, seconds=0.5))
        assert isinstance(outcome, TimedOut)
        assert outcome.output == b"begun\n"
        assert 0.5 <= outcome.seconds < 5

    @pytest.mark.parametrize("last", ["sleep 1000", "true"])
    def test_nothing_is_left_over_even_of_daemons(self, tmp_path, last):
        marker = f"leftover-{os.getpid()}-{last[:4]}"
        daemon = f"(setsid python3 -c 'import time; time.sleep(1000)' {marker} >&- 2>&- <&- &)"
        sh(tmp_path, f"{daemon} {daemon} {last}", replace(SMALL, seconds=0.6))
        assert with_marker(marker) == []

    def test_a_job_that_ignores_signals_is_ended_too(self, tmp_path):
        outcome = sh(tmp_path, "trap '' TERM INT HUP; sleep 1000", replace(SMALL, seconds=0.4))
        assert isinstance(outcome, TimedOut)

    def test_the_job_ends_with_the_bot(self, tmp_path):
        marker = f"orphan-{os.getpid()}"
        bot = """
import sys
from pathlib import Path
from bot.adapters.bubblewrap import Bubblewrap
from bot.stages.sandbox import Job
script = "import time; open('ready', 'w'); time.sleep(1000)"
Bubblewrap().run(Job(("python3", "-c", script, sys.argv[1]), Path(sys.argv[2])))
"""
        with subprocess.Popen((sys.executable, "-c", bot, marker, str(tmp_path))) as process:
            wait_until((tmp_path / "ready").exists)
            process.kill()
        wait_until(lambda: with_marker(marker) == [])


BOMB = "import os\nwhile True:\n try: os.fork()\n except OSError: pass\n"


class TestProcesses:
    pytestmark = sandboxed

    @pytest.mark.parametrize("start", [python, ordinary], ids=["here", "ordinary user"])
    def test_a_fork_bomb_ends_at_the_time_limit_with_all_its_processes(self, tmp_path, start):
        marker = f"bomb-{os.getpid()}"
        outcome = start(tmp_path, f"{BOMB}#{marker}", replace(SMALL, seconds=1.5))
        assert isinstance(outcome, TimedOut)
        assert outcome.seconds < 10
        assert with_marker(marker) == []

    @pytest.mark.parametrize("start", [python, ordinary], ids=["here", "ordinary user"])
    def test_processes_are_held_at_the_limit(self, tmp_path, start):
        script = """
import os, sys
made = 0
for _ in range(200):
    try:
        pid = os.fork()
    except BlockingIOError:
        break
    if pid == 0:
        import signal
        signal.pause()
    made += 1
print(made)
"""
        assert 0 < int(text(start(tmp_path, script))) < SMALL.processes


class TestMemory:
    pytestmark = sandboxed

    def test_one_process_cannot_take_more_than_the_limit(self, tmp_path):
        assert "MemoryError" in text(python(tmp_path, "bytearray(512 * 1024**2)"))

    def test_many_processes_together_cannot_either(self, tmp_path):
        script = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        held = bytearray(os.urandom(1) * (80 * 1024**2))
        time.sleep(100)
time.sleep(100)
"""
        outcome = python(tmp_path, script)
        assert isinstance(outcome, Killed)
        assert "memory" in outcome.reason

    @pytest.mark.parametrize("place", ["/tmp", "/dev/shm", "$HOME"])
    def test_files_in_memory_are_limited(self, tmp_path, place):
        script = f"for i in $(seq 20); do head -c 4000000 /dev/zero > {place}/$i || exit 7; done"
        outcome = sh(tmp_path, script)
        assert isinstance(outcome, Exited)
        assert outcome.code == 7

    def test_all_files_in_memory_share_one_limit(self, tmp_path):
        assert SMALL.disk_bytes < SMALL.memory_bytes // 2
        most = SMALL.disk_bytes // 4_000_000
        fill = "for i in $(seq 20); do head -c 4000000 /dev/zero > $d/$i || break; done"
        script = f"for d in /tmp /dev/shm; do {fill}; done 2>/dev/null; du -s -B4000000 /tmp"
        assert int(text(sh(tmp_path, script)).split()[0]) <= most + 1

    def test_a_job_ends_when_the_host_runs_short(self, tmp_path):
        plenty = Watch(Job(("true",), tmp_path), 0, memory_floor=0, disk_floor=0)
        assert plenty.shortage() is None
        assert "memory" in str(replace(plenty, memory_floor=1 << 60).shortage())
        assert "disk" in str(replace(plenty, disk_floor=1 << 60).shortage())
        reader = replace(plenty.job, read_only=True)
        assert replace(plenty, job=reader, disk_floor=1 << 60).shortage() is None

    def test_what_must_stay_free_is_never_more_than_a_part_of_what_was(self, tmp_path):
        watch = Watch.of(Job(("true",), tmp_path, replace(SMALL, memory_bytes=1 << 60)))
        assert watch.shortage() is None
        assert 0 < watch.memory_floor < 1 << 50


class TestDisk:
    pytestmark = sandboxed

    def test_one_file_cannot_grow_over_the_limit(self, tmp_path):
        outcome = sh(tmp_path, "head -c 10000000 /dev/zero > big")
        assert isinstance(outcome, Exited)
        assert outcome.code != 0
        assert (tmp_path / "big").stat().st_size <= SMALL.file_bytes

    def test_many_files_are_noticed(self, tmp_path):
        script = "i=0; while :; do head -c 2000000 /dev/zero > $i; i=$((i+1)); done"
        outcome = sh(tmp_path, script, replace(SMALL, seconds=15))
        assert isinstance(outcome, Killed)
        assert "disk" in outcome.reason

    def test_a_job_that_is_done_before_the_first_look_is_measured_too(self, tmp_path):
        limits = replace(SMALL, disk_bytes=100_000)
        assert isinstance(sh(tmp_path, "head -c 200000 /dev/zero > big", limits), Killed)

    def test_files_that_were_unlinked_while_open_count(self, tmp_path):
        script = """
import os
for i in range(10):
    held = os.open("x", os.O_CREAT | os.O_WRONLY)
    os.unlink("x")
    for _ in range(7):
        os.write(held, bytes(1024**2))
import time; time.sleep(100)
"""
        outcome = python(tmp_path, script)
        assert isinstance(outcome, Killed)
        assert "disk" in outcome.reason

    def test_a_tree_that_was_too_large_already_can_be_made_smaller(self, tmp_path):
        (tmp_path / "big").write_bytes(bytes(200_000))
        outcome = sh(tmp_path, "rm big", replace(SMALL, disk_bytes=100_000))
        assert isinstance(outcome, Exited)
        assert outcome.code == 0

    def test_a_tree_nested_without_end_is_refused(self, tmp_path):
        script = "import os\nfor _ in range(300): os.mkdir('d'); os.chdir('d')"
        outcome = python(tmp_path, script)
        assert isinstance(outcome, Killed)
        assert "nested" in outcome.reason


class TestOutput:
    pytestmark = sandboxed

    def test_a_flood_keeps_its_head_and_tail(self, tmp_path):
        outcome = sh(tmp_path, "echo first; head -c 50000000 /dev/zero | tr '\\0' x; echo last")
        assert isinstance(outcome, Exited)
        assert outcome.truncated
        assert outcome.output.startswith(b"first\n")
        assert outcome.output.endswith(b"last\n")
        assert len(outcome.output) < SMALL.output_bytes + 100

    def test_a_flood_without_end_is_kept_short_until_its_time_is_over(self, tmp_path):
        outcome = sh(tmp_path, "yes", replace(SMALL, seconds=0.5))
        assert isinstance(outcome, TimedOut)
        assert len(outcome.output) < SMALL.output_bytes + 100

    def test_a_flood_of_errors_is_output_too(self, tmp_path):
        assert text(sh(tmp_path, "echo out; echo err >&2")) == "out\nerr\n"
