"""Words that say nothing or little in an issue tracker, and opposites."""

from bot.domain.terms import stem

_GENERIC = """
a about actual actually after all also although am an and any are as at be because been before being
both bug but by can cannot certain could current describe did do does doing done each either else
even ever every expect expected feature few fix for from get gets give gives given go goes got had
has have having he her here him his how however i if im in into is isnt issue it its just know like
make makes many may maybe me might mine more most much must my need needs no nor not now of off on
once one only or other otherwise our ought out own per please pls problem quite rather really s same
say says see seem seems should since so some still such take taken than that the their them then
there these they thing things this those though through thus to too toward towards under until
up upon us use used uses using very via want was way we well went were what when whenever where
whether which while who whose why will with within wont work works would wrong yes yet you your w o
t d ll re ve m
"""

_WEAK = """
add change file line value error code function method class test name data text user number
list set new option run time first second program page
"""

_OPPOSITE = """
add remov
encod decod
serialis deserialis
writ read
writer reader
pack unpack
import export
upload download
input output
enabl disabl
show hid
open clos
client server
befor after
login signup
first last
upper lower
zero negativ
push pop
producer consumer
leading trailing
sav delet
allow refus
"""
OPPOSITE = tuple(frozenset(line.split()) for line in _OPPOSITE.strip().splitlines())
"""Stems of which a change is about the one or the other."""


def weight(term: str) -> float:
    """How much a term says, from 0 for the words that only join others, to 1."""
    if term in _NOTHING:
        return 0.0
    return 0.4 if term in _LITTLE else 1.0


_NOTHING = frozenset(word for word in _GENERIC.split()) | frozenset(map(stem, _GENERIC.split()))
_LITTLE = frozenset(map(stem, _WEAK.split()))
