"""Which parts of a repository the model is shown first, within a budget of tokens."""

from dataclasses import dataclass

from bot.kernel.values import Sha
from bot.stages.select.corpus import Corpus, open_corpus
from bot.stages.select.excerpts import Excerpt
from bot.stages.select.pack import pack
from bot.stages.select.port import Shelf
from bot.stages.select.question import read_question
from bot.stages.select.rank import rank
from bot.stages.select.selection import Selection, show

FOR_TESTS = 0.2
"""The part of the budget that goes to the tests which exercise the chosen files."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Excerpts in the order of their worth: of the sources, then of the tests."""

    sources: tuple[Excerpt, ...]
    tests: tuple[Excerpt, ...]


def select(shelf: Shelf, base: Sha, question: str, tokens: int, top: int = 8) -> Selection:
    """What of a commit fits the question best, of at most `top` files. Raises Unusable."""
    corpus = open_corpus(shelf, base)
    chosen = choose(corpus, question, tokens, top)
    excerpts = (*chosen.sources, *chosen.tests)
    paths = tuple(dict.fromkeys(one.path for one in excerpts))
    shown = show(excerpts, corpus.read(paths))
    return Selection(shown, corpus.paths)


def choose(corpus: Corpus, question: str, tokens: int, top: int) -> Chosen:
    """The excerpts that fit into so many tokens. Raises Unusable."""
    ranking = rank(corpus, read_question(question), top)
    of_tests = int(tokens * FOR_TESTS) if ranking.tests else 0
    return Chosen(pack(ranking.sources, tokens - of_tests), pack(ranking.tests, of_tests))
