"""What a diff may be: small, plain, inside the repository, and honest about its tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from bot.kernel.protected import TEST_GLOBS, canonical, escapes, matches, protected_by, shadows
from bot.kernel.text import find_secrets, invisible
from bot.kernel.values import Breach, Kind
from bot.kernel.weakening import weakened

HARD_MAX_LINES = 400
LONGEST_LINE = 1_000
"""Characters. A longer one hides more than a reviewer sees, and would count as a single line."""


class Mode(StrEnum):
    """What git says a path is."""

    REGULAR = "100644"
    EXECUTABLE = "100755"
    SYMLINK = "120000"
    SUBMODULE = "160000"
    ABSENT = "000000"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One path of a diff, with the whole file before and after; None where there is no file."""

    path: str
    old_path: str
    before: bytes | None
    after: bytes | None
    old_mode: Mode
    new_mode: Mode


@dataclass(frozen=True, slots=True)
class PatchRules:
    """The repository's rules; ``max_lines`` counts added and removed lines outside tests."""

    kind: Kind
    max_lines: int = 50
    protected: tuple[str, ...] = ()
    test_globs: tuple[str, ...] = TEST_GLOBS
    allow_executable: bool = False
    allow_binary: bool = False


@dataclass(frozen=True, slots=True)
class PatchAccepted:
    """The diff keeps every rule. ``lines`` are those outside tests."""

    lines: int
    files: tuple[str, ...]
    test_paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatchRefused:
    """The diff breaks these rules."""

    breaches: tuple[Breach, ...]


PatchVerdict = PatchAccepted | PatchRefused


def patch_gate(changes: tuple[FileChange, ...], rules: PatchRules) -> PatchVerdict:
    """Hold a whole diff against every rule, and name all that it breaks."""
    breaches = [breach for change in changes for breach in _file_breaches(change, rules)]
    moved = ((c.old_path, c.before, c.old_mode) != (c.path, c.after, c.new_mode) for c in changes)
    if not any(moved):
        breaches.append(Breach("empty-diff", "nothing changes: there is nothing to propose"))
    if len({canonical(change.path) for change in changes}) < len(changes):
        breaches.append(Breach("path-collision", "two changed paths are one on some file systems"))
    tests = tuple(change.path for change in changes if _is_test(change, rules))
    deltas = [_delta(change) for change in changes if not _is_test(change, rules)]
    lines = sum(len(added) + removed for added, removed in deltas)
    limit = max(0, min(rules.max_lines, HARD_MAX_LINES))
    if lines > limit:
        detail = f"{lines} lines changed outside tests: at most {limit}"
        breaches.append(Breach("too-large", detail))
    if breaches:
        return PatchRefused(tuple(breaches))
    return PatchAccepted(lines, tuple(change.path for change in changes), tests)


def _is_test(change: FileChange, rules: PatchRules) -> bool:
    """Both ends of a rename must be tests: else code could leave, or enter, uncounted."""
    return all(matches(path, rules.test_globs) for path in (change.path, change.old_path))


def _file_breaches(change: FileChange, rules: PatchRules) -> Iterator[Breach]:
    for path in sorted({change.path, change.old_path}):
        if why := escapes(path):
            yield Breach("path-escape", f"rename {path!r}: it {why}")
        if glob := protected_by(path, rules.kind, rules.protected):
            yield Breach("protected-path", f"leave {path} alone: {glob} is protected")
    if change.before is None and (module := shadows(change.path)):
        yield Breach("shadowed-module", f"rename {change.path}: Python's own {module} is meant")
    yield from _mode_breaches(change, rules)
    contents = [data for data in (change.before, change.after) if data is not None]
    text = all(b"\0" not in d and d.decode(errors="replace").encode() == d for d in contents)
    if not text and not rules.allow_binary:
        yield Breach("binary", f"{change.path} is not UTF-8 text: leave it to a person")
    new_text = b"".join(_delta(change)[0]).decode(errors="replace")
    for name in find_secrets(new_text):
        yield Breach("secret", f"{change.path} adds what looks like a {name}: take it out")
    for name in invisible(new_text if text else ""):
        yield Breach("invisible-text", f"{change.path} adds {name}: write it as an escape")
    too_long = any(len(line) > LONGEST_LINE for line in new_text.splitlines())
    if too_long and not _is_test(change, rules):
        yield Breach("long-line", f"{change.path}: break lines above {LONGEST_LINE} characters")
    if matches(change.old_path, rules.test_globs) or change.old_path.endswith(".rs"):
        yield from _test_breaches(change, rules)


def _test_breaches(change: FileChange, rules: PatchRules) -> Iterator[Breach]:
    """A test file that is renamed is lost under its name. Rust keeps tests at the end of code."""
    versions = [change.before, change.after if change.path == change.old_path else None]
    if not matches(change.old_path, rules.test_globs):
        versions = [b"".join((data or b"").partition(b"#[cfg(test)]")[1:]) for data in versions]
    before, after = (None if d is None else d.decode(errors="surrogateescape") for d in versions)
    yield from weakened(change.old_path, before, after)


def _mode_breaches(change: FileChange, rules: PatchRules) -> Iterator[Breach]:
    old, new = change.old_mode, change.new_mode
    if Mode.SYMLINK in (old, new):
        yield Breach("symlink", f"{change.path}: symbolic links are left to people")
    if Mode.SUBMODULE in (old, new):
        yield Breach("submodule", f"{change.path}: submodules are left to people")
    if Mode.EXECUTABLE in (old, new) and Mode.ABSENT != new != old and not rules.allow_executable:
        yield Breach("mode-change", f"{change.path}: keep its mode, {old} not {new}")
    absent = (change.before is None, change.after is None)
    if absent != (old is Mode.ABSENT, new is Mode.ABSENT) or absent == (True, True):
        yield Breach("inconsistent", f"{change.path}: its content and its mode disagree")


def _delta(change: FileChange) -> tuple[list[bytes], int]:
    """The added lines and the number of removed ones."""
    old = (change.before or b"").splitlines(keepends=True)
    new = (change.after or b"").splitlines(keepends=True)
    head = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None)
    old, new = (lines[min(len(old), len(new)) if head is None else head :] for lines in (old, new))
    while old and new and old[-1] == new[-1]:
        old.pop(), new.pop()
    blocks = SequenceMatcher(None, old, new).get_matching_blocks()
    kept = {index for block in blocks for index in range(block.b, block.b + block.size)}
    return [line for index, line in enumerate(new) if index not in kept], len(old) - len(kept)
