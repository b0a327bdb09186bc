"""The command line of one sandboxed job: what it may see, and as whom it runs.

A user without privileges needs one bubblewrap. Root needs two: `prlimit --nproc` does not bind
root, and the interpreter or the work tree may lie below a directory that only root may enter. So
the outer one, as root, does nothing but build the file tree; `setpriv` then drops to an
unprivileged user, and the inner one makes the namespaces.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bot.stages.sandbox import Job

INSIDE_UID = 1000
WORK = "/work"
HOME = "/tmp/home"  # noqa: S108 - a path inside the sandbox, where /tmp is private
SHM = "/tmp/.shm"  # noqa: S108 - likewise
PASSWD = (
    b"sandbox:x:1000:1000:sandbox:/tmp/home:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"
)
GROUP = b"sandbox:x:1000:\nnogroup:x:65534:\n"
HOSTS = b"127.0.0.1 localhost sandbox\n::1 localhost\n"

_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_ETC = (
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/pki/tls/certs",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
)
_DEVICES = ("null", "zero", "full", "random", "urandom")
# What tells of the host or its kernel, beyond what the kernel itself keeps from us. The base is
# Docker's list of masked paths (moby: oci/defaults.go).
_MASKED = (
    *("acpi", "asound", "bus", "cmdline", "driver", "interrupts", "iomem", "ioports", "irq"),
    *("kallsyms", "kcore", "key-users", "keys", "kmsg", "kpagecgroup", "kpagecount", "kpageflags"),
    *("latency_stats", "modules", "pagetypeinfo", "sched_debug", "scsi", "slabinfo"),
    *("sysrq-trigger", "timer_list", "timer_stats", "vmallocinfo"),
)
_PROVIDED = frozenset({"/", "/etc", "/usr", "/tmp", "/dev", "/proc", WORK})  # noqa: S108


@dataclass(frozen=True, slots=True)
class Programs:
    """Absolute paths of the programs on the host; `setpriv` only where we start as root."""

    bwrap: str
    choom: str
    prlimit: str
    setpriv: str | None


@dataclass(frozen=True, slots=True)
class Descriptors:
    """Open files: the made-up `/etc` files, the system call filter, and where the status goes."""

    passwd: int
    group: int
    hosts: int
    seccomp: int
    status: int


@dataclass(frozen=True, slots=True)
class Rooms:
    """What is the same for every job of one sandbox."""

    programs: Programs
    interpreters: tuple[Path, ...]
    uid: int


def command(job: Job, rooms: Rooms, given: Descriptors) -> tuple[str, ...]:
    """The whole argument vector for one job."""
    tree = tuple(_tree(job, rooms.interpreters, given))
    programs = rooms.programs
    target = (*_limited(job, programs.prlimit), *job.argv)
    # when the host runs out of memory, the kernel is to end the job and not the bot
    first = (programs.choom, "-n", "1000", "--", programs.bwrap)
    if programs.setpriv is None:
        sealed = ("--remount-ro", "/")
        inner = (
            *_namespaces(job, given),
            *tree,
            *_private(job),
            *sealed,
            *_environment(job, rooms),
        )
        return (*first, *inner, "--", *target)
    work = () if job.read_only else ("--bind", WORK, WORK)
    inner = (*_namespaces(job, given), "--ro-bind", "/", "/", *work, *_private(job))
    # The host's /proc is bound for one reason: the kernel lets the inner user namespace mount its
    # own /proc only where a whole one can be seen. The inner one lies over it.
    # The outer process namespace is for the bot's sudden end: the outer bubblewrap has no right to
    # signal another user, but when its namespace goes, all in there go.
    outer = (
        "--die-with-parent",
        "--unshare-pid",
        *tree,
        "--bind",
        "/proc",
        "/proc",
        "--dev",
        "/dev",
    )
    drop = (
        programs.setpriv,
        f"--reuid={rooms.uid}",
        f"--regid={rooms.uid}",
        "--clear-groups",
        "--no-new-privs",
        "--inh-caps=-all",
        "--bounding-set=-all",
    )
    return (
        *(*first, *outer, "--", *drop, "--"),
        *(programs.bwrap, *inner, *_environment(job, rooms), "--", *target),
    )


def _namespaces(job: Job, given: Descriptors) -> Iterator[str]:
    yield from ("--die-with-parent", "--new-session", "--unshare-user", "--disable-userns")
    yield from ("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
    if not job.network:
        yield "--unshare-net"
    yield from ("--cap-drop", "ALL", "--uid", str(INSIDE_UID), "--gid", str(INSIDE_UID))
    yield from ("--hostname", "sandbox", "--json-status-fd", str(given.status))
    yield from ("--seccomp", str(given.seccomp))


def _tree(job: Job, interpreters: tuple[Path, ...], given: Descriptors) -> Iterator[str]:
    """An allow-list: what is not named here does not exist inside."""
    yield from ("--tmpfs", "/", "--ro-bind", "/usr", "/usr")
    for directory in ("/etc", "/etc/pki", "/etc/pki/tls", "/etc/ssl"):
        yield from ("--perms", "0755", "--dir", directory)
    for name in _SYSTEM:
        here = Path("/", name)
        if here.is_symlink():
            yield from ("--symlink", str(here.readlink()), str(here))
        elif here.is_dir():
            yield from ("--ro-bind", str(here), str(here))
    for path in _ETC:
        yield from ("--ro-bind-try", path, path)
    if job.network:
        yield from ("--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf")
    made_up = ((given.passwd, "passwd"), (given.group, "group"), (given.hosts, "hosts"))
    for descriptor, name in made_up:
        yield from ("--perms", "0444", "--ro-bind-data", str(descriptor), f"/etc/{name}")
    bound = [(path, str(path)) for path in interpreters] + list(job.mounts)
    over = [(source, inside) for source, inside in bound if inside.startswith(f"{WORK}/")]
    for source, inside in (one for one in bound if one not in over):
        yield from _closed_parents(inside)
        yield from ("--ro-bind", str(source), inside)
    yield from ("--ro-bind" if job.read_only else "--bind", str(job.workdir), WORK)
    # Over the work tree: a job finds these where they were made, and cannot change them.
    for source, inside in over:
        yield from ("--ro-bind", str(source), inside)
    yield from ("--dir", "/tmp", "--dir", "/dev", "--dir", "/proc")  # noqa: S108


def _closed_parents(inside: str) -> Iterator[str]:
    """Directories on the way to a mount can be passed, not listed."""
    path = PurePosixPath(inside)
    if not path.is_absolute() or ".." in path.parts or inside in _PROVIDED:
        raise ValueError(f"not a place to mount: {inside!r}")
    for parent in reversed(path.parents):
        if str(parent) not in _PROVIDED and not parent.is_relative_to("/usr"):
            yield from ("--perms", "0111", "--dir", str(parent))


def _private(job: Job) -> Iterator[str]:
    yield from ("--proc", "/proc")
    for masked in (Path("/proc", name) for name in _MASKED):
        if masked.is_dir():
            yield from ("--size", "4096", "--tmpfs", str(masked), "--remount-ro", str(masked))
        elif masked.exists():
            # bound without the right to be a device, it cannot be opened
            yield from ("--ro-bind", "/dev/null", str(masked))
    yield from ("--remount-ro", "/proc", "--tmpfs", "/dev")
    for device in (f"/dev/{name}" for name in _DEVICES):
        yield from ("--dev-bind", device, device)
    for name, descriptor in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        yield from ("--symlink", f"/proc/self/fd{descriptor}", f"/dev/{name}")
    # One file system for both, so that files in memory have one limit: half of what processes have.
    yield from ("--symlink", SHM, "/dev/shm", "--remount-ro", "/dev")  # noqa: S108
    size = str(min(job.limits.disk_bytes, job.limits.memory_bytes // 2))
    yield from ("--size", size, "--perms", "1777", "--tmpfs", "/tmp", "--dir", HOME)  # noqa: S108
    yield from ("--dir", SHM)


def _environment(job: Job, rooms: Rooms) -> Iterator[str]:
    path = ":".join(
        [*(f"{path}/bin" for path in rooms.interpreters), "/usr/local/bin:/usr/bin:/bin"]
    )
    yield from ("--clearenv", "--chdir", WORK)
    base = (
        ("PATH", path),
        ("HOME", HOME),
        ("LANG", "C.UTF-8"),
        ("USER", "sandbox"),
        # a stale .pyc of the same size and second would make a changed file look unchanged
        ("PYTHONDONTWRITEBYTECODE", "1"),
    )
    for name, value in (*base, *job.env):
        yield from ("--setenv", name, value)


def _limited(job: Job, prlimit: str) -> Iterator[str]:
    limits = job.limits
    yield prlimit
    yield from (f"--nproc={limits.processes}", f"--fsize={limits.file_bytes}", "--nofile=1024")
    # Data, not address space: runtimes such as Node and Java reserve far more than they ever use.
    yield from (f"--data={limits.memory_bytes}", "--core=0", "--memlock=0", "--msgqueue=0", "--")
