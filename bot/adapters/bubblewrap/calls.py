"""Which system calls the sandbox refuses, and how: policy only, `seccomp.py` assembles it.

The base is what Docker's default profile blocks (docs.docker.com/engine/security/seccomp), to which
are added calls that reach much kernel code or hold memory which no process is seen to hold.
Numbers are from the kernel's `arch/x86/entry/syscalls/syscall_64.tbl` and `scripts/syscall.tbl`.
"""

import errno
import socket
from dataclasses import dataclass
from enum import Enum

ALLOW = 0
"""An answer: the call is made. Any other answer is the error number that the program gets."""

LAST = 469
"""The newest call considered here (file_setattr, Linux 6.17); newer ones do not exist inside."""


class Compare(Enum):
    """How a 32-bit word of an argument is compared with a number."""

    EQUAL = "equal"
    OTHER = "other"
    ABOVE = "above"
    ANY_BIT = "any bit"


@dataclass(frozen=True, slots=True)
class When:
    """`answer` if this half of an argument compares so. The kernel reads int arguments by `low`."""

    argument: int
    compare: Compare
    number: int
    answer: int
    high: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """The first case that holds answers, else `otherwise`. None: the processor lacks the call."""

    x86_64: int | None
    aarch64: int | None
    otherwise: int
    cases: tuple[When, ...] = ()


REFUSED = """
ptrace 101 117 process_vm_readv 310 270 process_vm_writev 311 271 process_madvise 440 440
kcmp 312 272 pidfd_getfd 438 438 perf_event_open 298 241 lookup_dcookie 212 18 syslog 103 116
add_key 248 217 request_key 249 218 keyctl 250 219 bpf 321 280 fanotify_init 300 262
mount 165 40 umount2 166 39 pivot_root 155 41 chroot 161 51 move_mount 429 429 open_tree 428 428
fsopen 430 430 fsconfig 431 431 fsmount 432 432 fspick 433 433 mount_setattr 442 442
open_tree_attr 467 467 name_to_handle_at 303 264 open_by_handle_at 304 265 setns 308 268
unshare 272 97 kexec_load 246 104 kexec_file_load 320 294 create_module 174 - init_module 175 105
finit_module 313 273 delete_module 176 106 query_module 178 - get_kernel_syms 177 - reboot 169 142
swapon 167 224 swapoff 168 225 acct 163 89 quotactl 179 60 quotactl_fd 443 443 vhangup 153 58
settimeofday 164 170 clock_settime 227 112 adjtimex 159 171 clock_adjtime 305 266
sethostname 170 161 setdomainname 171 162 nfsservctl 180 42 iopl 172 - ioperm 173 -
modify_ldt 154 - uselib 134 - _sysctl 156 - sysfs 139 - ustat 136 - mbind 237 235
set_mempolicy 238 237 set_mempolicy_home_node 450 450 migrate_pages 256 238 move_pages 279 239
"""
"""Name, number on x86_64, number on aarch64; a dash where there is none."""
ABSENT = """
clone3 435 435 io_uring_setup 425 425 io_uring_enter 426 426 io_uring_register 427 427
userfaultfd 323 282 memfd_create 319 279 memfd_secret 447 447 msgget 68 186 semget 64 190
"""
"""Programs try these and do without. Messages, semaphores, memfds: memory that no process maps."""
_NAMESPACES = 0x7E02_0000  # CLONE_NEWNS, -CGROUP, -UTS, -IPC, -USER, -PID and -NET
_TERMINALS = (0x5412, 0x541C, 0x5423)  # TIOCSTI and TIOCLINUX type for others; TIOCSETD
# PER_LINUX, PER_LINUX32, each with UNAME26; without address randomisation (sanitizers); query
_PERSONALITIES = (0, 0x8, 0x20000, 0x20008, 0x40000, 0xFFFF_FFFF)
_SHARED_BYTES = 64 * 1024  # a SysV segment; the kernel's 4096 of them are then at most 256 MiB


def rules(*, network: bool) -> tuple[Rule, ...]:
    """All rules. With the host's network its abstract Unix sockets would be in reach: none then."""
    families = (socket.AF_INET, socket.AF_INET6, *(() if network else (socket.AF_UNIX,)))
    sockets = (
        *(When(0, Compare.EQUAL, family, ALLOW) for family in families),
        When(0, Compare.OTHER, socket.AF_NETLINK, errno.EAFNOSUPPORT),
        # routes alone, from which programs learn the interfaces
        When(2, Compare.OTHER, socket.NETLINK_ROUTE, errno.EPROTONOSUPPORT),
    )
    shared = (
        When(1, Compare.OTHER, 0, errno.ENOMEM, high=True),
        When(1, Compare.ABOVE, _SHARED_BYTES, errno.ENOMEM),
    )
    typing = tuple(When(1, Compare.EQUAL, request, errno.EPERM) for request in _TERMINALS)
    personalities = tuple(When(0, Compare.EQUAL, one, ALLOW) for one in _PERSONALITIES)
    return (
        *_always(REFUSED, errno.EPERM),
        *_always(ABSENT, errno.ENOSYS),
        Rule(56, 220, ALLOW, (When(0, Compare.ANY_BIT, _NAMESPACES, errno.EPERM),)),  # clone
        Rule(16, 29, ALLOW, typing),  # ioctl
        Rule(41, 198, ALLOW, sockets),  # socket
        Rule(29, 194, ALLOW, shared),  # shmget
        Rule(135, 92, errno.EPERM, personalities),  # personality
    )


def _always(table: str, answer: int) -> tuple[Rule, ...]:
    numbers = [None if word == "-" else int(word) for word in table.split() if not word.islower()]
    return tuple(Rule(*pair, answer) for pair in zip(numbers[::2], numbers[1::2], strict=True))
