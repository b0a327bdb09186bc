"""Failed proposals in the database."""

from sqlalchemy import Engine, select

from bot.adapters.database.dialect import insert_new
from bot.adapters.database.engine import reading, writing
from bot.adapters.database.tables import failures
from bot.domain.subject import Repo, Subject
from bot.memory.failures import FailedProposal


class SqlFailures:
    """`Failures` on any database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, failure: FailedProposal) -> None:
        """Remember; the same key again changes nothing."""
        row = {
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
        }
        with writing(self._engine) as connection:
            insert_new(connection, failures, [row])

    def of(self, subject: Subject) -> tuple[FailedProposal, ...]:
        """What failed before on this issue, oldest first."""
        query = (
            select(failures)
            .where(failures.c.owner == subject.repo.owner, failures.c.name == subject.repo.name)
            .where(failures.c.number == subject.number)
            .order_by(failures.c.at, failures.c.seq)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return tuple(
            FailedProposal(
                key=row.key,
                subject=Subject(Repo(row.owner, row.name, row.installation), row.number),
                attempt=row.attempt,
                at=row.at,
                description=row.description,
                reason=row.reason,
                rules=row.rules,
                paths=row.paths,
                rolled_back=row.rolled_back,
            )
            for row in rows
        )
