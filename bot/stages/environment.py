"""The test environment: what a repository's set-up leaves, made once and read-only ever after.

A set-up runs with network, so it runs on the base alone: no line of the model's is in it. It is
kept under a key of all it was made from, so the next attempt finds it, and a change of the base's
lockfiles makes a new one.
"""

import hashlib
import json
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from fnmatch import translate
from pathlib import Path
from typing import Protocol, TypeAlias, assert_never

from bot.domain.policy import TestPolicy
from bot.domain.toolchains import ROOT_FILES, detect
from bot.kernel.protected import MANIFESTS
from bot.kernel.values import Sha
from bot.stages.places import Places
from bot.stages.sandbox import Exited, Job, Killed, Limits, Sandbox, TimedOut, Unavailable
from bot.stages.workspace import Mirror, Unusable

Mounts: TypeAlias = tuple[tuple[Path, str], ...]
"""What a job finds over its checkout: a directory or file of ours, and where it is inside."""

DISK_BYTES = 4 * 1024**3
TOLD_CHARS = 1_500
"""Characters of a failed set-up's output that the status comment shows."""

_VERSIONS = (
    "uname -m; for t in python3 node cargo go gotestsum; do"
    " command -v $t && { $t --version 2>/dev/null || $t version; }; done; true"
)
_MORE = ("tox.ini", "noxfile.py", ".python-version", ".node-version", ".nvmrc", ".tool-versions")
_INPUTS = re.compile("|".join(translate(glob) for glob in (*MANIFESTS, *_MORE)))


@dataclass(frozen=True, slots=True)
class Way:
    """The way out for a set-up: proxy and certificate variables, none of them secret."""

    variables: tuple[tuple[str, str], ...] = ()
    mounts: Mounts = ()


class Environments(Protocol):
    """Keeps environments below the bot's home. What is in them is hostile, and never run here."""

    @property
    def way(self) -> Way:
        """How set-ups reach the network on this machine."""
        ...

    def find(self, repo: str, key: str) -> Mounts | None:
        """What was kept under this key; it counts as used now."""
        ...

    def building(self, repo: str, key: str) -> AbstractContextManager[None]:
        """Alone among all processes of this machine."""
        ...

    def left_in(self, built: Path, tracked: frozenset[str]) -> tuple[tuple[str, ...], ...]:
        """Topmost directories, and files, that are not tracked. Raises Unusable."""
        ...

    def keep(self, repo: str, key: str, built: Path, entries: tuple[str, ...]) -> Mounts:
        """Move these out of the directory, all or nothing, and keep them under the key."""
        ...


@dataclass(frozen=True, slots=True)
class Workshop:
    """What is needed to make one repository's environment."""

    repo: str
    mirror: Mirror
    sandbox: Sandbox
    places: Places
    environments: Environments


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that an environment is made from. `key` is a hash of it and of the tools there are."""

    base: Sha
    setup: str
    test: TestPolicy
    key: str


@dataclass(frozen=True, slots=True)
class SetupFailed:
    """Why there is no environment, with the end of the output; outside text."""

    reason: str


def configured(mirror: Mirror, base: Sha, test: TestPolicy) -> tuple[TestPolicy, str]:
    """The policy with what was detected where it says nothing, and a line that tells so."""
    if test.command is not None:
        return test, ""
    texts = {name: mirror.read_file(base, name) for name in ROOT_FILES}
    files = {name: text.decode(errors="replace") for name, text in texts.items() if text}
    found = detect(files, test.report)
    if found is None:
        return test, ""
    setup = test.setup or found.setup
    told = f"detected: {found.name}; tests: {found.command}; set-up: {setup}"
    return replace(test, command=found.command, setup=setup), told


def recipe(shop: Workshop, base: Sha, setup: str, test: TestPolicy) -> Recipe:
    """The recipe for a base. Files that the set-up names count as well. Raises Unusable."""
    words = {word.removeprefix("./") for word in re.split(r"[\s'\"=;&|()]+", setup)}
    inputs = [
        (entry.path, entry.sha)
        for entry in shop.mirror.list_tree(base)
        if entry.path in words or _is_input(entry.path)
    ]
    with shop.places.fresh("versions") as empty:
        told = shop.sandbox.run(Job(("/bin/sh", "-c", _VERSIONS), empty))
    if not isinstance(told, Exited):
        raise Unusable("the versions of this machine's toolchains cannot be told")
    versions = told.output.decode(errors="replace")
    made_from = json.dumps([setup, test.report, inputs, versions])
    key = hashlib.sha256(made_from.encode()).hexdigest()
    return Recipe(base, setup, test, key)


def _is_input(path: str) -> bool:
    folded = path.casefold()
    return any(_INPUTS.fullmatch(part) for part in (folded, *folded.split("/")))


def equip(shop: Workshop, made: Recipe) -> Mounts | SetupFailed:
    """The environment of a recipe: found, or made now. Raises Unusable."""
    kept = shop.environments
    if (found := kept.find(shop.repo, made.key)) is not None:
        return found
    with kept.building(shop.repo, made.key):
        if (found := kept.find(shop.repo, made.key)) is not None:
            return found
        with shop.places.fresh("setup") as directory:
            shop.mirror.export(made.base, directory)
            failed = _set_up(shop, made, directory)
            if failed is not None:
                return failed
            tracked = frozenset(entry.path for entry in shop.mirror.list_tree(made.base))
            directories, files = kept.left_in(directory, tracked)
            entries = (*directories, *_ignored(shop, made.base, files))
            entries = tuple(one for one in entries if not _holds(one, made.test.report))
            return kept.keep(shop.repo, made.key, directory, entries)


def _set_up(shop: Workshop, made: Recipe, directory: Path) -> SetupFailed | None:
    limits = Limits(
        seconds=made.test.setup_seconds,
        memory_bytes=DISK_BYTES,
        processes=512,
        file_bytes=DISK_BYTES // 2,
        disk_bytes=DISK_BYTES,
    )
    way = shop.environments.way
    command = ("/bin/sh", "-c", made.setup)
    env = (*_QUIET, *way.variables)
    job = Job(command, directory, limits, network=True, env=env, mounts=way.mounts)
    outcome = shop.sandbox.run(job)
    match outcome:
        case Exited(code=0):
            return None
        case Exited(code=code, output=output):
            return _failed(f"ended with exit code {code}", output)
        case TimedOut(output=output, seconds=seconds):
            return _failed(f"was killed after {seconds:.0f} s (test.setup_seconds)", output)
        case Killed(reason=reason, output=output):
            return _failed(f"was killed: {reason}", output)
        case Unavailable(reason=reason, remedy=remedy):
            return SetupFailed(f"No sandbox: {reason}. {remedy}")
        case never:
            assert_never(never)


_QUIET = (
    ("CI", "1"),
    ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
    # the cache is in memory and gone afterwards: nothing can be linked to it
    ("UV_LINK_MODE", "copy"),
    ("UV_PYTHON_INSTALL_DIR", "/work/.evolve/python"),
    # there is no .git to tell a version
    ("SETUPTOOLS_SCM_PRETEND_VERSION", "0.0.0"),
)


def _failed(how: str, output: bytes) -> SetupFailed:
    tail = output.decode(errors="replace").strip()[-TOLD_CHARS:]
    return SetupFailed(f"The set-up of the test environment {how}. The end of its output:\n{tail}")


def _ignored(shop: Workshop, base: Sha, files: tuple[str, ...]) -> tuple[str, ...]:
    """Those that git ignores: any other would look like a part of the change."""
    with shop.places.fresh("ignored") as probe:
        for path in files:
            (probe / path).parent.mkdir(parents=True, exist_ok=True)
            (probe / path).touch()
        counted = shop.mirror.list_tree(shop.mirror.snapshot(probe, base))
    return tuple(sorted(set(files) - {entry.path for entry in counted}))


def _holds(entry: str, path: str) -> bool:
    """A report must be written anew by each run, so nothing read-only may lie there."""
    return path == entry or path.startswith(f"{entry}/")
