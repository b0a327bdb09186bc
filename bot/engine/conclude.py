"""The honest ending of a task: journal, failed proposal, the task itself, the status comment.

One durable step; everything in it is keyed by the attempt and may run again until it is done.
"""

from bot.domain.subject import branch_name
from bot.domain.task import Ending, Task, TaskState
from bot.engine.halt import Halt
from bot.engine.learning import learn_from_ending
from bot.engine.queue import Queue
from bot.engine.record import write_journal
from bot.engine.remember import Reason, record_failure
from bot.engine.services import Services
from bot.engine.status import show
from bot.engine.watching import begin_watch
from bot.memory.tasks import StageMark
from bot.stages.github import NotAllowed

UNSUCCESSFUL = frozenset({Ending.REFUSED, Ending.FAILED, Ending.BLOCKED})


def conclude(services: Services, task: Task, halt: Halt) -> None:
    """End an attempt, unless it was ended otherwise or the issue admitted anew meanwhile."""
    now = services.tasks.get(task.id)
    ended_otherwise = now.state is TaskState.ENDED and now.ending is not halt.ending
    if now.attempt != task.attempt or ended_otherwise:
        return
    if halt.ending in UNSUCCESSFUL:
        rules = tuple(sorted({breach.rule for breach in halt.breaches}))
        why = Reason(halt.said, rules)
        record_failure(services, task, why, halt.tried, rolled_back=True)
    if halt.ending is Ending.MERGED:
        _delete_branch(services, task)
        begin_watch(services, now, services.clock())
    learn_from_ending(services, now, halt)
    write_journal(services, task, halt.ending, halt.said, lessons=halt.told[:3])
    at, story = services.clock(), services.tasks.story(task.id)
    if not story or story[-1].stage != halt.ending:
        services.tasks.mark(StageMark(task.id, task.attempt, halt.ending, "", at))
    services.tasks.end(task.id, halt.ending, halt.said, at)
    _last_word(services, task)


def _last_word(services: Services, task: Task) -> None:
    """Say it in the status comment; an issue that is gone or locked takes no comment any more."""
    try:
        show(services, task.id)
    except NotAllowed as refused:
        mark = StageMark(task.id, task.attempt, "not told", str(refused), services.clock())
        services.tasks.mark(mark)


def freed(services: Services, queue: Queue, ended: Task) -> None:
    """A task ended: held ones may go on, and a merged one leads to a proposal."""
    for other in services.tasks.open_in(ended.subject.repo):
        if other.state is TaskState.QUEUED:
            queue.reconcile(other.subject, f"after-{ended.id}-{ended.attempt}")
    if services.tasks.get(ended.id).ending is Ending.MERGED:
        queue.propose(ended)


def _delete_branch(services: Services, task: Task) -> None:
    """Tidy up after a merge; a repository that keeps its branches may say no."""
    try:
        branch = branch_name(task.subject.number, task.attempt)
        services.github.delete_branch(task.subject.repo, branch)
    except NotAllowed as refused:
        mark = StageMark(task.id, task.attempt, "branch kept", str(refused), services.clock())
        services.tasks.mark(mark)
