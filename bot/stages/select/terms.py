"""Text as terms: identifiers, their pieces, and a light stem so that `matches` meets `matching`."""

import re
from collections import Counter
from collections.abc import Iterable

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PIECE = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_LONGEST = 60
"""Characters of a longer word say nothing: it is data, such as a hash or an encoded image."""

STOP = frozenset(
    WORD.findall(
        """
    a about above actual after again all also am an and any are as at be because been before
    behavior behaviour being below between both bug but by can cannot code com could current
    currently describe description did do does doing done down during each else error etc even
    ever every example expect expected fail failed fails few first fix fixed following follows for
    from further get gets getting github go goes got had happen happens has have having he hello
    her here hi him his how however http https i if im in instead into is isn issue issues it its
    itself just know last let like look looks made make makes many may maybe me might mine more
    most much must my need needs never new no nor not nothing now of off old on once one only or
    org other our out output over own please problem put question quite rather really report
    reproduce result results run running s same see seem seems seen should since so some something
    step steps still such sure t take than thank thanks that the their them then there these they
    thing things think this those though through thus to too try trying two under until up upon us
    use used uses using version versions very via want was way we well went were what when where
    whether which while who why will with within without won work working works would wrong www
    yes yet you your
        """
    )
)
"""English that joins words, and what every issue template says; in queries alone."""


def stem(word: str) -> str:
    """A lower-case word without the commonest endings of English."""
    if len(word) < 5:
        return word[:-1] if len(word) == 4 and word[-1] == "s" and word[-2] not in "sui" else word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("ing") and len(word) > 6:
        word = word[:-3]
    elif word.endswith("ed") and len(word) > 5:
        word = word[:-2]
    elif word[-1] == "s" and word[-2] not in "sui":
        word = word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]
    return word[:-1] if word[-1] == "e" and len(word) > 4 else word


def expand(word: str) -> tuple[str, ...]:
    """The terms of one identifier: itself when it is compound, and its pieces."""
    if len(word) > _LONGEST:
        return ()
    pieces = [piece.lower() for piece in _PIECE.findall(word)]
    found = dict.fromkeys(stem(piece) for piece in pieces if len(piece) > 1)
    if len(pieces) > 1:
        found[word.lower().strip("_")] = None
    return tuple(found)


class Expander:
    """`expand` that remembers: a repository says the same words again and again."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}

    def count(self, words: Iterable[str]) -> Counter[str]:
        """How often each term occurs among the words."""
        known = self._known
        counts: dict[str, int] = {}
        for word, times in Counter(words).items():
            terms = known.get(word)
            if terms is None:
                terms = known[word] = expand(word)
            for term in terms:
                counts[term] = counts.get(term, 0) + times
        return Counter(counts)
