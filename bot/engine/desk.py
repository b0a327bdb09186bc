"""The desk at which one attempt is worked: its task, its ports, and what every step needs."""

import json
from dataclasses import dataclass

from bot.domain.policy import Policy
from bot.domain.task import Ending, Task, TaskState
from bot.engine.caps import caps_of, run_of
from bot.engine.halt import Halt, over_budget
from bot.engine.refusing import refused
from bot.engine.services import Services
from bot.engine.status import show
from bot.kernel.budget import OverBudget
from bot.kernel.text import redact
from bot.memory.ledger import Scope
from bot.memory.refusals import Gate
from bot.memory.tasks import StageMark
from bot.memory.trajectory import Said
from bot.stages.model import JsonObject, Prompt
from bot.stages.spend import Call, CallOutcome, Paid, pay
from bot.stages.workspace import Mirror


@dataclass(frozen=True, slots=True)
class Desk:
    """One attempt, or one revision of it (from 1), worked under a ticket."""

    services: Services
    task: Task
    ticket: str
    revision: int = 0

    @property
    def name(self) -> str:
        """A directory name that no other attempt or revision has."""
        return f"task-{self.task.id}-{self.task.attempt}{'-' if self.revision else ''}{self.part}"

    @property
    def part(self) -> str:
        """What tells a revision's keys from the attempt's own: `r1`, or nothing."""
        return f"r{self.revision}" if self.revision else ""

    def mirror(self) -> Mirror:
        """The repository's mirror."""
        return self.services.git.mirror(self.task.subject.repo.full)

    def mark(self, stage: str, detail: str = "") -> None:
        """Append to the task's story."""
        task, now = self.task, self.services.clock()
        self.services.tasks.mark(StageMark(task.id, task.attempt, stage, detail, now))

    def enter(self, stage: str, detail: str = "") -> None:
        """Begin a stage: the story and the status comment say so."""
        self.mark(stage, detail)
        show(self.services, self.task.id)

    def halted(self) -> Halt | None:
        """Whether somebody stopped this attempt or paused the repository meanwhile."""
        now = self.services.tasks.get(self.task.id)
        working = TaskState.REVISING if self.revision else TaskState.WORKING
        if now.state is not working or now.attempt != self.task.attempt:
            return Halt(now.ending or Ending.STOPPED, now.reason or "Stopped.")
        by = self.services.controls.paused(self.task.subject.repo)
        return Halt(Ending.STOPPED, f"Paused by {by}.") if by is not None else None

    def pay(self, name: str, role: str, prompt: Prompt, policy: Policy) -> CallOutcome | Halt:
        """One paid call within every cap, unless the attempt was stopped meanwhile."""
        halted = self.halted()
        if halted is not None:
            return halted
        services, task = self.services, self.services.tasks.get(self.task.id)
        name = f"{self.part}/{name}" if self.revision else name
        key = f"{task.subject}/{task.attempt}/{name}"
        run = run_of(services, self.ticket)
        scope = Scope(task.subject.repo, task.id, task.attempt, run)
        caps = caps_of(policy, services, task)
        call = Call(key, scope, role, prompt, caps)
        outcome = pay(services.model, services.ledger, call, services.clock)
        if isinstance(outcome, OverBudget):
            refused(services, Gate.BUDGET, task, name, over_budget(outcome).breaches)
        if isinstance(outcome, Paid):
            self._keep(f"{name}:asked", role, prompt.model, prompt.messages[-1])
            self._keep(f"{name}:answered", role, prompt.model, outcome.reply.message)
        return outcome

    def _keep(self, key: str, role: str, model: str, message: JsonObject) -> None:
        """Into the trajectory, for people to read; thinking is shown as the API gave it."""
        text = redact(json.dumps(message, ensure_ascii=False))
        said = Said(self.task.id, self.task.attempt, key, role, model, text, self.services.clock())
        self.services.trajectory.record(said)

    def tidy(self) -> None:
        """The work directory is not needed any more."""
        self.services.places.remove(self.name)
