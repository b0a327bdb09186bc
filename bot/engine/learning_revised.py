"""Learn from a revision that was pushed: how CI was repaired, and what reviewers had done.

Whether it was right shows with the merge. Until then such a lesson is tentative.
"""

from typing import assert_never

from bot.domain.feedback import Feedback, OnPull, OnThread
from bot.domain.lessons.lesson import Draft, Sort, Tentative
from bot.domain.lessons.wording import convention_text, repaired_text
from bot.domain.revision import Cause, Revision
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.learning import existing, lesson
from bot.engine.remember import Touched
from bot.engine.revision_room import Reopened
from bot.stages.select.paths import Role, role_of
from bot.stages.workspace import Unusable


def learn_from_revision(desk: Desk, revision: Revision, room: Reopened, change: Change) -> None:
    """One lesson from a repair, one from each ask that was done."""
    match revision.wanted.cause:
        case Cause.REPAIR:
            desk.services.lessons.learn(_repaired(desk, room, change))
        case Cause.ANSWER:
            done = {one.ask for one in change.submission.answers if one.done}
            for number, ask in enumerate(room.asks, 1):
                if number in done:
                    desk.services.lessons.learn(_convention(desk, room, change, ask))
        case Cause.REBASE | Cause.ADOPT:
            return
        case never:
            assert_never(never)


def _repaired(desk: Desk, room: Reopened, change: Change) -> Draft:
    files = _since(desk, room, change)
    names = tuple(check.name for check in room.failing)
    return lesson(
        desk.services,
        desk.task,
        Sort.WRONG,
        repaired_text(desk.task.title, names, files.paths),
        "repaired",
        files,
        existing(files.paths),
        part=desk.part,
        failures=frozenset(error for check in room.failing for error in check.quoted),
        standing=Tentative(),
    )


def _convention(desk: Desk, room: Reopened, change: Change, ask: Feedback) -> Draft:
    match ask.place:
        case OnThread(path=path):
            files, where = Touched(paths=(path,)), path
        case OnPull():
            files, where = _since(desk, room, change), "the whole change"
        case never:
            assert_never(never)
    return lesson(
        desk.services,
        desk.task,
        Sort.CONVENTION,
        convention_text(where, ask.text),
        "asked by reviewers",
        files,
        existing(files.paths),
        part=f"{desk.part}/{ask.key}",
        said=ask.text,
        standing=Tentative(),
    )


def _since(desk: Desk, room: Reopened, change: Change) -> Touched:
    """What this revision changed, tests left out where it changed anything else."""
    try:
        changes = desk.mirror().changes(room.tree, change.tree)
    except Unusable:
        return Touched()
    code = [one for one in changes if role_of(one.path) is not Role.TEST] or list(changes)
    return Touched(paths=tuple(sorted(one.path for one in code)))
