"""How each file answers the question, by several measures; what each weighs is `rank`'s affair."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.stages.select.bm25 import bm25, rarity
from bot.stages.select.corpus import Corpus
from bot.stages.select.history import history
from bot.stages.select.mentions import mentioned
from bot.stages.select.paths import Role, path_terms, role_of
from bot.stages.select.question import Question
from bot.stages.select.segment import NAME, SAID
from bot.stages.select.tested import tested


@dataclass(frozen=True, slots=True)
class Signals:
    """Path to value for each measure, larger is better; a path left out has nothing.

    `rarities` is how rare each term of the question is; `witness` is the test of a source.
    """

    values: Mapping[str, Mapping[str, float]]
    rarities: Mapping[str, float]
    witness: Mapping[str, str]


def gather(corpus: Corpus, question: Question) -> Signals:
    """Measure every file, from the index alone."""
    names = question.names | question.title_names
    asked = [*question.weights, *(SAID + term for term in question.weights)]
    asked += [NAME + name for name in names]
    postings = corpus.shelf.index.postings(asked)
    sources = {corpus.numbers[p]: corpus.lengths[corpus.numbers[p]] for p in corpus.sources}
    tests = {corpus.numbers[p]: corpus.lengths[corpus.numbers[p]] for p in corpus.tests}
    votes, told = history(corpus, question, postings)
    witnessed, witness = tested(corpus, bm25(tests, question.weights, postings))

    def of_files(scores: Mapping[int, float]) -> dict[str, float]:
        numbers = corpus.numbers
        return {p: scores[numbers[p]] for p in corpus.sources if numbers[p] in scores}

    values = {
        "title": of_files(bm25(sources, question.title, postings)),
        "body": of_files(bm25(sources, question.body, postings)),
        "names": of_files(_defining(question.names, postings, sources)),
        "title_names": of_files(_defining(question.title_names, postings, sources)),
        "path": _paths(question.weights, corpus.sources),
        "mentioned": mentioned(question, corpus.sources),
        "votes": votes,
        "told": told,
        "tested": witnessed,
        "code": {path: 1.0 for path in corpus.sources if role_of(path) is Role.SOURCE},
    }
    rarities = {
        term: rarity(len(sources), sum(p >> 8 in sources for p in postings.get(term, ())))
        for term in question.weights
    }
    return Signals(values, rarities, witness)


def _defining(
    names: Iterable[str], postings: Mapping[str, "array[int]"], sources: Mapping[int, int]
) -> dict[int, float]:
    """The files that define what is named; a name that many define says less of each."""
    found: dict[int, float] = {}
    for name in names:
        holders = {p >> 8 for p in postings.get(NAME + name, ()) if p >> 8 in sources}
        for number in holders:
            worth = rarity(len(sources), len(holders)) / len(holders) ** 0.5
            found[number] = found.get(number, 0.0) + worth
    return found


def _paths(weights: Mapping[str, float], paths: Iterable[str]) -> dict[str, float]:
    """Terms in the path, those of the file's own name twice; a long name says less by each."""
    holding: dict[str, int] = {}
    bags = {path: path_terms(path) for path in paths}
    for terms in bags.values():
        for term in terms & weights.keys():
            holding[term] = holding.get(term, 0) + 1
    worth = {term: weights[term] * rarity(len(bags), n) for term, n in holding.items()}
    found = {}
    for path, terms in bags.items():
        if terms & worth.keys():
            own = path_terms(path.rpartition("/")[2])
            value = sum(worth.get(t, 0.0) for t in terms) + sum(worth.get(t, 0.0) for t in own)
            found[path] = value / (2 + len(own))
    return found
