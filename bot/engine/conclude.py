"""The honest ending of a task: journal, failed proposal, status comment, and the task itself last.

Everything here is keyed by the attempt and may run again; the task's state is set last, so a crash
before that leads back here.
"""

from bot.domain.actions import Conclude
from bot.domain.subject import branch_name
from bot.domain.task import Ending, Task, TaskState
from bot.engine.desk import Halt
from bot.engine.queue import Queue
from bot.engine.services import Services
from bot.engine.status import show
from bot.kernel.prompt import prompt_hash
from bot.memory.failures import FailedProposal
from bot.memory.journal import Entry
from bot.memory.tasks import StageMark
from bot.stages.github import NotAllowed

UNSUCCESSFUL = frozenset({Ending.REFUSED, Ending.FAILED, Ending.BLOCKED})


def conclude(services: Services, task: Task, halt: Halt) -> None:
    """End an attempt that led to no pull request, unless the issue was admitted anew meanwhile."""
    if services.tasks.get(task.id).attempt != task.attempt:
        return
    rules = tuple(sorted({breach.rule for breach in halt.breaches}))
    details = "; ".join(f"{b.rule}: {b.detail}" for b in halt.breaches)
    reason = f"{halt.reason} {details}".strip()
    if halt.ending in UNSUCCESSFUL:
        services.failures.record(
            FailedProposal(
                key=f"{task.subject}/{task.attempt}",
                subject=task.subject,
                attempt=task.attempt,
                at=services.clock(),
                description=task.title,
                reason=reason,
                rules=rules,
                paths=(),
                rolled_back=True,
            )
        )
    lessons = tuple(f"{b.rule}: {b.detail}" for b in halt.breaches)[:3]
    _end(services, task, halt.ending, reason, lessons)


def conclude_published(services: Services, task: Task, end: Conclude) -> None:
    """End a task from what its issue or its pull request says now."""
    if end.ending is Ending.MERGED:
        _delete_branch(services, task)
    _end(services, task, end.ending, end.reason, ())


def _end(
    services: Services, task: Task, ending: Ending, reason: str, lessons: tuple[str, ...]
) -> None:
    now = services.clock()
    write_journal(services, task, ending, reason, lessons)
    story = services.tasks.story(task.id)
    if not story or story[-1].stage != ending:
        services.tasks.mark(StageMark(task.id, task.attempt, ending, "", now))
    services.tasks.end(task.id, ending, reason, now)
    show(services, task.id)


def freed(services: Services, queue: Queue, ended: Task) -> None:
    """A task ended: held ones may go on, and a merged one leads to a proposal."""
    for other in services.tasks.open_in(ended.subject.repo):
        if other.state is TaskState.QUEUED:
            queue.reconcile(other.subject, f"after-{ended.id}-{ended.attempt}")
    if services.tasks.get(ended.id).ending is Ending.MERGED:
        queue.propose(ended)


def write_journal(
    services: Services, task: Task, ending: Ending, reason: str, lessons: tuple[str, ...]
) -> None:
    """One row for this ending of this attempt, with what it cost."""
    current = services.tasks.get(task.id)
    charges = [c for c in services.ledger.charges(task.id) if c.scope.attempt == task.attempt]
    usages = [charge.usage for charge in charges if charge.usage is not None]
    published, estimate = current.published, current.estimate
    services.journal.append(
        Entry(
            key=f"{task.subject}/{task.attempt}/{ending}",
            timestamp=services.clock(),
            repo=task.subject.repo.full,
            issue=task.subject.number,
            attempt=task.attempt,
            observation=task.title,
            proposed_action=estimate.plan if estimate else "",
            outcome=f"{ending}: {reason}",
            lessons=lessons,
            agent=str(services.operator.agent),
            prompt_hash=prompt_hash(),
            models=tuple(sorted({charge.model for charge in charges})),
            tokens=sum(usage.prompt_tokens + usage.output_tokens for usage in usages),
            cost_nano=services.ledger.spent_on(task.id, task.attempt).nano,
            diff_hash=published.diff_hash if published else "",
            pull=published.pull if published else None,
        )
    )


def _delete_branch(services: Services, task: Task) -> None:
    """Tidy up after a merge; a repository that keeps its branches may say no."""
    try:
        branch = branch_name(task.subject.number, task.attempt)
        services.github.delete_branch(task.subject.repo, branch)
    except NotAllowed as refused:
        mark = StageMark(task.id, task.attempt, "branch kept", str(refused), services.clock())
        services.tasks.mark(mark)
