"""Which caps hold for a call: the repository's and the operator's, all at once."""

from bot.domain.policy import Policy
from bot.domain.task import Task
from bot.engine.services import Services
from bot.kernel.budget import Caps


def caps_of(policy: Policy, services: Services, task: Task) -> Caps:
    """The repository's caps and the operator's, all of which hold."""
    operator, budget = services.operator, policy.budget
    change = min(budget.change, task.cap) + task.extra_budget
    return Caps(
        call=budget.call,
        change=change,
        run=change,
        day=operator.per_day,
        month=operator.per_month,
        installation=operator.per_installation,
    )
