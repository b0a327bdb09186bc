"""What is kept of every attempt: a row in the journal."""

from bot.domain.lessons.wording import recalled_sentence
from bot.domain.task import Ending, Task
from bot.engine.provenance import charges_of, models_of
from bot.engine.services import Services
from bot.kernel.prompt import prompt_hash
from bot.memory.journal import Entry
from bot.memory.tuning import journal_key


def write_journal(
    services: Services,
    task: Task,
    ending: Ending,
    reason: str,
    lessons: tuple[str, ...] = (),
    part: str = "",
) -> None:
    """One row for this ending of this attempt, or of a `part` of it, with what it cost so far."""
    current = services.tasks.get(task.id)
    charges = charges_of(services, task)
    usages = [charge.usage for charge in charges if charge.usage is not None]
    published, estimate = current.published, current.estimate
    services.journal.append(
        Entry(
            key=journal_key(task.subject, task.attempt, part or ending),
            timestamp=services.clock(),
            repo=task.subject.repo.full,
            issue=task.subject.number,
            attempt=task.attempt,
            observation=task.title,
            proposed_action=estimate.plan if estimate else "",
            outcome=f"{ending}: {reason}",
            lessons=(*lessons, *_recalled(services, task)),
            agent=str(services.operator.agent),
            prompt_hash=prompt_hash(),
            models=models_of(charges),
            tokens=sum(usage.prompt_tokens + usage.output_tokens for usage in usages),
            cost_nano=services.ledger.spent_on(task.id, task.attempt).nano,
            diff_hash=published.diff_hash if published else "",
            pull=published.pull if published else None,
        )
    )


def _recalled(services: Services, task: Task) -> tuple[str, ...]:
    """The lessons that the attempt was shown, by number."""
    assigned = services.assignments.of(task.id, task.attempt)
    sentence = recalled_sentence(assigned.lessons) if assigned is not None else ""
    return (sentence,) if sentence else ()
