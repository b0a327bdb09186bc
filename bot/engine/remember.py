"""A failed proposal as it is remembered: what it touched, and how the base was then."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.domain.similar.fingerprint import fingerprint
from bot.domain.task import Task
from bot.engine.halt import Tried
from bot.engine.services import Services
from bot.kernel.patch_gate import FileChange
from bot.kernel.text import redact
from bot.memory.failures import FailedProposal
from bot.stages.select.paths import Role, role_of
from bot.stages.select.symbols import definitions
from bot.stages.workspace import Mirror, Unusable

FILES_MOST, SYMBOLS_MOST = 20, 20
FILE_BYTES = 400_000
"""A larger file's functions are not looked for."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why it failed, in words and by rule; `part` tells failures of one attempt from each other."""

    text: str
    rules: tuple[str, ...]
    part: str = ""


def record_failure(
    services: Services, task: Task, why: Reason, tried: Tried | None, *, rolled_back: bool
) -> None:
    """Remember what failed, once for each `part` of an attempt.

    Without `tried` nothing is known of the change, and it speaks against none.
    """
    estimate = services.tasks.get(task.id).estimate
    touched = touched_by(services.git.mirror(task.subject.repo.full), tried)
    own = fingerprint(redact(why.text))
    quoted = tried.quoted if tried is not None else ()
    key = f"{task.subject}/{task.attempt}"
    failure = FailedProposal(
        key=f"{key}/{why.part}" if why.part else key,
        subject=task.subject,
        attempt=task.attempt,
        at=services.clock(),
        description=task.title,
        reason=why.text,
        rules=why.rules,
        paths=touched.paths,
        rolled_back=rolled_back,
        kind=estimate.kind if estimate is not None else None,
        plan=estimate.plan if estimate is not None else "",
        symbols=touched.symbols,
        failures=tuple(dict.fromkeys(one for one in (*quoted, own) if one)),
        blobs=touched.blobs,
        base=touched.base,
        telling=tried is not None,
    )
    services.failures.record(failure)


@dataclass(frozen=True, slots=True)
class Touched:
    """What a change touched, as `FailedProposal` keeps it."""

    paths: tuple[str, ...] = ()
    blobs: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    base: str = ""


def touched_by(mirror: Mirror, tried: Tried | None) -> Touched:
    """The files without tests, unless there are no others, and the functions in them."""
    if tried is None:
        return Touched()
    base = mirror.tree_of(tried.base)
    try:
        changes = mirror.changes(tried.base, tried.tree)
    except Unusable:
        return Touched(base=base)
    code = [one for one in changes if role_of(one.path) is not Role.TEST] or list(changes)
    paths = sorted({one.old_path or one.path for one in code})[:FILES_MOST]
    there = {entry.path: str(entry.sha) for entry in mirror.list_tree(tried.base)}
    symbols = sorted({name for one in code for name in touched_symbols(one)})[:SYMBOLS_MOST]
    blobs = tuple(there.get(path, "") for path in paths)
    return Touched(tuple(paths), blobs, tuple(symbols), base)


def touched_symbols(change: FileChange) -> frozenset[str]:
    """The functions and classes that a change is in: the nearest definition above each hunk."""
    before, after = _lines(change.before), _lines(change.after)
    matched = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    hunks = [ops for ops in matched if ops[0] != "equal"]
    found = {_above(before, start, end) for _, start, end, _, _ in hunks}
    found |= {_above(after, start, end) for _, _, _, start, end in hunks}
    return frozenset(name for name in found if name)


def _lines(content: bytes | None) -> list[str]:
    if content is None or len(content) > FILE_BYTES or b"\0" in content:
        return []
    return content.decode(errors="replace").split("\n")


def _above(lines: list[str], start: int, end: int) -> str:
    """The definition in a hunk's first line that has one, else the nearest one above it."""
    for line in (*lines[start:end], *reversed(lines[:start])):
        names = definitions(line)
        if names:
            return names[0]
    return ""
