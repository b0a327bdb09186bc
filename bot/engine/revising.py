"""Begin revisions of an open pull request, and see that none of them is forgotten."""

from bot.domain.facts import Facts
from bot.domain.revision import RUN_AGAIN, Came, Revision, Wanted, ticket_of
from bot.domain.subject import Subject
from bot.domain.task import Task
from bot.engine.queue import Queue
from bot.engine.services import Services
from bot.engine.verdict import Again, Settled, Verdict, acknowledge, mark_once, say, tell
from bot.kernel.values import Usd
from bot.stages.failing import run_again


def begin_revision(services: Services, queue: Queue, facts: Facts, wanted: Wanted) -> Verdict:
    """The task is *revising* from now on, and a worker is asked for."""
    task, pull = facts.task, facts.pull
    if task is None or pull is None:
        return Settled()
    revision = services.revisions.ask(task, wanted, services.clock())
    if revision is None:
        return Again()
    for key in revision.wanted.heard:
        kind, _, number = key.partition(":")
        if kind == "comment":
            here = Subject(task.subject.repo, pull.number)
            services.github.ensure_reaction(here, int(number), "eyes")
    say(services, task, wanted.cause, f"revision {revision.number}: waiting for a worker")
    queue.revise(task, revision.number)
    return Settled()


def keep_revising(services: Services, queue: Queue, task: Task) -> Verdict:
    """A revision that nobody works on any more ends here; one that was not queued yet, is now."""
    for one in services.revisions.of(task.id, task.attempt):
        if one.came is not Came.UNDER_WAY:
            continue
        if queue.over(ticket_of(str(task.subject), task.attempt, one.number)):
            why = "The worker ended without a word; see its log."
            services.revisions.end(one, Came.FAILED, why, None)
            return Again()
        queue.revise(task, one.number)
    return Settled()


def rerun(services: Services, facts: Facts, names: tuple[str, ...]) -> Verdict:
    """Run failed checks once more; where the API does not allow it, the next look knows."""
    task, pull = facts.task, facts.pull
    if task is None or pull is None:
        return Settled()
    run_again(services.github, task.subject.repo, pull.gate.head, names)
    listed = ", ".join(names)
    mark_once(services, task, RUN_AGAIN, f"{listed} on {pull.gate.head}")
    return tell(services, facts, "land", f"{listed} failed on nothing of ours: run once more")


def go_on(
    services: Services, subject: Subject, comment: int, revision: Revision, extra: Usd
) -> Verdict:
    """Count the revision as never asked, so that the next round asks for it again."""
    if extra > Usd():
        services.tasks.allow_more(revision.task, extra, comment)
    services.revisions.drop(revision)
    acknowledge(services, subject, comment)
    return Again()
