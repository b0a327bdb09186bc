"""The message of the squashed commit: the whole change in words, and how it was made."""

from bot.domain.task import Task
from bot.domain.wording.commit import CommitView, commit_message
from bot.engine.services import Services
from bot.kernel.values import Kind
from bot.memory.journal import GENESIS


def squash_message(services: Services, task: Task, pull: int) -> str:
    """Title with the pull request's number, what it does, and the trailers of the attempt."""
    charges = [c for c in services.ledger.charges(task.id) if c.scope.attempt == task.attempt]
    rows = services.journal.rows()
    view = CommitView(
        subject=task.subject,
        attempt=task.attempt,
        kind=task.estimate.kind if task.estimate is not None else Kind.FIX,
        title=task.title,
        summary=task.published.summary if task.published is not None else "",
        agent=services.operator.agent,
        models=tuple(sorted({charge.model for charge in charges})),
        journal_head=rows[-1].hash if rows else GENESIS,
        pull=pull,
    )
    return commit_message(view)
