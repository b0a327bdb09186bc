"""Words of programming that mean the same, ideas between semicolons; compared by their stems.

The table is general English of issue trackers. It is written by hand, not learned: an idea is added
where two people would say the one word or the other for the same thing.
"""

from functools import cache

from bot.domain.terms import stem

_SAME = """
absent lack missing without omit absence lacks lacking;
add introduce provide offer support extend; allow accept permit enable; alter change modify;
answer response reply respond; archive zip tar tarball unzip unpack extract unpacked;
argument parameter flag option switch; ascii latin plain; ask prompt question;
periodic interval timer autosave autosaves periodically; automatic automatically;
avatar picture photo image pic img thumbnail preview; backslash backslashes separator slash;
begin start beginning; blank empty null none missing; boolean bool;
box server backend instance host machine; browser client page; build compile compilation;
buffer memory ram; bump update upgrade; byte octet; certificate cert tls ssl;
check verify validate validation verification validated compare comparison checksum;
clean remove delete removed erase purge drop; clear reset; close shut shutdown;
color colour ansi colored coloured; column field cell; command cli shell;
terminal tty isatty pty console; move extract relocate; megabyte mb; gigabyte gb; millisecond ms;
day daily; split partition divide; disjoint overlap; small little tiny; large big huge;
until till; hash digest sha; random arbitrary; spoof forge forged fake; standard usual default;
writer output; placeholder default fallback; column field;
concurrent concurrency race thread threads parallel simultaneous simultaneously racy;
config configuration setting settings conf; connect connection reconnect; copy duplicate clone;
correct right proper properly; count counter number;
crash explode panic raise throw exception traceback die blow abort unhandled raises;
cut truncate truncated clip; cycle recursion recursive loop circular infinite; dark night;
database db sql query queries; date day calendar; deadline timeout ttl expire expiry expiration;
decimal float floating rounding round;
decode parse read parsing reader decoder understand understood; default fallback;
dependency package library; destination target;
diacritic accent umlaut accented accents ascii unicode letter; directory folder;
display show render draw shown rendered; document docs documentation describe explain instruction;
download fetch pull; duplicate repeat twice double again repeated; email mail;
encode serialise serialize encoding encoder serializable iso;
end finish last final trailing terminate bottom;
endless forever infinite exponential hang block stuck hangs never; environment env variable;
equal same identical; error failure fault; escape quote quoting;
exceed above beyond over larger greater; execute run invoke execution launch; existing present;
export dump; extra additional; fast quick speed; file document; filter search find lookup;
flag mark; folder directory; font glyph; garbled mojibake odd;
generate produce create make write build; graceful gracefully; hidden dotfile dotfiles;
host domain; ignore skip; import load ingest; include contain; index catalogue; install setup;
interrupt signal sigterm kill stop; item element entry record row line; job task; json js;
keep preserve retain store save stored; key secret; leap february; leak exhaust exhausted;
length size long; letter character glyph; limit cap maximum max bound; link url address href;
list array; lock mutex; log logging; login signin authenticate authentication log;
lose loss vanish disappear drop lost forget gone;
lower lowercase case upper uppercase insensitive caps capitalised; map table;
match pattern regex glob wildcard star expression; message event; minor patch;
money amount price cent cost total sum; negative minus signed; positional argument;
network net internet wifi; new fresh; newline crlf lf ending break; old stale outdated expired;
open public readable; order sort sequence ordering sorting; outside above traversal;
overflow wrap; owner author; page pagination paginate; parallel concurrent;
password passphrase credential; path route; pause wait sleep backoff; permission mode access;
picture image; plural singular stemming; pointer cursor; prefer respect honour follow;
prevent avoid forbid refuse reject deny; print output stdout; process worker daemon;
propagate pass forward; proxy gateway; query search; quick fast; queue consumer broker;
rate throttle limiting; recursion cycle; redirect forward; release version;
replace substitute instead; request call; restore recover; retry again retries repeat;
revert undo rollback; rotate orientation sideways rotated rotation; schedule cron scheduled job;
screen display view; send transmit post submit submission; session cookie;
slow sluggish lag slowness; snapshot golden; source checkout clone repository git;
space blank whitespace trim strip; spreadsheet sheet excel; stdin pipe piped input;
stream chunk streaming; string text; tab indentation indent; test testing spec; theme mode;
time clock; token jwt; typed written; unauthorised forbidden; unique distinct;
unsafe insecure vulnerable security; upload post; usage help; user person people account customer;
utility helper helpers utilities; value content; warn warning; wheel scroll; widget component;
window dialog; wrong incorrect bad invalid misread broken; zoom magnify;
dst daylight summertime clocks; argon argon2 argon2id; windows win32 microsoft;
gzip compress compression compressed compressing deflate; lazy below fold; idempotent idempotence;
cpu processor; abort cancel; accumulate aggregate; adapt adjust; align centre center;
allocate allocation; amend edit; append concatenate join; assert assertion; attach attachment;
attempt try tries; attribute property; background asynchronous async; balance balanced;
bar toolbar; batch bulk; benchmark measure profile; bracket parenthesis parentheses brace;
branch fork; bypass circumvent; calculate compute calculation derive; catch handle handled;
chart plot graph; chunk block; collapse fold; collide collision conflict clash; comment remark;
commit transaction; compact shrink; compatible compatibility; complain report; complete finish;
condition predicate; constant fixed; consume eat; context ctx;
convert transform conversion translate; corrupt damaged damage corrupted; counterpart peer;
crop cut; deadlock starvation; debounce throttle; deduplicate unique; deep nested nesting;
defer delay postpone late; deploy deployment; deprecate obsolete deprecated;
detect discover notice recognise recognize; deviate differ different difference diff;
digit numeral; dispose free release; divide division; drag drop; emit yield; empty nothing;
engine motor; enlarge grow; enum enumeration; escape sanitise sanitize; evict eviction;
exact precise precision; exit quit leave; expose reveal; favicon icon; finally cleanup;
flush drain; focus focused; footer bottom; foreign external; format formatting;
freeze unresponsive; gap hole; guard protect; header heading; hook callback handler listener;
hover tooltip; identifier id; increment increase raise; inherit inheritance; initial startup boot;
inject injection; insert put; instant immediately immediate once; integer int;
intermittent flaky sporadic; isolate isolated; join merge combine; jump leap;
keyboard shortcut key; label caption; language locale; latency delay; launch start;
layout arrangement; legacy old; literal verbatim; localise localize translation translated;
locate position; mandatory required require; mangle garble; manual hand; margin padding;
menu dropdown; metadata header; migrate migration; mismatch inconsistent; mobile phone;
module package; monitor watch observe; mouse pointer; narrow thin; next following; nil none null;
normalise normalize canonical; notify notification alert; numeric number; obey honour;
offline disconnected; offset shift; optional optionally; overwrite overwritten clobber;
parent ancestor; partial incomplete; participant member; percent percentage ratio;
pick select choose chosen; platform os system; poll polling; port socket; pretty readable;
previous earlier prior former; primary main; privilege right; progress spinner; publish broadcast;
quota allowance; recent latest newest; rebuild regenerate; reload refresh; rename renamed;
reorder rearrange; resize scale scaling; resume continue; robust resilient; root admin;
sample example; scan walk traverse traversal; scope namespace; section part; segment piece;
sensitive confidential; shorten abbreviate; sidebar panel; silent silently; skeleton template;
sleep idle; snippet excerpt; spike burst; splash flash; startup launch; static constant;
status state; stub fake mock; subscribe listen; suffix extension; suggest propose; suppress mute;
symlink symbolic; sync synchronise synchronize; tag label; timestamp datetime; toggle switch;
tolerate ignore; trace stack; track remember; tree hierarchy; trigger fire; truthy true;
twin pair; type kind; underscore dash; uninstall remove; unknown unrecognised unrecognized;
unused dead; variant flavour; visible viewport visibility; visitor guest anonymous;
vulnerable attacker exploit crafted malicious; waste wasteful; wide broad; width size;
wrap enclose
"""

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


@cache
def concept(word: str) -> str:
    """The idea that a stemmed word stands for: itself, where the table knows none."""
    return _CONCEPTS.get(word, word)


def weight(term: str) -> float:
    """How much a term says, from 0 for the words that only join others, to 1."""
    if term in _NOTHING:
        return 0.0
    return 0.4 if term in _LITTLE else 1.0


def _concepts() -> dict[str, str]:
    found: dict[str, str] = {}
    for group in _SAME.split(";"):
        stems = [stem(word) for word in group.split()]
        for one in stems:
            found.setdefault(one, found.get(stems[0], stems[0]))
    return found


_CONCEPTS = _concepts()
_NOTHING = frozenset(word for word in _GENERIC.split()) | frozenset(map(stem, _GENERIC.split()))
_LITTLE = frozenset(concept(stem(word)) for word in _WEAK.split())
