"""The filter of system calls: its verdicts, computed as the kernel would, and then for real."""

import errno
import os
import re
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.bubblewrap.calls import ABSENT, LAST, REFUSED, rules
from bot.adapters.bubblewrap.seccomp import MACHINES, assemble
from bot.stages.sandbox import Exited
from tests.adapters.sandboxes import needs_sandbox, python, text

ALLOWED, KILLED = 0x7FFF0000, 0x80000000
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
I386, ARM = 0x40000003, 0x40000028
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
both = pytest.mark.parametrize("machine", MACHINES.values())


def calls(table: str, machine: str) -> Iterator[tuple[str, int]]:
    words = table.split()
    for name, x86_64, aarch64 in zip(words[::3], words[1::3], words[2::3], strict=True):
        number = x86_64 if machine == "x86_64" else aarch64
        if number != "-":
            yield name, int(number)


def steps(program: bytes) -> list[tuple[int, int, int, int]]:
    return list(struct.iter_unpack("<HBBI", program))


def verdict(program: bytes, audit: int, number: int, *arguments: int) -> int:
    """What the kernel would do, by the rules of classic BPF."""
    padded = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("<IIQ6Q", number, audit, 0, *padded)
    code, at, word = steps(program), 0, 0
    while True:
        instruction, yes, no, value = code[at]
        at += 1
        match instruction:
            case 0x20:
                (word,) = struct.unpack_from("<I", data, value)
            case 0x15:
                at += yes if word == value else no
            case 0x25:
                at += yes if word > value else no
            case 0x45:
                at += yes if word & value else no
            case 0x06:
                return value
            case unknown:
                raise AssertionError(unknown)


def answer(machine: str, number: int, *arguments: int, network: bool = False) -> str:
    """`allowed`, `killed`, or the name of the error."""
    program = assemble(MACHINES[machine], network=network)
    result = verdict(program, AUDIT[machine], number, *arguments)
    if result in (ALLOWED, KILLED):
        return "allowed" if result == ALLOWED else "killed"
    assert result >> 16 == 5, hex(result)
    return errno.errorcode[result & 0xFFFF]


@both
def test_every_listed_call_is_refused(machine):
    for name, number in calls(REFUSED, machine):
        assert (name, answer(machine, number)) == (name, "EPERM")
    for name, number in calls(ABSENT, machine):
        assert (name, answer(machine, number)) == (name, "ENOSYS")


@both
def test_the_numbers_are_those_of_the_kernels_headers(machine):
    if not HEADERS[machine].exists():
        pytest.skip("no kernel headers here")
    source = HEADERS[machine].read_text()
    known = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", source))
    listed = [pair for pair in calls(REFUSED + ABSENT, machine) if pair[0] in known]
    assert len(listed) > 60
    assert listed == [(name, int(known[name])) for name, _ in listed]


@both
def test_no_call_has_two_rules(machine):
    numbers = [getattr(rule, machine) for rule in rules(network=False)]
    present = [number for number in numbers if number is not None]
    assert len(present) == len(set(present))


@both
def test_another_architectures_calls_kill(machine):
    program = assemble(MACHINES[machine], network=False)
    for audit in {*AUDIT.values(), I386, ARM} - {AUDIT[machine]}:
        assert verdict(program, audit, 0) == KILLED


@both
@pytest.mark.parametrize("number", [LAST + 1, 0x40000000, 0x40000000 | 101, 0x7FFFFFFF, 0xFFFFFFFF])
def test_newer_calls_and_those_of_x32_do_not_exist(machine, number):
    assert answer(machine, number) == "ENOSYS"


@pytest.mark.parametrize("number", [0, 1, 9, 39, 57, 58, 59, 202, 231, 257, 332, 334, LAST])
def test_ordinary_calls_are_made(number):
    assert answer("x86_64", number, 7, 7, 7) == "allowed"


THREAD = 0x3D0F00  # what the C library passes to start a thread


@pytest.mark.parametrize(("machine", "clone"), [("x86_64", 56), ("aarch64", 220)])
def test_processes_and_threads_start_but_namespaces_do_not(machine, clone):
    assert answer(machine, clone, THREAD) == "allowed"
    assert answer(machine, clone, 17) == "allowed"
    for bit in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
        assert answer(machine, clone, 17 | bit) == "EPERM"


@pytest.mark.parametrize(("machine", "ioctl"), [("x86_64", 16), ("aarch64", 29)])
def test_typing_into_a_terminal_is_refused_also_with_high_bits_set(machine, ioctl):
    assert answer(machine, ioctl, 0, 0x5401) == "allowed"
    for request in (0x5412, 0x541C, 0x5423):
        assert answer(machine, ioctl, 0, request) == "EPERM"
        assert answer(machine, ioctl, 0, request | 1 << 32) == "EPERM"


@pytest.mark.parametrize(
    ("family", "protocol", "alone", "with_network"),
    [
        (socket.AF_INET, 0, "allowed", "allowed"),
        (socket.AF_INET6, 17, "allowed", "allowed"),
        (socket.AF_UNIX, 0, "allowed", "EAFNOSUPPORT"),
        (socket.AF_NETLINK, 0, "allowed", "allowed"),
        (socket.AF_NETLINK, 12, "EPROTONOSUPPORT", "EPROTONOSUPPORT"),
        (17, 0, "EAFNOSUPPORT", "EAFNOSUPPORT"),
        (38, 0, "EAFNOSUPPORT", "EAFNOSUPPORT"),
        (40, 0, "EAFNOSUPPORT", "EAFNOSUPPORT"),
    ],
)
def test_sockets_are_of_few_families(family, protocol, alone, with_network):
    assert answer("x86_64", 41, family, 1, protocol) == alone
    assert answer("aarch64", 198, family, 1, protocol) == alone
    assert answer("x86_64", 41, family, 1, protocol, network=True) == with_network


@pytest.mark.parametrize(
    ("size", "said"), [(56, "allowed"), (65536, "allowed"), (65537, "ENOMEM"), (1 << 32, "ENOMEM")]
)
def test_shared_segments_are_small(size, said):
    assert answer("x86_64", 29, 0, size) == said


@pytest.mark.parametrize(
    ("wanted", "said"), [(0, "allowed"), (0xFFFFFFFF, "allowed"), (0x40000, "allowed")]
)
def test_a_personality_can_be_asked_for(wanted, said):
    assert answer("x86_64", 135, wanted) == said


def test_a_personality_that_weakens_memory_protection_cannot():
    assert answer("x86_64", 135, 0x0400000) == "EPERM"
    assert answer("x86_64", 135, 0x0100000) == "EPERM"


@both
@pytest.mark.parametrize("network", [False, True])
def test_the_kernel_would_take_the_program(machine, network):
    code = steps(assemble(MACHINES[machine], network=network))
    assert len(code) <= 4096
    assert code[-1][0] == 0x06
    assert all(at + 1 + max(yes, no) < len(code) for at, (_, yes, no, _) in enumerate(code[:-1]))


PROBE = """
import ctypes, errno, os, sys
call = ctypes.CDLL(None, use_errno=True).syscall
for word in sys.stdin.read().split():
    name, number = word.split("=")
    result = call(ctypes.c_long(int(number)), *[ctypes.c_long(0)] * 6)
    print(name, errno.errorcode[ctypes.get_errno()] if result == -1 else "made")
"""


@pytest.mark.sandbox
@needs_sandbox
class TestInside:
    def test_every_listed_call_is_refused_for_real(self, tmp_path, machine_here):
        listed = list(calls(REFUSED + ABSENT, machine_here))
        (tmp_path / "listed").write_text(" ".join(f"{name}={number}" for name, number in listed))
        script = f"import sys; sys.stdin = open('listed')\n{PROBE}"
        seen = dict(line.split() for line in text(python(tmp_path, script)).splitlines())
        absent = [name for name, _ in calls(ABSENT, machine_here)]
        assert {name for name, said in seen.items() if said == "EPERM"} == {
            name for name, _ in calls(REFUSED, machine_here)
        }
        assert {name for name, said in seen.items() if said == "ENOSYS"} == set(absent)
        assert len(seen) == len(listed)

    def test_the_filter_cannot_be_got_round_by_the_32_bit_entry(self, tmp_path, machine_here):
        if machine_here != "x86_64":
            pytest.skip("int 0x80 is of x86")
        script = r"""
import ctypes, mmap
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, getpid; int 0x80; ret
at = ctypes.addressof(ctypes.c_char.from_buffer(page))
print("made", ctypes.CFUNCTYPE(ctypes.c_int)(at)(), flush=True)
"""
        outcome = python(tmp_path, script)
        assert "made" not in text(outcome)
        assert isinstance(outcome, Exited)
        assert outcome.code in (128 + 31, 128 + 11)

    def test_packets_kernel_crypto_and_virtual_machines_have_no_sockets(self, tmp_path):
        script = """
import socket
for family in (17, 38, 40, 16):
    try:
        socket.socket(family, socket.SOCK_DGRAM, 12)
        print("made")
    except OSError as error:
        print(error.errno)
"""
        seen = text(python(tmp_path, script)).split()
        assert seen == [str(errno.EAFNOSUPPORT)] * 3 + [str(errno.EPROTONOSUPPORT)]

    def test_memory_that_no_process_maps_cannot_be_had(self, tmp_path):
        script = "import os; os.memfd_create('hidden')"
        assert "Function not implemented" in text(python(tmp_path, script))


@pytest.fixture
def machine_here() -> str:
    return os.uname().machine
