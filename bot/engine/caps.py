"""Which caps hold for a call: the repository's, the operator's and the run's, all at once."""

from bot.domain.policy import Policy
from bot.domain.task import Task
from bot.engine.services import Services
from bot.kernel.budget import Caps


def caps_of(policy: Policy, services: Services, task: Task | None) -> Caps:
    """The repository's caps, the operator's and the run's, all of which hold.

    Outside a run for cron each ticket is a run of its own, so its cap is the change's.
    """
    operator, budget = services.operator, policy.budget
    change = budget.change
    if task is not None:
        change = min(budget.change, task.cap) + task.extra_budget
    return Caps(
        call=budget.call,
        change=change,
        run=change if services.run is None else services.run.cap,
        day=operator.per_day,
        month=operator.per_month,
        installation=operator.per_installation,
    )


def run_of(services: Services, ticket: str) -> str:
    """The name on the ledger of the run that a call belongs to: the run for cron, or the ticket."""
    return ticket if services.run is None else services.run.id
