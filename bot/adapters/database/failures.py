"""Failed proposals in the database, with an inverted table of their terms."""

from datetime import datetime
from functools import cache

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    Float,
    Row,
    Select,
    bindparam,
    func,
    select,
    union_all,
)

from bot.adapters.database.dialect import insert_new
from bot.adapters.database.engine import reading, writing
from bot.adapters.database.rows import within
from bot.adapters.database.tables import failure_terms, failures
from bot.domain.similar.likeness import Proposal
from bot.domain.similar.lookup import ASKED_MOST, KEPT_MOST, lookup_terms, term_id
from bot.domain.subject import Repo, Subject
from bot.kernel.values import Kind
from bot.memory.failures import FailedProposal

CANDIDATES_MOST = 16
"""Failures that are read whole for one look-up."""
NEWEST = 120
"""Failures of one term that are looked at, the newest first: a rare term has no more than these,
and a common one says little."""


class SqlFailures:
    """`Failures` on any database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, failure: FailedProposal) -> None:
        """Remember; the same key again changes nothing."""
        known = select(failures.c.seq).where(failures.c.key == failure.key)
        with writing(self._engine) as connection:
            insert_new(connection, failures, [failure_columns(failure)])
            if failure.telling:
                _index(connection, failure, connection.execute(known).scalar_one())

    def of(self, subject: Subject) -> tuple[FailedProposal, ...]:
        """What failed before on this issue, oldest first."""
        query = (
            select(failures)
            .where(within(subject.repo, failures), failures.c.number == subject.number)
            .order_by(failures.c.at, failures.c.seq)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return tuple(map(_failure, rows))

    def like(self, repo: Repo, proposal: Proposal, since: datetime) -> tuple[FailedProposal, ...]:
        """Telling failures that share rare words or places with it, likeliest first."""
        asked = lookup_terms(proposal, ASKED_MOST)
        if not asked:
            return ()
        terms = [term_id(repo, term) for term in asked]
        bound: dict[str, object] = {f"t{n}": term for n, term in enumerate(terms)}
        bound |= {f"w{n}": says for n, says in enumerate(asked.values())}
        bound["since"] = since
        with reading(self._engine) as connection:
            rows = connection.execute(_best(len(asked)), bound).all()
        return tuple(map(_failure, rows))


@cache
def _best(asked: int) -> Select[*tuple[object, ...]]:
    """The likeliest failures for so many terms; put together once, it takes longer than it runs."""
    hits = union_all(*map(_newest, range(asked))).subquery()
    score = func.sum(hits.c.says).label("score")
    best = (
        select(hits.c.failure, score)
        .group_by(hits.c.failure)
        .order_by(score.desc(), hits.c.failure.desc())
        .limit(CANDIDATES_MOST)
        .subquery()
    )
    joined = select(failures).join(best, best.c.failure == failures.c.seq)
    recent = joined.where(failures.c.at >= bindparam("since"))
    return recent.order_by(best.c.score.desc(), failures.c.seq.desc())


def _newest(number: int) -> Select[int, float]:
    """The newest failures of a term; the fewer there are, the more it says."""
    newest = (
        select(failure_terms.c.failure)
        .where(failure_terms.c.term == bindparam(f"t{number}", type_=BigInteger))
        .order_by(failure_terms.c.failure.desc())
        .limit(NEWEST)
        .subquery()
    )
    share = bindparam(f"w{number}", type_=Float) / func.count().over()
    return select(newest.c.failure.label("failure"), share.label("says"))


def _index(connection: Connection, failure: FailedProposal, seq: int) -> None:
    repo = failure.subject.repo
    terms = {term_id(repo, term) for term in lookup_terms(failure.proposal, KEPT_MOST)}
    if terms:
        rows = [{"term": term, "failure": seq} for term in sorted(terms)]
        insert_new(connection, failure_terms, rows)


def failure_columns(failure: FailedProposal) -> dict[str, object]:
    """The row of a failure, without its number."""
    return {
        "key": failure.key,
        "owner": failure.subject.repo.owner,
        "name": failure.subject.repo.name,
        "installation": failure.subject.repo.installation,
        "number": failure.subject.number,
        "attempt": failure.attempt,
        "at": failure.at,
        "description": failure.description,
        "reason": failure.reason,
        "rules": failure.rules,
        "paths": failure.paths,
        "rolled_back": failure.rolled_back,
        "kind": failure.kind,
        "plan": failure.plan,
        "symbols": failure.symbols,
        "failures": failure.failures,
        "blobs": failure.blobs,
        "base": failure.base,
        "telling": failure.telling,
    }


def _failure(row: Row) -> FailedProposal:
    return FailedProposal(
        key=row.key,
        subject=Subject(Repo(row.owner, row.name, row.installation), row.number),
        attempt=row.attempt,
        at=row.at,
        description=row.description,
        reason=row.reason,
        rules=row.rules,
        paths=row.paths,
        rolled_back=row.rolled_back,
        kind=None if row.kind is None else Kind(row.kind),
        plan=row.plan,
        symbols=row.symbols,
        failures=row.failures,
        blobs=row.blobs,
        base=row.base,
        telling=row.telling,
    )
