"""A seccomp filter as the kernel takes it: classic BPF, assembled from the rules. Pure.

Format: `struct sock_filter` and `struct seccomp_data` in the kernel's `filter.h` and `seccomp.h`.
"""

import errno
import struct
from enum import Enum

from bot.adapters.bubblewrap.calls import ALLOW, LAST, Compare, Rule, When, rules

_LOAD, _RETURN = 0x20, 0x06  # a word of seccomp_data into the accumulator; the verdict
_JUMP_EQUAL, _JUMP_ABOVE, _JUMP_ANY_BIT = 0x15, 0x25, 0x45
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16
_ALLOWED, _ERROR, _KILLED = 0x7FFF_0000, 0x0005_0000, 0x8000_0000


class Machine(Enum):
    """A processor by `uname -m`; the filter knows its calls."""

    X86_64 = "x86_64"
    AARCH64 = "aarch64"


_AUDIT = {Machine.X86_64: 0xC000_003E, Machine.AARCH64: 0xC000_00B7}


def assemble(machine: Machine, *, network: bool) -> bytes:
    """The filter. Another architecture's calls kill; unknown ones, x32's among them, are absent."""
    program = (
        _step(_LOAD, _MACHINE_AT)
        + _step(_JUMP_EQUAL, _AUDIT[machine], yes=1)
        + _step(_RETURN, _KILLED)
        + _step(_LOAD, _NUMBER_AT)
        # x32 numbers have bit 30 set, so this one comparison refuses them too
        + _step(_JUMP_ABOVE, LAST, no=1)
        + _answer(errno.ENOSYS)
    )
    for rule in rules(network=network):
        number = rule.x86_64 if machine is Machine.X86_64 else rule.aarch64
        if number is not None:
            body = _body(rule)
            program += _step(_JUMP_EQUAL, number, no=len(body) // 8) + body
    return program + _answer(ALLOW)


def _body(rule: Rule) -> bytes:
    return b"".join(map(_case, rule.cases)) + _answer(rule.otherwise)


def _case(case: When) -> bytes:
    load = _step(_LOAD, _ARGUMENTS_AT + 8 * case.argument + 4 * case.high)  # little-endian
    match case.compare:
        case Compare.EQUAL:
            jump = _step(_JUMP_EQUAL, case.number, no=1)
        case Compare.OTHER:
            jump = _step(_JUMP_EQUAL, case.number, yes=1)
        case Compare.ABOVE:
            jump = _step(_JUMP_ABOVE, case.number, no=1)
        case Compare.ANY_BIT:
            jump = _step(_JUMP_ANY_BIT, case.number, no=1)
    return load + jump + _answer(case.answer)


def _answer(answer: int) -> bytes:
    return _step(_RETURN, _ALLOWED if answer == ALLOW else _ERROR | answer)


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("<HBBI", code, yes, no, value)
