"""The looks of a run: at issues and pull requests, at the rounds of work that come of it, at CI."""

from dataclasses import dataclass, field

from bot.domain.revision import Came, ticket_of
from bot.domain.run import Order
from bot.domain.subject import Repo, Subject
from bot.domain.task import TaskState
from bot.engine.queue import Crew, look_id
from bot.engine.services import Services
from bot.engine.steps import Steps

REVISED_MOST = 20
"""Rounds of work on open pull requests in one run; each pull request has limits of its own."""

POLL_S = 10.0
"""Between two looks at pull requests whose CI is waited for."""


@dataclass
class Looks:
    """What a run looks with. What it counts is the same at each replay of the workflow."""

    steps: Steps
    services: Services
    crew: Crew
    repo: Repo
    order: Order
    count: int = 0
    problems: list[str] = field(default_factory=list)

    def look(self, subjects: tuple[Subject, ...]) -> None:
        """Bring these where they should be, and with them the work on their pull requests."""
        self._once(subjects)
        for _ in range(REVISED_MOST):
            under_way = self.steps.run("revisions", self._under_way)
            if not under_way:
                return
            for ticket, _ in under_way:
                self.wait(ticket)
            self._once(tuple(sorted({subject for _, subject in under_way})))

    def wait(self, workflow: str) -> None:
        """Until a workflow is over; that it failed is a problem of the run."""
        if (failed := self.crew.wait(workflow)) is not None:
            self.problems.append(f"{workflow}: {failed}")

    def wait_for_ci(self) -> None:
        """Look again at what waits for CI, for as long as was allowed; a red one is repaired."""
        waited, most = 0.0, self.order.wait_s
        while waited < most:
            pending = self.steps.run("pending", self._pending)
            if not pending:
                return
            pause = min(POLL_S, most - waited)
            self.steps.sleep(pause)
            waited += pause
            self.look(pending)

    def _once(self, subjects: tuple[Subject, ...]) -> None:
        self.count += 1
        cause = f"{self.order.run.id}/{self.count}"

        def ask() -> None:
            for subject in subjects:
                self.crew.reconcile(subject, cause)

        self.steps.run(f"look {self.count}", ask)
        for subject in subjects:
            self.wait(look_id(subject, cause))

    def _under_way(self) -> tuple[tuple[str, Subject], ...]:
        found = []
        for task in self.services.tasks.open_in(self.repo):
            if task.state is not TaskState.REVISING:
                continue
            for one in self.services.revisions.of(task.id, task.attempt):
                if one.came is Came.UNDER_WAY:
                    self.crew.revise(task, one.number)
                    ticket = ticket_of(str(task.subject), task.attempt, one.number)
                    found.append((ticket, task.subject))
        return tuple(found)

    def _pending(self) -> tuple[Subject, ...]:
        open_ones = self.services.tasks.open_in(self.repo)
        return tuple(
            task.subject
            for task in open_ones
            if task.state is TaskState.PUBLISHED and task.stage == "land"
        )
