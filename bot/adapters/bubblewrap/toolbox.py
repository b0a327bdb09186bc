"""The file tools from inside: a script that runs in the sandbox, with the standard library alone.

It reads one JSON request on standard input and prints one JSON reply, `{"ok": text}` or
`{"error": text}`. An error says what to do instead, since a model reads it.
"""

import itertools
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path("/work")
MAX_FILE_BYTES = 2 * 1024 * 1024
MAX_REPLY_CHARS = 9_000
MAX_LINE_CHARS = 400
MAX_MATCHES = 200
SKIPPED = frozenset({".git", "__pycache__", "node_modules", ".venv", ".mypy_cache", ".ruff_cache"})


class Refused(Exception):
    """The request cannot be met; the message says what to do instead."""


def main() -> None:
    """Answer the one request on standard input."""
    try:
        request = json.loads(sys.stdin.buffer.read())
        operation = OPERATIONS.get(str(request.get("op")))
        if operation is None:
            raise Refused(f"No such operation; there are: {', '.join(OPERATIONS)}.")
        reply = {"ok": operation(request)}
    except Refused as refused:
        reply = {"error": str(refused)}
    except (OSError, UnicodeError, RecursionError) as error:
        reply = {"error": f"{type(error).__name__}: {error}"}
    json.dump(reply, sys.stdout)


def view(request: dict[str, object]) -> str:
    """A file, or its lines from `start` to `end`, numbered; a directory is listed."""
    path = _place(_text(request, "path"))
    if path.is_dir():
        return list_files(request)
    lines = _read(path).split("\n")
    if lines[-1] == "":
        lines.pop()
    start, end = _count(request, "start", 1), _count(request, "end", len(lines))
    if not lines:
        return "(the file is empty)"
    if start > len(lines) or end < start:
        raise Refused(f"The file has {len(lines)} lines; ask for a range within 1 to {len(lines)}.")
    shown, size = [], 0
    for number, line in enumerate(lines[start - 1 : end], start):
        text = f"{number:>6}\t{_clip(line)}"
        size += len(text) + 1
        if size > MAX_REPLY_CHARS:
            shown.append(f"[... {len(lines)} lines in all; go on with start={number} ...]")
            break
        shown.append(text)
    return "\n".join(shown)


def search(request: dict[str, object]) -> str:
    """Lines that match a regular expression, as `path:line: text`."""
    try:
        pattern = re.compile(_text(request, "pattern"))
    except re.error as error:
        raise Refused(
            f"Not a regular expression: {error}. Escape what is meant literally."
        ) from error
    path = _place(str(request.get("path") or "."))
    found, size = [], 0
    for match in itertools.islice(_matches(pattern, path), MAX_MATCHES + 1):
        size += len(match) + 1
        if len(found) == MAX_MATCHES or size > MAX_REPLY_CHARS:
            found.append("[... more matches; narrow the pattern or the path ...]")
            break
        found.append(match)
    return "\n".join(found) or "No match."


def edit(request: dict[str, object]) -> str:
    """Replace the one occurrence of `old` by `new`; with an empty `old`, create the file."""
    path = _place(_text(request, "path"))
    old, new = _text(request, "old"), _text(request, "new")
    name = path.relative_to(ROOT)
    if ".git" in (part.casefold() for part in name.parts):
        raise Refused("Nothing named .git is part of the repository; choose another path.")
    if old == "":
        return _create(path, new)
    content = _read(path)
    times = content.count(old)
    if times == 0:
        raise Refused(f"`old` does not occur in {name}: view the file and copy the text exactly.")
    if times > 1:
        raise Refused(
            f"`old` occurs {times} times in {name}: add lines around it until it is unique."
        )
    at = content.index(old)
    path.write_bytes((content[:at] + new + content[at + len(old) :]).encode())
    first = content.count("\n", 0, at) + 1
    return f"Replaced in {name}, line {first}."


def list_files(request: dict[str, object]) -> str:
    """The files below a directory, one path a line."""
    path = _place(str(request.get("path") or "."))
    if not path.is_dir():
        raise Refused(f"{path.relative_to(ROOT)} is not a directory; use view.")
    listed, size = [], 0
    for file in _files(path):
        name = _clip(str(file.relative_to(ROOT)))
        size += len(name) + 1
        if size > MAX_REPLY_CHARS:
            listed.append("[... more files; give a deeper path ...]")
            break
        listed.append(name)
    return "\n".join(listed) or "(no files)"


def _create(path: Path, content: str) -> str:
    if os.path.lexists(path):
        raise Refused(f"{path.relative_to(ROOT)} exists: give the text to replace in `old`.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content.encode())
    return f"Created {path.relative_to(ROOT)}."


def _place(path: str) -> Path:
    """The real place of a path, which must lie in the repository; links are resolved first."""
    if "\0" in path:
        raise Refused("A path holds no NUL character.")
    real = Path(os.path.realpath(ROOT / path))
    if not real.is_relative_to(ROOT):
        raise Refused(
            f"{_clip(path)} leads out of the repository; use a path relative to its root."
        )
    return real


def _read(path: Path) -> str:
    name = path.relative_to(ROOT)
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Refused(f"{name} does not exist; use search or list to find the file.") from error
    if not stat.S_ISREG(status.st_mode):
        raise Refused(f"{name} is not a regular file.")
    if status.st_size > MAX_FILE_BYTES:
        raise Refused(f"{name} has {status.st_size} bytes, too large; use run with head or grep.")
    content = path.read_bytes()
    if b"\0" in content:
        raise Refused(f"{name} is a binary file.")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Refused(f"{name} is not UTF-8 text.") from error


def _matches(pattern: re.Pattern[str], path: Path) -> Iterator[str]:
    for file in [path] if path.is_file() else _files(path):
        try:
            text = _read(file)
        except (Refused, OSError):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if pattern.search(line):
                yield f"{_clip(str(file.relative_to(ROOT)))}:{number}: {_clip(line)}"


def _files(top: Path) -> Iterator[Path]:
    for directory, below, names in os.walk(top):
        below[:] = sorted(set(below) - SKIPPED)
        for name in sorted(names):
            file = Path(directory, name)
            if file.is_file() and not file.is_symlink():
                yield file


def _text(request: dict[str, object], key: str) -> str:
    value = request.get(key)
    if not isinstance(value, str):
        raise Refused(f"`{key}` must be given, as text.")
    return value


def _count(request: dict[str, object], key: str, otherwise: int) -> int:
    value = request.get(key)
    return max(1, value) if isinstance(value, int) else otherwise


def _clip(text: str) -> str:
    printable = text.encode(errors="replace").decode()
    return printable if len(text) <= MAX_LINE_CHARS else f"{printable[:MAX_LINE_CHARS]} [...]"


OPERATIONS: dict[str, Callable[[dict[str, object]], str]] = {
    "view": view,
    "search": search,
    "edit": edit,
    "list": list_files,
}

if __name__ == "__main__":
    main()
