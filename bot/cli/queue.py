"""`evolve queue`: what is worked on, what comes next, and why."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from bot.cli.look import AsJson, print_json, records_of, show
from bot.cli.start import usable_settings
from bot.compose import Records, now
from bot.domain.policy import Switch
from bot.domain.priority import best
from bot.domain.success import NOTHING_YET, Experience
from bot.domain.task import TaskState


@dataclass(frozen=True, slots=True)
class Place:
    """One open task; `place` counts from 1, and is None for what is not waiting for a worker."""

    place: int | None
    state: str
    issue: str
    title: str
    why: str


def queue_command(as_json: AsJson = False) -> None:
    """Show the queue: what is worked on, which task is next, and why."""
    settings = usable_settings()
    with records_of(settings) as records:
        learns = settings.evolve_learning is Switch.ON
        known = records.chronicle.experience() if learns else NOTHING_YET
        places = list(places_of(records, known))
    if as_json:
        print_json({"queue": [asdict(place) for place in places]})
        return
    rows = [(f"{p.place or '-'}", p.state, p.issue, p.title, p.why) for p in places]
    nothing = "The queue is empty: label an issue, or comment `/evolve` on one."
    show(("place", "state", "issue", "title", "why"), rows, nothing)


def places_of(records: Records, known: Experience) -> Iterator[Place]:
    """What is worked on, and then what waits, in the order in which free workers take it."""
    working, queued = records.tasks.working(), records.tasks.queued()
    revising = [one for one in records.tasks.all() if one.state is TaskState.REVISING]
    paused = {task.id: records.controls.paused(task.subject.repo) for task in queued}
    for task in (*working, *revising):
        yield Place(None, task.state, str(task.subject), task.title, task.stage or "starting")
    ready = [task for task in queued if paused[task.id] is None]
    running = Counter(task.subject.repo for task in working)
    for one in best(ready, now(), running, known):
        task, state, why = one.task, "queued", one.why
        if task.stage == "held":
            state, why = "held", records.tasks.story(task.id)[-1].detail
        yield Place(one.place, state, str(task.subject), task.title, why)
    for task in queued:
        if (by := paused[task.id]) is not None:
            yield Place(None, "paused", str(task.subject), task.title, f"paused by {by}")
