"""What selection needs from outside: objects out of git, and an index that remembers them."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from bot.kernel.values import Sha


@dataclass(frozen=True, slots=True)
class Past:
    """One commit of the past: what it said and which files it touched."""

    sha: Sha
    message: str
    paths: tuple[str, ...]


class Source(Protocol):
    """Reads one repository. Whatever reads may raise `Unusable`."""

    def files(self, tree: Sha) -> Mapping[str, Sha]:
        """The blob of every regular file of a commit or tree, in path order."""
        ...

    def read_blobs(self, shas: Sequence[Sha]) -> Iterator[bytes]:
        """The contents of many blobs, in the order asked."""
        ...

    def recent(self, tip: Sha, count: int) -> tuple[Sha, ...]:
        """The newest commits that lead to the tip, merges left out, newest first."""
        ...

    def read_commits(self, shas: Sequence[Sha]) -> Iterator[Past]:
        """What these commits said and touched."""
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """What the index knows of one blob or commit: its object id and its length in terms.

    `note` holds the paths a commit touched, a line each.
    """

    key: Sha
    length: int
    note: str


@dataclass(frozen=True, slots=True)
class Segment:
    """Documents, numbered from where the index said, and where each term occurs among them.

    A posting is `number << 8 | count`: 32 bits for both, and no more to read than needed.
    """

    documents: tuple[Document, ...]
    postings: Mapping[str, "array[int]"]


class Index(Protocol):
    """An inverted index over objects of one repository, named by their ids: never out of date."""

    def ensure(self, keys: Iterable[Sha], build: Callable[[int, tuple[Sha, ...]], Segment]) -> None:
        """Add the keys that are not there: `build(first number, missing keys)` reads them."""
        ...

    def trim(self, alive: int) -> None:
        """Forget what is old, when there is far more than the documents alive at a commit."""
        ...

    def documents(self) -> Mapping[Sha, tuple[int, int]]:
        """Number and length of every document."""
        ...

    def postings(self, terms: Iterable[str]) -> Mapping[str, "array[int]"]:
        """Where each term occurs; a term that occurs nowhere is left out."""
        ...

    def notes(self, numbers: Iterable[int]) -> Mapping[int, str]:
        """The notes of these documents."""
        ...

    def cuts(self, keys: Sequence[str]) -> Mapping[str, "array[int]"]:
        """The lines on which blocks begin, as far as they were kept under these keys."""
        ...

    def keep_cuts(self, cuts: Mapping[str, "array[int]"]) -> None:
        """Keep them; a key names the blob and the grammar, so they never change."""
        ...


@dataclass(frozen=True, slots=True)
class Shelf:
    """One repository, and its index."""

    source: Source
    index: Index


class Library(Protocol):
    """Opens the shelf of a repository whose mirror is there."""

    def open(self, repo: str) -> AbstractContextManager[Shelf]:
        """The shelf of `owner/name`; it is closed with the context. Raises Unusable."""
        ...
