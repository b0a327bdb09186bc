"""Text as terms in the index: which words of a question say nothing, and counting."""

from collections import Counter
from collections.abc import Iterable

from bot.domain.terms import WORD, expand

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
