"""Whether an edit takes strength from the tests that were there. Adding tests is always fine."""

import re
from collections import Counter

from bot.kernel.values import Breach
from bot.kernel.weakening_python import python_weakened

_CODE_SUFFIXES = """
    js jsx ts tsx mjs cjs mts cts vue go rs rb java kt kts cs fs vb php swift c cc cpp cxx h hpp m
    scala groovy clj ex exs erl dart lua pl r jl sh bash bats zig nim hs ml
"""
_CODE = frozenset(_CODE_SUFFIXES.split())
_PROSE = frozenset({"md", "rst", "adoc"})
_DISABLED = re.compile(
    r"\.(?:skip|only|todo|failing|fixme)\b|\b(?:xit|xdescribe|xtest|xcontext|xspecify|fit|fdescribe|"
    r"pending)\b|#\[\s*ignore|#\[cfg\(any\(\)|\bt\.Skip|@(?:Ignore|Disabled)|\[Ignore|\bSkip\s*=|"
    r"markTest(?:Skipped|Incomplete)|GTEST_SKIP|DISABLED_|^\s*#\s*if\s+0|^\s*//\s*\+build|^//go:build|"
    r"@tag :skip|^=begin|^\s*skip\b|\S.*/\*(?!.*\*/)|\b(?:os\.Exit|process\.exit)\b",
    re.MULTILINE,
)
_TEST = re.compile(
    r"\b(?:it|test|describe|specify|scenario|context)\b(?:\.\w+)*\s*[(\"'`{]|"
    r"\bfunc (?:\(.*\) )?Test\w*|#\[(?:\w+::)*(?:test|rstest)\b|"
    r"@(?:\w*Test|test|Property)\b|\[(?:Test|Fact|Theory|InlineData)|"
    r"\b(?:def|fun|function|void) +test|\bTEST\w*\s*\(",
)
_ASSERTION = re.compile(
    r"assert|expect|should|\bmust_|\brequire\.|\bverify|\bcheck\w*\(|\bt\.(?:Error|Fatal|Fail)",
    re.I,
)
_COMMENTS = re.compile(
    r"^\s*/\*.*?\*/|^\s*(?://|#(?![\[!]|\s*if)|--).*?$", re.MULTILINE | re.DOTALL
)


def weakened(path: str, before: str | None, after: str | None) -> tuple[Breach, ...]:
    """Every way in which the test file was weakened; None stands for a file that is not there."""
    suffix = path.rpartition(".")[2].lower()
    if suffix in {"py", "pyi", "pyw"}:
        return python_weakened(path, before or "", after or "")
    if suffix in _CODE:
        return _text_weakened(path, before or "", after or "")
    if before is None or before == after or suffix in _PROSE:
        return ()
    return (Breach("test-data-changed", f"{path} is what tests compare with: add a file instead"),)


def _text_weakened(path: str, before: str, after: str) -> tuple[Breach, ...]:
    """Other languages, by their lines: each that opens a test or asserts must stay as it is."""
    keep = f"keep {path} as it was and add tests beside it"
    breaches = []
    old, new = _COMMENTS.sub("", before), _COMMENTS.sub("", after)
    if Counter(_DISABLED.findall(new)) - Counter(_DISABLED.findall(old)):
        breaches.append(Breach("test-skipped", f"{keep}: something is skipped or cut out"))
    for rule, pattern in (("test-deleted", _TEST), ("assertion-removed", _ASSERTION)):
        counts = [
            Counter(line.strip() for line in text.splitlines() if pattern.search(line))
            for text in (old, new)
        ]
        for line in counts[0] - counts[1]:
            breaches.append(Breach(rule, f"{keep}: lost `{line}`"))
    return tuple(breaches)
