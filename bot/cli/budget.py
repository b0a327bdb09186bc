"""`evolve budget`: what was spent, what is set aside, and the caps."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from bot.cli.look import AsJson, print_json, records_of, show
from bot.cli.start import usable_settings
from bot.compose import now, operator_of
from bot.engine.services import Operator
from bot.kernel.values import Usd
from bot.memory.ledger import Charge, ChargeState, counted

PROPOSALS = "proposals"
"""What is booked on no task: looking for improvements by command or in a run."""


def budget_command(as_json: AsJson = False) -> None:
    """Show what was spent today, this month (UTC) and ever; the caps; each task and model."""
    settings = usable_settings()
    by_task: defaultdict[str, Usd] = defaultdict(Usd)
    by_model: defaultdict[str, Usd] = defaultdict(Usd)
    with records_of(settings) as records:
        charges = records.ledger.charges()
        names = {
            one: str(records.tasks.get(one).subject) if one > 0 else PROPOSALS
            for one in {c.scope.task for c in charges}
        }
    for charge in charges:
        by_task[names[charge.scope.task]] += counted(charge)
        by_model[charge.model] += counted(charge)
    circles = circles_of(charges, operator_of(settings), now())
    still_open = [charge for charge in charges if charge.state is ChargeState.OPEN]
    if as_json:
        document: dict[str, object] = {
            name: {"spent": exact(gone), "cap": exact(cap) if cap else None}
            for name, (gone, cap) in circles.items()
        }
        document["open"] = [
            {"key": c.key, "model": c.model, "reserved": exact(c.reserved), "at": c.at}
            for c in still_open
        ]
        document["tasks"] = {name: exact(gone) for name, gone in by_task.items()}
        document["models"] = {name: exact(gone) for name, gone in by_model.items()}
        print_json(document)
        return
    rows = [(name, f"{gone}", f"of {cap}" if cap else "") for name, (gone, cap) in circles.items()]
    rows += [
        ("open", f"{c.reserved}", f"{c.model} since {c.at:%F %R}: {c.key}") for c in still_open
    ]
    rows += [("task", f"{gone}", name) for name, gone in by_task.items()]
    rows += [("model", f"{gone}", name) for name, gone in by_model.items()]
    show(("what", "spent", ""), rows, "")


def circles_of(
    charges: tuple[Charge, ...], operator: Operator, at: datetime
) -> dict[str, tuple[Usd, Usd | None]]:
    """What is spent, and the cap, for the day and the month (UTC) of this moment, and for ever."""
    today = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    month = today.replace(day=1)
    return {
        "today": (spent(c for c in charges if c.at >= today), operator.per_day),
        "month": (spent(c for c in charges if c.at >= month), operator.per_month),
        "total": (spent(charges), None),
    }


def spent(charges: Iterable[Charge]) -> Usd:
    """What these charges count for together."""
    return sum((counted(charge) for charge in charges), Usd())


def exact(amount: Usd) -> str:
    """US dollars to the nanodollar as decimal text, for scripts; the ledger holds no debts."""
    return f"{amount.nano // 10**9}.{amount.nano % 10**9:09}"
