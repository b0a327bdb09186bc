"""What commit messages say of the files that the commits touched."""

from array import array
from collections import Counter
from collections.abc import Mapping

from bot.stages.select.bm25 import bm25
from bot.stages.select.corpus import Corpus
from bot.stages.select.question import Question
from bot.stages.select.segment import SAID

VOTERS = 60
"""The commits most like the question; each votes for its files."""
SWEEPING = 40
"""A commit that touched more files than this says nothing of any."""


def history(
    corpus: Corpus, question: Question, postings: Mapping[str, "array[int]"]
) -> tuple[dict[str, float], dict[str, float]]:
    """The best vote for each file, and BM25 of the title over all that was said of the file."""
    chosen = frozenset(corpus.sources)
    touched: dict[int, list[str]] = {}
    for number, note in corpus.shelf.index.notes(corpus.commits).items():
        paths = [path for path in note.split("\n") if path in chosen]
        if 0 < len(paths) <= SWEEPING:
            touched[number] = paths
    scores = bm25(corpus.commits, question.weights, postings, SAID)
    votes: dict[str, float] = {}
    for number in sorted(scores, key=lambda n: -scores[n])[:VOTERS]:
        paths = touched.get(number, [])
        for path in paths:
            votes[path] = max(votes.get(path, 0.0), scores[number] / len(paths) ** 0.25)
    return votes, _told(corpus, question, postings, touched)


def _told(
    corpus: Corpus,
    question: Question,
    postings: Mapping[str, "array[int]"],
    touched: Mapping[int, list[str]],
) -> dict[str, float]:
    """Each file as one document: the messages of the commits that touched it."""
    files = {path: n for n, path in enumerate(sorted({p for ps in touched.values() for p in ps}))}
    lengths: Counter[int] = Counter()
    for number, paths in touched.items():
        for path in paths:
            lengths[files[path]] += corpus.commits[number]
    said: dict[str, array[int]] = {}
    for term in question.title:
        counts: Counter[int] = Counter()
        for posting in postings.get(SAID + term, ()):
            counts.update(files[path] for path in touched.get(posting >> 8, ()))
        said[term] = array("I", (n << 8 | min(count, 255) for n, count in counts.items()))
    scores = bm25(lengths, question.title, said)
    return {path: scores[n] for path, n in files.items() if n in scores}
