"""The sandbox: one job in, one closed outcome out."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import astuple
from pathlib import Path
from typing import assert_never

from bot.adapters.bubblewrap.arguments import (
    GROUP,
    HOSTS,
    PASSWD,
    WORK,
    Descriptors,
    Programs,
    Rooms,
    command,
)
from bot.adapters.bubblewrap.capture import HeadTail
from bot.adapters.bubblewrap.files import parse_reply, toolbox_job
from bot.adapters.bubblewrap.process import Breached, Ended, OutOfTime, ProcessTree
from bot.adapters.bubblewrap.seccomp import MACHINES, assemble
from bot.adapters.bubblewrap.watch import Watch
from bot.adapters.trees import TreeRefused, walk
from bot.stages.sandbox import (
    Exited,
    Job,
    Killed,
    Limits,
    SandboxOutcome,
    TimedOut,
    ToolError,
    ToolOk,
    Unavailable,
)

UNPRIVILEGED_UID = 61_000
_PACKAGES = "apt-get install bubblewrap util-linux"
_REMEDY = (
    "allow unprivileged user namespaces: sysctl kernel.unprivileged_userns_clone=1, "
    "user.max_user_namespaces above 0, and on Ubuntu 24.04 "
    "kernel.apparmor_restrict_unprivileged_userns=0; a container needs "
    "--security-opt seccomp=unconfined --security-opt systempaths=unconfined"
)


class Bubblewrap:
    """Runs jobs with bubblewrap. `interpreters` are prefixes outside /usr, such as sys.base_prefix.

    Started as root it hands the work tree to `uid`, and the job runs as that user.
    """

    def __init__(
        self, interpreters: tuple[Path, ...] | None = None, uid: int = UNPRIVILEGED_UID
    ) -> None:
        if interpreters is None:
            interpreters = (Path(sys.base_prefix),)
        self._interpreters = tuple(p for p in interpreters if not p.is_relative_to("/usr"))
        self._uid = uid

    def run(self, job: Job) -> SandboxOutcome:
        """Run the job until nothing of it is left. Never raises for what it does."""
        programs, machine = _programs(), MACHINES.get(os.uname().machine)
        if isinstance(programs, Unavailable):
            return programs
        if machine is None:
            return Unavailable("no filter for this processor", f"use {' or '.join(MACHINES)}")
        try:
            _no_links_to(job)
            if programs.setpriv is not None:
                _hand_over(job.workdir, self._uid)
            watch = Watch.of(job)
        except TreeRefused as refused:
            return Killed(str(refused), b"", 0.0)
        started = time.monotonic()
        with ExitStack() as ours:
            with ExitStack() as theirs:
                status, given = _descriptors(ours, theirs, assemble(machine, network=job.network))
                argv = command(job, Rooms(programs, self._interpreters, self._uid), given)
                process = _start(argv, given)
            if programs.setpriv is not None and process.stdout is not None:
                # or the job could not open what /dev/stdout and /dev/stderr stand for
                os.fchown(process.stdout.fileno(), self._uid, self._uid)
            tree = ProcessTree(process, status, watch, HeadTail(job.limits.output_bytes))
            end = tree.run()
        seconds, output = time.monotonic() - started, tree.output.content()
        match end:
            case OutOfTime():
                return TimedOut(output, seconds)
            case Breached(why):
                return Killed(why, output, seconds)
            case Ended(code):
                if code is None:
                    return Unavailable(f"bubblewrap cannot start: {_last_line(output)}", _REMEDY)
                if (why := watch.disk_breach(None)) is not None:
                    return Killed(why, output, seconds)
                return Exited(code, output, seconds, tree.output.truncated)
            case _:
                assert_never(end)

    def tool(self, request: dict[str, object], workdir: Path, limits: Limits) -> ToolOk | ToolError:
        """Run one file tool inside the sandbox."""
        return parse_reply(self.run(toolbox_job(request, workdir, limits)))

    def check(self) -> Unavailable | None:
        """Whether jobs can run here, found by running one."""
        with tempfile.TemporaryDirectory() as workdir:
            outcome = self.run(Job(("true",), Path(workdir), Limits(seconds=20)))
        if isinstance(outcome, Exited) and outcome.code == 0:
            return None
        if isinstance(outcome, Unavailable):
            return outcome
        return Unavailable(f"a trial job did not end well: {_last_line(outcome.output)}", _REMEDY)


def _programs() -> Programs | Unavailable:
    names = ("bwrap", "choom", "prlimit") + (("setpriv",) if os.getuid() == 0 else ())
    found = [shutil.which(name, path="/usr/local/bin:/usr/bin:/bin") for name in names]
    missing = [name for name, path in zip(names, found, strict=True) if path is None]
    if missing:
        return Unavailable(f"not installed: {', '.join(missing)}", _PACKAGES)
    bwrap, choom, prlimit, *rest = (path for path in found if path is not None)
    return Programs(bwrap, choom, prlimit, rest[0] if rest else None)


def _no_links_to(job: Job) -> None:
    """Refuse a link on the way to a mount over the work tree: it would be followed on the host."""
    for _, inside in job.mounts:
        if not inside.startswith(f"{WORK}/"):
            continue
        place = job.workdir
        for part in inside.removeprefix(f"{WORK}/").split("/"):
            place /= part
            if part in {"", ".", ".."} or place.is_symlink():
                raise TreeRefused(f"nothing can be mounted at {inside}: a link is in the way")


def _hand_over(tree: Path, uid: int) -> None:
    """Make an unprivileged user the owner of everything in the tree; links are never followed."""
    os.chown(tree, uid, uid, follow_symlinks=False)
    for entry in walk(tree):
        if (entry.status.st_uid, entry.status.st_gid) != (uid, uid):
            os.chown(entry.name, uid, uid, dir_fd=entry.directory, follow_symlinks=False)


def _descriptors(ours: ExitStack, theirs: ExitStack, seccomp: bytes) -> tuple[int, Descriptors]:
    """Our end of the status pipe, and what bubblewrap inherits; each closed with its stack."""
    status, reported = os.pipe()
    ours.callback(os.close, status)
    theirs.callback(os.close, reported)
    given = []
    for content in (PASSWD, GROUP, HOSTS, seccomp):  # each far below what a pipe holds
        reading, writing = os.pipe()
        theirs.callback(os.close, reading)
        given.append(reading)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(content)
    return status, Descriptors(*given, status=reported)


def _start(argv: tuple[str, ...], given: Descriptors) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={},
        cwd="/",
        pass_fds=astuple(given),
        start_new_session=True,
    )


def _last_line(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no message"
