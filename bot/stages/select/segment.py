"""Reading blobs and commits into a segment of the index."""

import gc
from array import array
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager

from bot.domain.terms import WORD
from bot.kernel.values import Sha
from bot.stages.select.port import Document, Past, Segment
from bot.stages.select.symbols import definitions
from bot.stages.select.terms import Expander

NAME, SAID = "=", "~"
"""What a term begins with when it is a defined name, or from a commit's message."""
FILE_BYTES = 500_000
"""A larger file is data, not code that a small change would touch."""
_MOST = 255


class SegmentBuilder:
    """Collects documents; `first` is the number of the first one."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._documents: list[Document] = []
        self._postings: dict[str, list[int]] = {}
        self._expander = Expander()

    def add_blob(self, key: Sha, content: bytes) -> None:
        """A file's text. What is empty or no text has length 0, and is not read again."""
        if not content.strip() or len(content) > FILE_BYTES or b"\0" in content[:8000]:
            self._documents.append(Document(key, 0, ""))
            return
        text = content.decode(errors="replace")
        counts = self._expander.count(WORD.findall(text))
        self._post("", counts)
        self._post(NAME, dict.fromkeys(definitions(text), 1))
        self._documents.append(Document(key, max(1, sum(counts.values())), ""))

    def add_commit(self, past: Past) -> None:
        """A commit's message, with the paths it touched as the note."""
        counts = self._expander.count(WORD.findall(past.message))
        self._post(SAID, counts)
        note = "\n".join(past.paths)
        self._documents.append(Document(past.sha, sum(counts.values()), note))

    def _post(self, prefix: str, counts: Mapping[str, int]) -> None:
        number = (self._first + len(self._documents)) << 8
        postings = self._postings
        for term, count in counts.items():
            posting = number | (count if count < _MOST else _MOST)
            found = postings.get(prefix + term)
            if found is None:
                postings[prefix + term] = [posting]
            else:
                found.append(posting)

    def segment(self) -> Segment:
        """All that was added."""
        packed = {term: array("I", found) for term, found in sorted(self._postings.items())}
        return Segment(tuple(self._documents), packed)


def read_blobs(first: int, keys: Iterable[Sha], contents: Iterable[bytes]) -> Segment:
    """A segment of files."""
    builder = SegmentBuilder(first)
    with _nothing_to_collect():
        for key, content in zip(keys, contents, strict=True):
            builder.add_blob(key, content)
        return builder.segment()


def read_commits(first: int, commits: Iterable[Past]) -> Segment:
    """A segment of commits."""
    builder = SegmentBuilder(first)
    for past in commits:
        builder.add_commit(past)
    return builder.segment()


@contextmanager
def _nothing_to_collect() -> Generator[None]:
    """Millions of postings and no cycle among them: looking for one takes a tenth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
