"""After a merge: look for one improvement near what was changed."""

from bot.engine.occasion import Occasion, told
from bot.engine.proposing import propose_for
from bot.engine.services import Services
from bot.engine.steps import Steps
from bot.memory.tasks import StageMark


def improve(steps: Steps, services: Services, task_id: int) -> None:
    """File at most one issue; filing none is a fine ending, and the story says why."""
    task = services.tasks.get(task_id)
    occasion = Occasion(
        key=f"{task.subject.number}-{task.attempt}",
        run=f"propose:{task.subject}:{task.attempt}",
        about=task.title,
        task=task.id,
    )
    lines = told(propose_for(steps, services, task.subject.repo, occasion))
    for number, line in enumerate(lines, 1):
        mark = StageMark(task.id, task.attempt, "propose", line, services.clock())
        steps.run(f"tell {number}", lambda mark=mark: _tell(services, mark))


def _tell(services: Services, mark: StageMark) -> None:
    if all(said.detail != mark.detail for said in services.tasks.story(mark.task)):
        services.tasks.mark(mark)
