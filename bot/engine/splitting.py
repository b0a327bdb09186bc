"""An issue that is too big for one change: say how it splits, and file the parts when asked to."""

from typing import assert_never

from bot.domain.task import Bond, Ending, Filed, Part, Wish
from bot.domain.wording.parts import part_issue, part_marker
from bot.engine.desk import Desk
from bot.engine.halt import Halt
from bot.engine.steps import Steps
from bot.stages.github import Linked, NotLinked
from bot.stages.triage import TooBig

TOO_BIG = "Too big for one small change."


def split(steps: Steps, desk: Desk, too_big: TooBig) -> Halt:
    """How the attempt ends. Only `/evolve plan` files anything, and nothing is filed twice."""
    wish, parts, why = desk.task.wish, too_big.parts, f"{TOO_BIG} {too_big.note}"
    if any(part.filed is not None for part in desk.task.parts):
        ending = Ending.ANSWERED if wish is Wish.PLAN else Ending.BLOCKED
        return Halt(ending, f"{TOO_BIG} It was split before, into the parts below.")
    match wish:
        case Wish.CHANGE:
            steps.run("split", lambda: desk.services.tasks.split(desk.task.id, parts))
            more = "`/evolve plan` files the parts below as issues of their own."
            return Halt(Ending.BLOCKED, f"{why}\n\n{more}")
        case Wish.PLAN:
            for place in range(len(parts)):
                name = f"file part {place + 1}"
                filed = steps.run(name, lambda p=parts, n=place: _file(desk, p, n))
                if isinstance(filed, Halt):
                    return filed
                parts = filed
            more = "Each part below is an issue of its own now."
            return Halt(Ending.ANSWERED, f"{why}\n\n{more}")
        case never:
            assert_never(never)


def _file(desk: Desk, parts: tuple[Part, ...], place: int) -> tuple[Part, ...] | Halt:
    """The parts with one more of them filed; remembered at once, so that none is lost."""
    halted = desk.halted()
    if halted is not None:
        return halted
    services, subject, part = desk.services, desk.task.subject, parts[place]
    marker, body = part_marker(subject.number, part), part_issue(subject.number, part)
    # Without labels: a person decides what becomes of it.
    number = services.github.ensure_issue(subject.repo, marker, part.title, body, ())
    match services.github.ensure_sub_issue(subject, number):
        case Linked():
            bond, detail = Bond.SUB_ISSUE, f"part {place + 1} is #{number}"
        case NotLinked(reason):
            bond, detail = Bond.LISTED, f"part {place + 1} is #{number}, not linked: {reason}"
        case never:
            assert_never(never)
    filed = Part(part.title, part.body, Filed(number, bond))
    now = (*parts[:place], filed, *parts[place + 1 :])
    services.tasks.split(desk.task.id, now)
    desk.mark("split", detail)
    return now
