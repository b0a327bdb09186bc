"""How something failed, without what differs from one run to the next."""

import re

SHOWN_CHARS = 300
"""Characters of a fingerprint; what an error says first is what it is about."""

_DAY = r"\b\d{4}-\d\d-\d\d"
_CLOCK = r"[0-2]?\d:[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?"
_NAME = r"[\w.@+~-]"
_UNIT = r"(?:ns|us|µs|ms|s|secs?|seconds?|min|minutes?|h|hours?)"
_CHANGING = (
    (re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]"), ""),
    (re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b"), "A"),
    (re.compile(rf"{_DAY}(?:[T ]{_CLOCK})?(?:Z|[+-]\d\d:?\d\d)?"), "T"),
    (re.compile(rf"\b{_CLOCK}\b(?!\d)"), "T"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE), "H"),
    (re.compile(r"\b0x[0-9a-f]+\b", re.IGNORECASE), "A"),
    (re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b", re.IGNORECASE), "H"),
    # Of a path only the last part is the program's: the rest is the machine's. It is tried where a
    # run begins, not within it, and a number has few parts: a long run would take its square.
    (re.compile(rf"(?:\b[A-Za-z]:|(?<!{_NAME})){_NAME}*(?:[\\/]{_NAME}+)*[\\/](?={_NAME})"), ""),
    (re.compile(rf"\b\d+(?:[.,]\d+){{0,6}}\s*{_UNIT}\b"), "D"),
    (re.compile(r"\d+(?:[.,_]\d+)*"), "N"),
)

_ERROR = re.compile(
    r"^(?:E +)?(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception|Warning|Exhausted)\b.*"
    r"|^.*\bpanicked at\b.*|^(?:error|fatal|panic)(?:\[\w+\])?: .*",
    re.MULTILINE,
)
QUOTED_MOST = 5


def quoted_failures(text: str) -> tuple[str, ...]:
    """The fingerprints of the lines of a text that are an error's, each once, in order."""
    lines = dict.fromkeys(fingerprint(line.removeprefix("E ")) for line in _ERROR.findall(text))
    return tuple(lines)[:QUOTED_MOST]


def fingerprint(text: str) -> str:
    """The same for the same failure on another machine, day and run; empty for an empty text.

    Colours, times, durations, addresses, hashes, numbers and folders are left out, and so is the
    difference between upper and lower case.
    """
    for pattern, instead in _CHANGING:
        text = pattern.sub(instead, text)
    return " ".join(text.casefold().split())[:SHOWN_CHARS]
