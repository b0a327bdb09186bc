"""What came of a run, put together from the tasks and the ledger."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.run import Considered, Left, OpenPull, Order, Record, Taken
from bot.domain.subject import Repo, Subject
from bot.domain.task import Task, TaskState
from bot.engine.occasion import Proposed, Proposing, told
from bot.engine.seed import close_run
from bot.engine.services import Services
from bot.engine.status import last_detail
from bot.kernel.values import Usd
from bot.memory.ledger import counted


@dataclass(frozen=True, slots=True)
class Began:
    """What is known of a run before its end."""

    repo: Repo
    order: Order
    began: datetime
    looked_at: int
    considered: tuple[Considered, ...]
    proposing: Proposing
    stopped: str


def ended_as(services: Services, task: Task, why: str, run: str) -> Taken:
    """How a task that the run took stands now."""
    now = services.tasks.get(task.id)
    same = now.attempt == task.attempt
    published = now.published if same else None
    ending = str(now.ending) if same and now.state is TaskState.ENDED else str(now.state)
    reason = now.reason if now.state is TaskState.ENDED else last_detail(services, task)
    pull = published.pull if published is not None else None
    cost = _cost(services, task, run)
    return Taken(task.subject.number, task.title, why, ending, reason, pull, cost)


def close(
    services: Services,
    start: Began,
    taken: tuple[Taken, ...],
    left: tuple[Left, ...],
    problems: tuple[str, ...],
) -> Record:
    """The record, with everything as it stands at the end, and what it came to by phase."""
    order, repo = start.order, start.repo
    open_ones = services.tasks.open_in(repo)
    filed = start.proposing.filed if isinstance(start.proposing, Proposed) else ()
    seed = close_run(services, order.run.id, repo.full, start.began, filed)
    final = tuple(_now(services, repo, one, order.run.id) for one in taken)
    return Record(
        run=order.run.id,
        repo=repo.full,
        began=start.began,
        ended=services.clock(),
        max_changes=order.max_changes,
        cap=order.run.cap,
        spent=services.ledger.spent_in(order.run.id),
        looked_at=start.looked_at,
        considered=start.considered,
        taken=final,
        left=left,
        pulls=tuple(
            _open_pull(services, one)
            for one in sorted(open_ones, key=lambda one: one.subject)
            if one.published is not None
        ),
        proposed="; ".join(told(start.proposing)),
        stopped=start.stopped,
        problems=problems,
        seed=seed,
    )


def _cost(services: Services, task: Task, run: str) -> Usd:
    """What this run spent on the task, triage ahead of it included."""
    mine = (one for one in services.ledger.charges(task.id) if one.scope.run == run)
    return sum((counted(one) for one in mine if one.scope.attempt), Usd())


def _open_pull(services: Services, task: Task) -> OpenPull:
    pull = task.published.pull if task.published is not None else 0
    return OpenPull(task.subject.number, pull, task.stage, last_detail(services, task))


def _now(services: Services, repo: Repo, one: Taken, run: str) -> Taken:
    """What was taken, as it stands at the end: CI may have come to its verdict since."""
    task = services.tasks.of(Subject(repo, one.issue))
    if task is None:
        return one
    return replace(ended_as(services, task, one.why, run), pull=one.pull)
