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
above below
absolute relative
accept refuse
accept reject
add remove
allow forbid
allow refuse
allow reject
ascending descending
attach detach
begin end
client server
column row
compress decompress
create delete
create destroy
dark light
decode encode
decrypt encrypt
delete insert
delete save
deserialise serialise
disable enable
download upload
empty full
even odd
exclude include
export import
fast slow
first last
follow ignore
grant revoke
height width
hide show
honour ignore
horizontal vertical
input output
install uninstall
join split
keep drop
keep lose
keep remove
keep strip
leading trailing
left right
load save
local remote
lock unlock
login logout
login signup
lower raise
lower upper
maximum minimum
merge split
mount unmount
negative zero
newest oldest
old new
pack unpack
parent child
pin update
pin upgrade
pop push
private public
producer consumer
publish subscribe
read write
reader writer
receive send
register unregister
request response
shuffle sort
single multiple
start stop
strict lenient
subscribe unsubscribe
upgrade downgrade
"""
OPPOSITE = tuple(frozenset(map(stem, line.split())) for line in _OPPOSITE.strip().splitlines())
"""Stems of which a change is about the one or the other."""


def weight(term: str) -> float:
    """How much a term says, from 0 for the words that only join others, to 1."""
    if term in _NOTHING:
        return 0.0
    return 0.4 if term in _LITTLE else 1.0


_NOTHING = frozenset(word for word in _GENERIC.split()) | frozenset(map(stem, _GENERIC.split()))
_LITTLE = frozenset(map(stem, _WEAK.split()))
