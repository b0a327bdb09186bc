"""One revision of an open pull request, from its beginning to a pushed commit or an honest end.

Like an attempt: every line that touches the world is a durable step, so a crash anywhere resumes at
the step that was under way. Nothing is pushed but what is proven as a whole, and only onto the head
that the revision began with.
"""

from dataclasses import dataclass
from typing import assert_never

from bot.domain.revision import Came, Cause, Revision, ticket_of
from bot.domain.task import Ending, Published, Task, TaskState
from bot.engine.change import Change, Conversed, Room, Unchanged, converse
from bot.engine.check import Checked, NotYet, check
from bot.engine.desk import Desk
from bot.engine.halt import Halt
from bot.engine.learning_revised import learn_from_revision
from bot.engine.queue import Queue
from bot.engine.replying import reply_all
from bot.engine.revision_end import (
    adopted,
    commit_revision,
    describe,
    doubts,
    push_revision,
    settle,
)
from bot.engine.revision_room import Reopened, reopen
from bot.engine.services import Services
from bot.engine.steps import GivenUp, StepFailed, Steps
from bot.kernel.values import Risk, Sha
from bot.stages.github import NotAllowed
from bot.stages.implement import Start
from bot.stages.revise import reopening, to_fit
from bot.stages.tools import ANSWER_TOOLS, CHANGE_TOOLS, Submission


@dataclass(frozen=True, slots=True)
class Begun:
    """A revision whose turn has come, and its task."""

    task: Task
    revision: Revision


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it. `published` is what the pull request holds now, where that is news."""

    came: Came
    said: str
    published: Published | None = None


def revise(
    steps: Steps, services: Services, queue: Queue, task_id: int, attempt: int, number: int
) -> None:
    """Work one revision to its end."""
    begun = steps.run("begin", lambda: _begin(services, task_id, attempt, number))
    if begun is None:
        return
    task, revision = begun.task, begun.revision
    ticket = ticket_of(str(task.subject), attempt, number)
    desk = Desk(services, task, ticket, number)
    result = _guarded(steps, desk, revision)
    steps.run("settle", lambda: settle(desk, revision, result.came, result.said, result.published))
    steps.run("tidy", desk.tidy)
    steps.run("look again", lambda: queue.reconcile(task.subject, f"after-{ticket}"))


def _begin(services: Services, task_id: int, attempt: int, number: int) -> Begun | None:
    """The revision, unless it has ended or the task has moved on."""
    task = services.tasks.get(task_id)
    for one in services.revisions.of(task_id, attempt):
        if one.number == number and one.came is Came.UNDER_WAY:
            current = task.attempt == attempt and task.state is TaskState.REVISING
            if current:
                return Begun(task, one)
            services.revisions.end(one, Came.DROPPED, "The task has moved on.", None)
    return None


def _guarded(steps: Steps, desk: Desk, revision: Revision) -> Result:
    """No silent ending: what no stage foresaw still ends the revision, and says so."""
    try:
        return _work(steps, desk, revision)
    except NotAllowed as refused:
        return Result(Came.FAILED, f"GitHub refuses: {refused}")
    except (GivenUp, StepFailed) as failed:
        return Result(Came.FAILED, f"The bot could not go on: {failed}")


def _work(steps: Steps, desk: Desk, revision: Revision) -> Result:
    room = steps.run("reopen", lambda: reopen(desk, revision))
    if isinstance(room, Halt):
        return _halted(room)
    match revision.wanted.cause:
        case Cause.ADOPT:
            return _adopt(steps, desk, revision, room)
        case Cause.REBASE:
            return _publish(steps, desk, revision, room, _rebase(steps, desk, room))
        case Cause.REPAIR:
            conversed = _converse(steps, desk, room, Start(room.text, room.tree))
            return _publish(steps, desk, revision, room, conversed)
        case Cause.ANSWER:
            start = Start(room.text, room.tree, ANSWER_TOOLS, needs_change=False)
            return _publish(steps, desk, revision, room, _converse(steps, desk, room, start))
        case never:
            assert_never(never)


def _converse(steps: Steps, desk: Desk, room: Reopened, start: Start) -> Conversed:
    return converse(steps, Room(desk, room.prepared, room.estimate, start))


def _adopt(steps: Steps, desk: Desk, revision: Revision, room: Reopened) -> Result:
    """Prove what somebody else pushed, as it is. The model has no part in it."""
    checked = steps.run(
        "check", lambda: check(desk, room.prepared, room.estimate, room.tree, last=True)
    )
    match checked:
        case Checked():
            published = steps.run("adopt", lambda: adopted(desk, revision, room, checked))
            return Result(Came.UNCHANGED, "What was pushed is proven.", published)
        case Halt():
            return _halted(checked)
        case NotYet(halt=halt):
            return _halted(halt)
        case never:
            assert_never(never)


def _rebase(steps: Steps, desk: Desk, room: Reopened) -> Conversed:
    """The same change on the new base; the model is asked only where that is not enough."""
    tools = CHANGE_TOOLS
    if room.conflicts:
        return _converse(steps, desk, room, Start(room.text, room.tree, tools))
    checked = steps.run(
        "check", lambda: check(desk, room.prepared, room.estimate, room.tree, last=False)
    )
    match checked:
        case Checked():
            submission = Submission("Brought up to date with its base.", Risk.LOW, ())
            return Change(room.prepared, room.estimate, submission, room.tree, checked)
        case Halt():
            return checked
        case NotYet(text, _):
            told = steps.run("tell", lambda: _does_not_hold(desk, room, text))
            return _converse(steps, desk, room, Start(told, room.tree, tools))
        case never:
            assert_never(never)


def _does_not_hold(desk: Desk, room: Reopened, verdict: str) -> str:
    brief = room.prepared.brief
    diff = desk.mirror().diff_text(room.prepared.base, room.tree)
    return reopening(brief, room.estimate, diff, to_fit(brief, (), verdict))


def _publish(
    steps: Steps, desk: Desk, revision: Revision, room: Reopened, conversed: Conversed
) -> Result:
    match conversed:
        case Change() as change:
            drafted = steps.run("commit", lambda: commit_revision(desk, revision, room, change))
            pushed = steps.run("push", lambda: push_revision(desk, room, change, drafted))
            if isinstance(pushed, Halt):
                return _halted(pushed)
            said = change.submission.summary
            published = steps.run(
                "describe", lambda: _describe(desk, revision, room, change, pushed)
            )
            _reply(steps, desk, room, change.submission, pushed)
            return Result(Came.PUSHED, said, published)
        case Unchanged(submission):
            _reply(steps, desk, room, submission, None)
            return Result(Came.UNCHANGED, submission.summary)
        case Halt() as halt:
            result = _halted(halt)
            if result.came is not Came.DROPPED:
                _reply(steps, desk, room, result.said, None)
            return result
        case never:
            assert_never(never)


def _reply(
    steps: Steps, desk: Desk, room: Reopened, told: Submission | str, sha: Sha | None
) -> None:
    """A reply that cannot be given, as in a locked conversation, takes nothing from what was done.

    What was pushed would else look like somebody else's.
    """
    try:
        steps.run("reply", lambda: reply_all(desk, room, told, sha))
    except (NotAllowed, GivenUp, StepFailed) as failed:
        why = str(failed)
        steps.run("no reply", lambda: desk.mark("reply not given", why))


def _describe(
    desk: Desk, revision: Revision, room: Reopened, change: Change, pushed: Sha
) -> Published | None:
    learn_from_revision(desk, revision, room, change)
    return describe(desk, revision, change, pushed, *doubts(desk, room, change))


def _halted(halt: Halt) -> Result:
    match halt.ending:
        case Ending.STOPPED | Ending.MERGED:
            return Result(Came.DROPPED, halt.said)
        case Ending.OVER_BUDGET:
            return Result(Came.OVER_BUDGET, halt.said)
        case _:
            return Result(Came.FAILED, halt.said)
