"""How well and how fast similar failures are found.

    python -m bench.memory.run [--sizes 1000,10000,100000,1000000] [--asked 200]

First the labelled pairs, beside the article's `LIKE '%new%'` on the same set. Then look-ups in
databases of growing size in which every row is of one repository and of the last seven days, which
is the worst there can be; the pairs' failed sides are planted among generated rows, so that it is
seen whether the index still brings them up.
"""

import argparse
import random
import re
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.memory.fit import folded
from bench.memory.pairs import TRAINING, Pair, pairs
from bot.adapters.database.columns import instant_text, list_text
from bot.adapters.database.engine import open_database
from bot.adapters.database.failures import SqlFailures, failure_columns
from bot.adapters.database.migrate import migrate
from bot.domain.similar.likeness import Proposal, likeness
from bot.domain.similar.lookup import KEPT_MOST, lookup_terms, term_id
from bot.domain.similar.weights import SIMILAR
from bot.domain.subject import Repo, Subject
from bot.kernel.values import Kind
from bot.memory.ban import WINDOW
from bot.memory.failures import FailedProposal
from bot.memory.telemetry import Share

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
REPO = Repo("octo", "hello", 7)
SYLLABLES = re.findall(
    r"\w+", "ba co di fu ge hi jo ku la me ni po qua re si to vu wa xe yo zu stri blo cra"
)
VOCABULARY, PATHS, WORDS = 8_000, 3_000, 24
PARTS = {
    "training, cross-validated": TRAINING,
    "blind": frozenset({"blind"}),
    "fresh": frozenset({"fresh"}),
}
"""Tuning and held-out half together are what the weights are fitted on."""


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", default="1000,10000,100000,1000000", help="rows")
    parser.add_argument("--asked", type=int, default=200, help="look-ups a size")
    options = parser.parse_args()
    labelled = pairs()
    judged(labelled)
    print()
    measured(labelled, [int(size) for size in options.sizes.split(",")], options.asked)


def judged(labelled: Sequence[Pair]) -> None:
    """Precision and recall of both, by part; and how each way of resembling came out.

    The training set is judged by weights that were fitted without the group in question, for each
    deal of the folds; a pair counts as similar when most deals say so.
    """
    parts = {title: [p for p in labelled if p.half in halves] for title, halves in PARTS.items()}
    parts = {title: some for title, some in parts.items() if some}
    print(f"{len(labelled)} pairs, {sum(p.same for p in labelled)} of them the same change;")
    print("shares with Wilson's 95% intervals\n")
    print(f"{'':28}{'pairs':>6}  {'precision':>30}  {'recall':>30}")
    training = [p for p in labelled if p.half in TRAINING]
    deals = folded(training)
    ours = {p: likeness(p.failed, p.proposed) >= SIMILAR for p in labelled}
    for at, pair in enumerate(training):
        ours[pair] = 2 * sum(deal[at] >= SIMILAR for deal in deals) > len(deals)
    theirs = {p: like(p) for p in labelled}
    for name, told in (("similar by meaning", ours), ("LIKE '%new%'", theirs)):
        print(name)
        for title, some in parts.items():
            right = sum(told[p] and p.same for p in some)
            precision = Share(right, sum(told[p] for p in some))
            recall = Share(right, sum(p.same for p in some))
            print(f"  {title:26}{len(some):>6}  {shown(precision):>30}  {shown(recall):>30}")
    print("\nsimilar by meaning, right answers by way")
    print(f"{'':26}" + "".join(f"{title:>30}" for title in parts))
    for way in dict.fromkeys(p.way for p in labelled):
        ways = [[p for p in some if p.way == way] for some in parts.values()]
        right = [Share(sum(ours[p] == p.same for p in some), len(some)) for some in ways]
        print(f"  {way:24}" + "".join(f"{shown(share):>30}" for share in right))


def like(pair: Pair) -> bool:
    """The article's query, asked of SQLite: its `%` and `_` match anything there."""
    query = "SELECT ? LIKE '%' || ? || '%'"
    asked = (pair.failed.title, pair.proposed.title)
    with sqlite3.connect(":memory:") as connection:
        return bool(connection.execute(query, asked).fetchone()[0])


def shown(share: Share) -> str:
    """A share with its interval."""
    if share.interval is None:
        return "0 of 0"
    low, high = share.interval
    return f"{share.count}/{share.of} {share.count / share.of:.3f} [{low:.3f}, {high:.3f}]"


def measured(labelled: Sequence[Pair], sizes: Sequence[int], asked: int) -> None:
    """One line for each size."""
    print("look-ups, all rows of one repository and of the last seven days")
    print("(cpu: of the processor alone, which a busy machine changes less; x: p50 cpu as a ratio)")
    head = f"{'rows':>9} {'p50 ms':>8} {'p95 ms':>8} {'p50 cpu':>8} {'p95 cpu':>8} {'x':>5}"
    print(f"{head} {'found':>11} {'MB on disk':>11} {'bytes a row':>12} {'peak MB':>8}")
    first = 0.0
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / "evolve.db"
            build(file, labelled, size)
            took, cpu, brought = looked_up(file, labelled, asked)
            first = first or quantile(cpu, 0.5)
            disk = file.stat().st_size
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{size:>9} {quantile(took, 0.5):>8.2f} {quantile(took, 0.95):>8.2f}"
                f" {quantile(cpu, 0.5):>8.2f} {quantile(cpu, 0.95):>8.2f}"
                f" {quantile(cpu, 0.5) / first:>5.2f} {brought.count:>4} of {brought.of:<4}"
                f" {disk / 1e6:>10.1f} {disk / size:>12.0f} {peak:>8.0f}",
                flush=True,
            )


def looked_up(
    file: Path, labelled: Sequence[Pair], asked: int
) -> tuple[list[float], list[float], Share]:
    """Milliseconds of each look-up with its judging, by the clock and of the processor; and how
    many of the planted ones were brought up."""
    engine = open_database(f"sqlite:///{file}")
    failures = SqlFailures(engine)
    same = [pair for pair in labelled if pair.same]
    chance = random.Random(2)
    others = [generated(chance) for n in range(max(0, asked - len(same)))]
    questions = [(pair.proposed, pair.failed) for pair in same] + [(one, None) for one in others]
    took: list[float] = []
    cpu: list[float] = []
    found = 0
    for proposal, planted in questions:
        begun, worked = time.perf_counter(), time.process_time()
        candidates = failures.like(REPO, proposal, NOW - WINDOW)
        for one in candidates:
            likeness(proposal, one.proposal)
        took.append((time.perf_counter() - begun) * 1000)
        cpu.append((time.process_time() - worked) * 1000)
        found += any(one.proposal == planted for one in candidates)
    engine.dispose()
    return took, cpu, Share(found, len(same))


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def build(file: Path, labelled: Sequence[Pair], size: int) -> None:
    """A migrated database with so many telling failures, the planted ones spread among them."""
    migrate(f"sqlite:///{file}")
    planted = list(dict.fromkeys(pair.failed for pair in labelled))
    chance = random.Random(1)
    places = dict(zip(chance.sample(range(size), len(planted)), planted, strict=True))
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("CREATE TEMP TABLE raw (term INTEGER, failure INTEGER)")
    columns = ("seq", *failure_columns(failed(Proposal(None, "", ""), 0, NOW)))
    marks = ", ".join("?" * len(columns))
    ids: dict[str, int] = {}

    def term(name: str) -> int:
        if name not in ids:
            ids[name] = term_id(REPO, name)
        return ids[name]

    step = WINDOW * 0.99 / size
    for number in range(size):
        proposal = places.get(number) or generated(chance)
        one = failed(proposal, number, NOW - WINDOW * 0.99 + step * number)
        values = (number + 1, *map(stored, failure_columns(one).values()))
        connection.execute(
            f"INSERT INTO failed_proposals ({', '.join(columns)}) VALUES ({marks})", values
        )
        terms = {term(name) for name in lookup_terms(proposal, KEPT_MOST)}
        connection.executemany("INSERT INTO raw VALUES (?, ?)", ((t, number + 1) for t in terms))
    connection.execute("INSERT INTO failure_terms SELECT term, failure FROM raw ORDER BY 1, 2")
    connection.commit()
    connection.close()


def failed(proposal: Proposal, number: int, at: datetime) -> FailedProposal:
    """A telling failure."""
    return FailedProposal(
        key=f"octo/hello#{number}/1",
        subject=Subject(REPO, number + 1),
        attempt=1,
        at=at,
        description=proposal.title,
        reason="The change could not be proven.",
        rules=("no-red-test",),
        paths=tuple(sorted(proposal.paths)),
        rolled_back=True,
        kind=proposal.kind,
        plan=proposal.plan,
        symbols=tuple(sorted(proposal.symbols)),
        failures=tuple(sorted(proposal.failures)),
        blobs=("b" * 40,) * len(proposal.paths),
        base="t" * 40,
        telling=True,
    )


def stored(value: object) -> object:
    """As the columns keep it."""
    match value:
        case datetime():
            return instant_text(value)
        case tuple():
            return list_text(value)
        case Kind():
            return str(value)
        case _:
            return value


def generated(chance: random.Random) -> Proposal:
    """Words by Zipf's law, a third of them the pairs' own; a path and a symbol."""
    said = [next(_words(chance)) for _ in range(WORDS)]
    path = f"src/{_word(chance.randrange(PATHS))}/{_word(chance.randrange(40))}.py"
    symbol = f"{_word(chance.randrange(900))}_{_word(chance.randrange(90))}"
    title, plan = " ".join(said[:8]), " ".join(said[8:])
    return Proposal(chance.choice(list(Kind)), title, plan, frozenset({path}), frozenset({symbol}))


_COMMON = sorted({w for p in pairs() for w in f"{p.failed.title} {p.failed.plan}".split()})


def _words(chance: random.Random) -> Iterator[str]:
    if chance.random() < 1 / 3:
        yield chance.choice(_COMMON)
    yield _word(min(VOCABULARY, int(chance.paretovariate(0.6))))


def _word(number: int) -> str:
    text = ""
    while number or not text:
        number, at = divmod(number, len(SYLLABLES))
        text += SYLLABLES[at]
    return text


if __name__ == "__main__":
    main()
