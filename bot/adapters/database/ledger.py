"""The ledger in the database: the kernel decides, one process at a time."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC
from fractions import Fraction
from math import ceil

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    case,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy import Row as SqlRow

from bot.adapters.database.dialect import Values
from bot.adapters.database.engine import Lock, reading, writing
from bot.adapters.database.tables import charges
from bot.domain.subject import Repo
from bot.kernel.budget import Caps, OverBudget, Reserved, Spent, Usage, reserve
from bot.kernel.values import Usd
from bot.memory.ledger import (
    Charge,
    ChargeState,
    Held,
    Interrupted,
    Reservation,
    ReserveOutcome,
    Scope,
    Settled,
    Spending,
)

COUNTED = case(
    (charges.c.state == ChargeState.OPEN, charges.c.reserved_nano),
    (charges.c.state == ChargeState.SETTLED, charges.c.charged_nano),
    else_=0,
)
"""What a row counts for, in nanodollars: a reservation that was never settled counts as spent."""


class SqlLedger:
    """`Ledger` on any database.

    The circles of a cap: a *change* is one attempt at one task; a *run* is its id; a *day* and a
    *month* are those of UTC over the whole database; an *installation* is its current UTC month.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reserve(self, reservation: Reservation, caps: Caps) -> ReserveOutcome:
        """Set money aside, or say which cap forbids it, or how this key was left before."""
        with writing(self._engine, Lock.LEDGER) as connection:
            old = connection.execute(
                select(charges).where(charges.c.key == reservation.key)
            ).first()
            if old is not None:
                match ChargeState(old.state):
                    case ChargeState.OPEN:
                        return Interrupted(reservation.key)
                    case ChargeState.SETTLED:
                        return Settled(reservation.key, Usd(old.charged_nano))
                    case ChargeState.RELEASED:
                        pass
            reservation = _dearer(connection, reservation)
            match reserve(reservation.amount, caps, _spent(connection, reservation)):
                case OverBudget() as refusal:
                    return refusal
                case Reserved():
                    row = _opened(reservation)
            if old is None:
                connection.execute(insert(charges).values(row))
            else:
                connection.execute(update(charges).where(charges.c.seq == old.seq).values(row))
            return Held(reservation.key)

    def settle(self, key: str, charged: Usd, usage: Usage) -> None:
        """The call was answered and cost this much; more than was reserved is recorded as it is.

        Raises KeyError for an unknown key, ValueError if it was settled at another amount.
        """
        with writing(self._engine, Lock.LEDGER) as connection:
            old = _existing(connection, key)
            if old.state == ChargeState.SETTLED:
                if old.charged_nano != charged.nano:
                    raise ValueError(f"{key} was settled at {Usd(old.charged_nano)}")
                return
            values = {
                "state": ChargeState.SETTLED,
                "charged_nano": charged.nano,
                "input_tokens": usage.input_tokens,
                "output_tokens": usage.output_tokens,
                "cache_read_tokens": usage.cache_read_tokens,
                "cache_write_tokens": usage.cache_write_tokens,
            }
            connection.execute(update(charges).where(charges.c.seq == old.seq).values(values))

    def release(self, key: str) -> None:
        """The call was certainly not charged: give the money back.

        Raises KeyError for an unknown key, ValueError if it was settled.
        """
        with writing(self._engine, Lock.LEDGER) as connection:
            old = _existing(connection, key)
            if old.state == ChargeState.SETTLED:
                raise ValueError(f"{key} was settled at {Usd(old.charged_nano)}")
            released = update(charges).where(charges.c.seq == old.seq)
            connection.execute(released.values(state=ChargeState.RELEASED))

    def spent_on(self, task: int, attempt: int) -> Usd:
        """Settled plus still reserved, for one attempt at a task."""
        with reading(self._engine) as connection:
            return _sum(connection, _of_change(task, attempt))

    def spent_in(self, run: str) -> Usd:
        """Settled plus still reserved, in one run."""
        with reading(self._engine) as connection:
            return _sum(connection, charges.c.run == run)

    def charges(self, task: int | None = None) -> tuple[Charge, ...]:
        """The rows in the order of their reservation."""
        query = select(charges).order_by(charges.c.seq)
        if task is not None:
            query = query.where(charges.c.task == task)
        with reading(self._engine) as connection:
            return tuple(charge_of(row) for row in connection.execute(query))

    def spendings(self, tasks: Collection[int] | None = None) -> tuple[Spending, ...]:
        """By attempt, role and model, of these tasks or of all; what was released is left out."""
        which = (charges.c.task, charges.c.attempt, charges.c.role, charges.c.model)
        query = (
            select(*which, func.sum(COUNTED).label("nano"))
            .where(charges.c.state != ChargeState.RELEASED)
            .group_by(*which)
            .order_by(*which)
        )
        if tasks is not None:
            query = query.where(charges.c.task.in_(tasks))
        with reading(self._engine) as connection:
            return tuple(
                Spending(row.task, row.attempt, row.role, row.model, Usd(int(row.nano)))
                for row in connection.execute(query)
            )

    def total(self) -> Usd:
        """Everything ever settled plus everything still reserved."""
        with reading(self._engine) as connection:
            return _sum(connection, true())


def _dearer(connection: Connection, reservation: Reservation) -> Reservation:
    """A vendor that billed more than its price list allows is not believed again in this run."""
    beyond = and_(
        charges.c.run == reservation.scope.run,
        charges.c.state == ChargeState.SETTLED,
        charges.c.charged_nano > charges.c.reserved_nano,
        charges.c.reserved_nano > 0,
    )
    rows = connection.execute(select(charges.c.charged_nano, charges.c.reserved_nano).where(beyond))
    times = max((Fraction(charged, reserved) for charged, reserved in rows), default=Fraction(1))
    return replace(reservation, amount=Usd(ceil(reservation.amount.nano * times)))


def _spent(connection: Connection, reservation: Reservation) -> Spent:
    scope = reservation.scope
    day = reservation.at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    this_month = charges.c.at >= day.replace(day=1)
    of_installation = charges.c.installation == scope.repo.installation
    return Spent(
        change=_sum(connection, _of_change(scope.task, scope.attempt)),
        run=_sum(connection, charges.c.run == scope.run),
        day=_sum(connection, charges.c.at >= day),
        month=_sum(connection, this_month),
        installation=_sum(connection, and_(of_installation, this_month)),
    )


def _of_change(task: int, attempt: int) -> ColumnElement[bool]:
    return and_(charges.c.task == task, charges.c.attempt == attempt)


def _sum(connection: Connection, circle: ColumnElement[bool]) -> Usd:
    total = select(func.coalesce(func.sum(COUNTED), 0)).where(circle)
    # PostgreSQL sums 64-bit integers into a decimal.
    return Usd(int(connection.execute(total).scalar_one()))


def _existing(connection: Connection, key: str) -> SqlRow:
    row = connection.execute(select(charges).where(charges.c.key == key)).first()
    if row is None:
        raise KeyError(key)
    return row


def _opened(reservation: Reservation) -> Values:
    scope = reservation.scope
    return {
        "key": reservation.key,
        "owner": scope.repo.owner,
        "name": scope.repo.name,
        "installation": scope.repo.installation,
        "task": scope.task,
        "attempt": scope.attempt,
        "run": scope.run,
        "model": reservation.model,
        "role": reservation.role,
        "state": ChargeState.OPEN,
        "reserved_nano": reservation.amount.nano,
        "charged_nano": 0,
        "at": reservation.at,
    }


def charge_of(row: SqlRow) -> Charge:
    """A row of `charges`."""
    usage = None
    if row.input_tokens is not None:
        usage = Usage(
            input_tokens=row.input_tokens,
            output_tokens=row.output_tokens,
            cache_read_tokens=row.cache_read_tokens,
            cache_write_tokens=row.cache_write_tokens,
        )
    return Charge(
        key=row.key,
        scope=Scope(Repo(row.owner, row.name, row.installation), row.task, row.attempt, row.run),
        model=row.model,
        role=row.role,
        state=ChargeState(row.state),
        reserved=Usd(row.reserved_nano),
        charged=Usd(row.charged_nano),
        usage=usage,
        at=row.at,
    )
