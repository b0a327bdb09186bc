"""Small diffs to be assessed."""

from bot.domain.risk.assess import assess
from bot.domain.risk.reasons import Assessment, Sign
from bot.kernel.patch_gate import FileChange, Mode
from bot.kernel.values import Risk


def change(path: str, before: str | None, after: str | None, was: str = "") -> FileChange:
    """A file before and after, None where it is not there; `was` is its old path."""
    old, new = (None if text is None else text.encode() for text in (before, after))
    modes = (Mode.ABSENT if data is None else Mode.REGULAR for data in (old, new))
    return FileChange(path, was or path, old, new, *modes)


def assessed(path: str, before: str | None, after: str | None, was: str = "") -> Assessment:
    """One changed file, with no tests and nobody's word."""
    return assess((change(path, before, after, was),), frozenset())


def of(assessment: Assessment, sign: Sign) -> list[tuple[Risk, str]]:
    """The reasons of one sign."""
    return [(one.risk, one.detail) for one in assessment.reasons if one.sign is sign]
