"""Whether an edit takes strength from the tests that were there. Adding tests is always fine."""

from bot.kernel.values import Breach
from bot.kernel.weakening_python import python_weakened
from bot.kernel.weakening_text import text_weakened

_CODE_SUFFIXES = """
    js jsx ts tsx mjs cjs mts cts vue go rs rb java kt kts cs fs vb php swift c cc cpp cxx h hpp m
    scala groovy clj ex exs erl dart lua pl r jl sh bash bats zig nim hs ml
"""
_CODE = frozenset(_CODE_SUFFIXES.split())
_PROSE = frozenset({"md", "rst", "adoc"})


def weakened(path: str, before: str | None, after: str | None) -> tuple[Breach, ...]:
    """Every way in which the test file was weakened; None stands for a file that is not there."""
    suffix = path.rpartition(".")[2].lower()
    if suffix in {"py", "pyi", "pyw"}:
        return python_weakened(path, before or "", after or "")
    if suffix in _CODE:
        return tuple(text_weakened(path, before or "", after or ""))
    if before is None or before == after or suffix in _PROSE:
        return ()
    return (Breach("test-data-changed", f"{path} is what tests compare with: add a file instead"),)
