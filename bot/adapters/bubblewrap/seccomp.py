"""A seccomp filter as the kernel takes it: classic BPF, assembled from the rules. Pure.

Format: `struct sock_filter` and `struct seccomp_data` in the kernel's `filter.h` and `seccomp.h`.
"""

import errno
import struct
from typing import Literal, TypeAlias

from bot.adapters.bubblewrap.calls import ALLOW, LAST, Compare, When, rules

Machine: TypeAlias = Literal["x86_64", "aarch64"]
MACHINES: dict[str, Machine] = {"x86_64": "x86_64", "aarch64": "aarch64"}
"""By `uname -m`, the processors whose calls are known here."""

_AUDIT: dict[Machine, int] = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
_LOAD, _JUMP_EQUAL, _JUMP_ABOVE, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16
_ALLOWED, _ERROR, _KILLED = 0x7FFF_0000, 0x0005_0000, 0x8000_0000
_JUMPS = {
    Compare.EQUAL: (_JUMP_EQUAL, 0, 1),
    Compare.OTHER: (_JUMP_EQUAL, 1, 0),
    Compare.ABOVE: (_JUMP_ABOVE, 0, 1),
    Compare.ANY_BIT: (_JUMP_ANY_BIT, 0, 1),
}


def assemble(machine: Machine, *, network: bool) -> bytes:
    """The filter. Another architecture's calls kill; unknown ones, x32's among them, are absent."""
    program = (
        _step(_LOAD, _MACHINE_AT)
        + _step(_JUMP_EQUAL, _AUDIT[machine], 1, 0)
        + _step(_RETURN, _KILLED)
        + _step(_LOAD, _NUMBER_AT)
        # x32 numbers have bit 30 set, so this one comparison refuses them too
        + _step(_JUMP_ABOVE, LAST, 0, 1)
        + _answer(errno.ENOSYS)
    )
    for rule in rules(network=network):
        number = rule.x86_64 if machine == "x86_64" else rule.aarch64
        if number is not None:
            body = b"".join(map(_case, rule.cases)) + _answer(rule.otherwise)
            program += _step(_JUMP_EQUAL, number, 0, len(body) // 8) + body
    return program + _answer(ALLOW)


def _case(case: When) -> bytes:
    code, yes, no = _JUMPS[case.compare]
    word = _ARGUMENTS_AT + 8 * case.argument + 4 * case.high  # little-endian
    return _step(_LOAD, word) + _step(code, case.number, yes, no) + _answer(case.answer)


def _answer(answer: int) -> bytes:
    return _step(_RETURN, _ALLOWED if answer == ALLOW else _ERROR | answer)


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    """One instruction; a jump leaps over so many others."""
    return struct.pack("<HBBI", code, yes, no, value)
