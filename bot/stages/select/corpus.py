"""One commit as selection sees it: the files and messages that count, all of them indexed."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.kernel.values import Sha
from bot.stages.select.blocks import Block, between, cuts
from bot.stages.select.grammar import grammar_of
from bot.stages.select.paths import Role, role_of
from bot.stages.select.port import Shelf
from bot.stages.select.segment import read_blobs, read_commits

COMMITS = 4_000
"""How much of the past is asked; older commits speak of files that are gone."""


@dataclass(frozen=True)
class Corpus:
    """The files of a commit by path; documents by number, with their lengths in terms."""

    shelf: Shelf
    paths: tuple[str, ...]
    blobs: Mapping[str, Sha]
    numbers: Mapping[str, int]
    lengths: Mapping[int, int]
    commits: Mapping[int, int]

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The files that may be chosen."""
        return tuple(path for path in self.blobs if role_of(path) is not Role.TEST)

    @cached_property
    def tests(self) -> tuple[str, ...]:
        """The files that exercise them."""
        return tuple(path for path in self.blobs if role_of(path) is Role.TEST)

    def cut(self, texts: Mapping[str, str]) -> dict[str, tuple[Block, ...]]:
        """The blocks of files; where they begin is kept in the index."""
        index = self.shelf.index
        keys = {path: f"{self.blobs[path]} {grammar_of(path)}" for path in texts}
        kept = index.cuts(list(keys.values()))
        fresh = {
            key: array("I", cuts(path, texts[path]))
            for path, key in keys.items()
            if key not in kept
        }
        index.keep_cuts(fresh)
        starts = {**kept, **fresh}
        return {p: between(starts[keys[p]], text.count("\n") + 1) for p, text in texts.items()}

    def read(self, paths: tuple[str, ...]) -> dict[str, str]:
        """The texts of files. Raises Unusable."""
        contents = self.shelf.source.read_blobs([self.blobs[path] for path in paths])
        return {
            path: content.decode(errors="replace")
            for path, content in zip(paths, contents, strict=True)
        }


def open_corpus(shelf: Shelf, base: Sha) -> Corpus:
    """Index what is new at this commit. Raises Unusable."""
    source, index = shelf.source, shelf.index
    files = source.files(base)
    blobs = {path: sha for path, sha in files.items() if role_of(path) is not Role.OTHER}
    recent = source.recent(base, COMMITS)
    index.trim(len(blobs) + len(recent))
    index.ensure(blobs.values(), lambda first, new: read_blobs(first, new, source.read_blobs(new)))
    index.ensure(recent, lambda first, new: read_commits(first, source.read_commits(new)))
    known = index.documents()
    blobs = {path: sha for path, sha in blobs.items() if sha in known and known[sha][1]}
    return Corpus(
        shelf=shelf,
        paths=tuple(files),
        blobs=blobs,
        numbers={path: known[sha][0] for path, sha in blobs.items()},
        lengths=dict(known[sha] for sha in blobs.values()),
        commits=dict(known[sha] for sha in recent if sha in known),
    )
