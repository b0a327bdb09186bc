"""How an attempt was made: its charges, its models, and where the journal stood."""

from bot.domain.task import Task
from bot.domain.wording.commit import CommitView
from bot.engine.services import Services
from bot.memory.ledger import Charge


def charges_of(services: Services, task: Task) -> tuple[Charge, ...]:
    """What this attempt was charged, its revisions included."""
    charges = services.ledger.charges(task.id)
    return tuple(charge for charge in charges if charge.scope.attempt == task.attempt)


def models_of(charges: tuple[Charge, ...]) -> tuple[str, ...]:
    """The models that were called, by name."""
    return tuple(sorted({charge.model for charge in charges}))


def journal_head(services: Services) -> str:
    """The newest hash of the journal, which a commit and a receipt anchor outside."""
    return services.journal.head()


def commit_view(
    services: Services, task: Task, headline: str, summary: str, pull: int | None = None
) -> CommitView:
    """What a commit message of this attempt says; `pull` is for a squashed commit."""
    assigned = services.assignments.of(task.id, task.attempt)
    return CommitView(
        subject=task.subject,
        attempt=task.attempt,
        headline=headline,
        summary=summary,
        agent=services.operator.agent,
        models=models_of(charges_of(services, task)),
        journal_head=journal_head(services),
        pull=pull,
        pathway=assigned.pathway if assigned is not None else None,
    )
