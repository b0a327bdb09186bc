"""The ways out of the sandbox that are tried: one table, for the tests and for `bench/escapes`.

Each is one shell script. It got out when it exits with 0, or, where `out` is given, when its output
matches that pattern: some things succeed inside and only must not show what is the host's.
"""

import os
import re
import socket
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote

SECRET = "key-of-the-host-4711"
"""Stands in the environment of whoever starts the sandbox, and in a file above the work tree."""


@dataclass(frozen=True, slots=True)
class Escape:
    """One way out. PORT, PID and SOCKET in the script stand for things of the host."""

    reach: str
    script: str
    out: str | None = None

    def got_out(self, code: int, printed: str) -> bool:
        """Whether it did what it must not."""
        if SECRET in printed:
            return True
        return code == 0 if self.out is None else bool(re.search(self.out, printed))


def _python(script: str) -> str:
    return f"python3 -c {quote(script)}"


_FILES = (
    *(f"ls {path}" for path in ("/etc/shadow", "/home", "/var", "/run", "/opt", "/srv", "/mnt")),
    "ls /root",
    "ln -s /etc/shadow innocent; cat innocent",
    "cat /proc/1/root/etc/shadow",
    "cat /proc/1/cwd/../../etc/shadow",
    "ls /proc/1/root/../home",
    "cat /work/../secret",
    "cat /proc/self/cwd/../secret",
    "ln /etc/passwd hard",
    "ls /run/docker.sock",
    "ls /var/run",
    "ls /sys/fs/cgroup",
    *(f"touch {path}" for path in ("/usr/bin/evil", "/etc/evil", "/evil", "/dev/evil")),
    "touch /root/evil",
    "echo x >> /etc/passwd",
    "echo x > /usr/lib/python3/dist-packages/evil.pth",
)
_RIGHTS = (
    "mknod disk b 8 0 && head -c 1 disk",
    "mknod mem c 1 1 && head -c 1 mem",
    "mknod disk b 254 0",
    "mknod /tmp/kmsg c 1 11",
    "chroot . /bin/true",
    "mount --bind / /work",
    "mount -t tmpfs none /tmp",
    "mount -o remount,rw /usr",
    "umount /proc",
    "unshare -Ur true",
    "unshare -m true",
    "unshare --user true",
    "nsenter -t 1 -m true",
    "setpriv --reuid 0 true",
    _python("import os; os.setuid(0)"),
    _python("import ctypes,sys; sys.exit(ctypes.CDLL(None).ptrace(16, 1, 0, 0) != 0)"),
    _python("import ctypes,sys; sys.exit(ctypes.CDLL(None).ptrace(0, 0, 0, 0) != 0)"),
)
KERNEL_FILES = re.findall(
    r"\S+",
    "kcore keys key-users kallsyms kmsg sysrq-trigger timer_list cmdline iomem modules slabinfo",
)
_KERNEL = (
    *(f"head -c 20 /proc/{name}" for name in KERNEL_FILES),
    "echo x > /proc/sys/kernel/hostname",
    "echo 9 > /proc/sys/kernel/shmall",
    "echo x > /proc/sysrq-trigger",
    "echo 1 > /proc/1/oom_score_adj",
    _python('open("/dev/mem", "rb")'),
)
_NETWORK = (
    _python("import socket; socket.create_connection(('127.0.0.1', PORT), 2)"),
    _python('import socket; socket.create_connection(("1.1.1.1", 53), 1)'),
    _python('import socket; socket.getaddrinfo("example.com", 80)'),
    _python("import socket; socket.socket(socket.AF_UNIX).connect(chr(0) + 'SOCKET')"),
)
_SEEN = (
    Escape("network", _python("import socket; print(socket.if_nameindex())"), r"'(?!lo')\w+'"),
    Escape(
        "secrets",
        "env; set; cat /proc/self/environ; for p in /proc/[0-9]*; do cat $p/environ $p/cmdline"
        " $p/mountinfo $p/status; ls -l $p/fd $p/cwd $p/root; done 2>/dev/null; cat /proc/keys",
        "API_KEY|GITHUB|ANTHROPIC",
    ),
    Escape("processes", "(cd /proc && ls -d [0-9]*) | wc -l", r"(?m)^\d{2,}$"),
    Escape("processes", _python("import os; os.kill(PID, 0)")),
    Escape("rights", "cp /usr/bin/id ./id && chmod 6755 ./id && ./id -u", r"(?m)^(?!1000$)\d+$"),
    Escape("rights", "grep -E 'Cap(Prm|Eff|Bnd|Amb)' /proc/self/status", r"\t0*[1-9a-f]"),
)

ESCAPES: tuple[Escape, ...] = (
    *(Escape("files", script) for script in _FILES),
    *(Escape("rights", script) for script in _RIGHTS),
    *(Escape("kernel", script) for script in _KERNEL),
    *(Escape("network", script) for script in _NETWORK),
    *_SEEN,
)

EXHAUSTING: tuple[Escape, ...] = (
    Escape("time", "trap '' TERM INT HUP; sleep 1000"),
    Escape("time", "(setsid sleep 1000 >&- 2>&- <&- &) ; sleep 1000"),
    Escape("processes", _python("import os\nwhile True:\n try: os.fork()\n except OSError: pass")),
    Escape("memory", _python("bytearray(64 * 1024**3)")),
    Escape("disk", "head -c 300000000 /dev/zero > big"),
    Escape("output", "yes | head -c 300000000", r"(?s).{1000000}"),
)
"""Ways to use more than there is to have; each must be stopped at a limit."""


@contextmanager
def at_home(escapes: tuple[Escape, ...]) -> Generator[tuple[Escape, ...]]:
    """The escapes with something to reach on this host: a port, a process, an abstract socket."""
    with ExitStack() as open_while:
        server = open_while.enter_context(socket.create_server(("127.0.0.1", 0)))
        local = open_while.enter_context(socket.socket(socket.AF_UNIX))
        name = f"sandbox-escape-{os.getpid()}"
        local.bind(f"\0{name}")
        local.listen()
        real = {"PORT": str(server.getsockname()[1]), "PID": str(os.getpid()), "SOCKET": name}
        yield tuple(replace(one, script=_filled(one.script, real)) for one in escapes)


def _filled(script: str, real: dict[str, str]) -> str:
    return re.sub(r"\b(?:PORT|PID|SOCKET)\b", lambda found: real[found[0]], script)


def work_tree(above: Path) -> Path:
    """An empty work tree below a directory that holds the host's secret."""
    (above / "secret").write_text(SECRET)
    tree = above / "tree"
    tree.mkdir()
    return tree
