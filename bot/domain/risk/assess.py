"""How much a change may break: every reason that can be seen in it, and the highest of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.risk.api import by_declared_lines, by_surface
from bot.domain.risk.lines import Delta, delta
from bot.domain.risk.places import by_path, is_manifest, is_prose
from bot.domain.risk.reasons import Assessment, Reason, Sign
from bot.domain.risk.words import by_words
from bot.kernel.patch_gate import FileChange
from bot.kernel.values import Risk

MANY_LINES = ((250, Risk.HIGH), (100, Risk.MEDIUM))
"""Changed lines outside tests and prose above which few people find a mistake by reading."""
MANY_FILES = ((15, Risk.HIGH), (5, Risk.MEDIUM))
MANY_REMOVED = ((100, Risk.HIGH), (30, Risk.MEDIUM))
"""Lines that are removed and not replaced."""


@dataclass(frozen=True, slots=True)
class _Read:
    change: FileChange
    changed: Delta


def assess(
    changes: Iterable[FileChange],
    tests: frozenset[str],
    said: Iterable[Reason] = (),
) -> Assessment:
    """All reasons, those included that others `said`. Nothing that is added takes one away.

    `tests` are paths whose content is judged elsewhere, by the patch gate and the proof. The proof
    demands as well that tests run the changed lines, so that is no reason here.
    """
    changes = tuple(changes)
    code = [
        _Read(change, delta(change))
        for change in changes
        if change.path not in tests and not is_prose(change.path)
    ]
    return Assessment().also(
        *by_surface(one.change for one in code),
        *(reason for one in code for reason in _of_file(one)),
        *_removed_files(changes, tests),
        *_sizes(code),
        *said,
    )


def _of_file(one: _Read) -> Iterator[Reason]:
    change, changed = one.change, one.changed
    yield from by_path(change)
    if not is_manifest(change.path):
        yield from by_words(change.path, change.old_path, changed)
    yield from by_declared_lines(change, changed)
    if any(b"\0" in (data or b"") for data in (change.before, change.after)):
        yield Reason(Sign.UNREAD, Risk.HIGH, "it is no text, so nobody can review it", change.path)


def _removed_files(changes: Iterable[FileChange], tests: frozenset[str]) -> Iterator[Reason]:
    for change in changes:
        path = change.old_path
        if change.after is None:
            risk = Risk.MEDIUM if is_prose(path) else Risk.HIGH
            kind = "a test file" if path in tests else "a file"
            yield Reason(Sign.DELETION, risk, f"{kind} is removed", path)


def _sizes(code: list[_Read]) -> Iterator[Reason]:
    lines = sum(len(one.changed.lines) for one in code)
    removed = sum(max(0, len(one.changed.removed) - len(one.changed.added)) for one in code)
    for sign, found, limits, what in (
        (Sign.SIZE, lines, MANY_LINES, "lines change outside tests"),
        (Sign.SIZE, len(code), MANY_FILES, "files change outside tests"),
        (Sign.DELETION, removed, MANY_REMOVED, "lines go and nothing takes their place"),
    ):
        risk = next((risk for limit, risk in limits if found > limit), None)
        if risk is not None:
            yield Reason(sign, risk, f"{found} {what}")
