"""Learn from an outcome: a lesson from what was measured, and credit for those that were recalled.

Each function is part of the durable step in which its outcome becomes known, and may run again.
"""

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.experiment import area_of
from bot.domain.lessons.credit import Fate, credit_of, fate_of
from bot.domain.lessons.lesson import (
    ANYTHING,
    About,
    Active,
    Anchor,
    Draft,
    Sort,
    Source,
    Tentative,
    terms_of,
)
from bot.domain.lessons.wording import closed_text, merged_text, refused_text, reverted_text
from bot.domain.similar.fingerprint import fingerprint
from bot.domain.task import Ending, Published, Task
from bot.engine.halt import Halt, Tried
from bot.engine.remember import Touched, touched_by
from bot.engine.services import Services
from bot.kernel.text import redact
from bot.memory.telemetry import NOT_PROVEN
from bot.stages.select.paths import Role, role_of
from bot.stages.workspace import Unusable

GATE_REFUSES = "the patch gate refuses"
"""How a mark of the story begins when the patch gate said no to a submission."""


def judged(services: Services, task: Task, fate: Fate) -> None:
    """Move the counters of the lessons that this attempt was shown."""
    credit = credit_of(fate)
    services.lessons.credit(task.id, task.attempt, credit, services.clock())


def learn_from_ending(services: Services, task: Task, halt: Halt) -> None:
    """What the ending of an attempt teaches, and what it says of the lessons before it."""
    at, fault = services.clock(), halt.tried is not None
    judged(services, task, fate_of(halt.ending, at_fault=fault))
    if halt.ending is Ending.MERGED:
        _learn_from_merge(services, task)
        services.lessons.accept(task.id, task.attempt, at)
        return
    services.lessons.reject(task.id, task.attempt, at)
    if halt.breaches and halt.tried is not None and halt.ending in {Ending.REFUSED, Ending.FAILED}:
        touched = touched_by(services.git.mirror(task.subject.repo.full), halt.tried)
        kind = task.estimate.kind if task.estimate is not None else None
        text = refused_text(kind, task.title, halt.ending, halt.breaches)
        # It was at fault on this code: on other code, who knows.
        exact = tuple(map(Anchor, touched.paths, touched.blobs))
        causes = tuple(redact(line) for line in dict.fromkeys(halt.told))
        known = frozenset(map(fingerprint, causes))
        draft = lesson(
            services, task, Sort.WRONG, text, halt.ending, touched, exact, failures=known
        )
        services.lessons.learn(replace(draft, causes=causes))


def _learn_from_merge(services: Services, task: Task) -> None:
    published = task.published
    if published is None:
        return
    kind = task.estimate.kind if task.estimate is not None else None
    text = merged_text(kind, task.title, published.files, _refused_on_the_way(services, task))
    touched = _touched_by_pull(services, task, published)
    there = existing(touched.paths)
    draft = lesson(services, task, Sort.WORKED, text, Ending.MERGED, touched, there)
    services.lessons.learn(draft)


def _touched_by_pull(services: Services, task: Task, published: Published) -> Touched:
    """The files of the pull request without its tests, and the functions where they can be told."""
    mirror = services.git.mirror(task.subject.repo.full)
    paths = tuple(path for path in published.files if role_of(path) is not Role.TEST)
    try:
        base = mirror.parent(published.tested)
    except Unusable:
        base = None
    symbols = touched_by(mirror, Tried(base, published.tested)).symbols if base is not None else ()
    return Touched(paths=paths or published.files, symbols=symbols)


def _refused_on_the_way(services: Services, task: Task) -> tuple[str, ...]:
    """The rules that said no to earlier submissions of this attempt, as its story tells."""
    found: dict[str, None] = {}
    for mark in services.tasks.story(task.id):
        begin, _, rules = mark.detail.partition(": ")
        if mark.attempt == task.attempt and begin in {NOT_PROVEN, GATE_REFUSES}:
            found |= dict.fromkeys(rules.split(", "))
    return tuple(found)


def learn_from_closing(services: Services, task: Task, words: str, comment: int) -> None:
    """Why people did not want it; `words` are a person's with write access."""
    published = task.published
    touched = _touched_by_pull(services, task, published) if published is not None else Touched()
    services.lessons.learn(
        lesson(
            services,
            task,
            Sort.WRONG,
            closed_text(task.title, words),
            "closed unmerged",
            touched,
            existing(touched.paths),
            part=f"why-{comment}",
        )
    )


def learn_from_revert(
    services: Services, task: Task, merged: Tried, checks: tuple[str, ...]
) -> None:
    """What turned red after the merge. What the merge taught as good practice is taken back."""
    judged(services, task, Fate.REVERTED)
    services.lessons.take_back(task.id, task.attempt, services.clock())
    touched = touched_by(services.git.mirror(task.subject.repo.full), merged)
    text = reverted_text(task.title, checks)
    # Its files are about to change once more, by the revert itself.
    there = existing(touched.paths)
    draft = lesson(services, task, Sort.WRONG, text, "reverted", touched, there, part="revert")
    services.lessons.learn(draft)


def existing(paths: Iterable[str]) -> tuple[Anchor, ...]:
    """Anchors of a lesson about practice: its files have to be there, whatever is in them."""
    return tuple(Anchor(path, ANYTHING) for path in paths)


def lesson(
    services: Services,
    task: Task,
    sort: Sort,
    text: str,
    outcome: str,
    touched: Touched,
    anchors: tuple[Anchor, ...],
    *,
    part: str = "",
    said: str = "",
    failures: frozenset[str] = frozenset(),
    standing: Active | Tentative = Active(),  # noqa: B008 - it is frozen and has no field
) -> Draft:
    """A lesson of this attempt; `part` tells its lessons from each other, `said` adds words."""
    estimate = task.estimate
    plan = estimate.plan if estimate is not None else ""
    key = f"{task.subject}/{task.attempt}/{part or outcome}"
    return Draft(
        repo=task.subject.repo,
        sort=sort,
        text=text,
        about=About(
            kind=estimate.kind if estimate is not None else None,
            area=area_of(touched.paths),
            paths=frozenset(touched.paths),
            symbols=frozenset(touched.symbols),
            terms=terms_of(redact(f"{task.title} {plan} {said}")),
            failures=failures,
        ),
        anchors=anchors,
        source=Source(key, task.id, task.attempt, outcome),
        born=services.clock(),
        standing=standing,
    )
