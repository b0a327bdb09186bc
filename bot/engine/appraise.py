"""Triage before a task is taken, so that a run can put first what is worth most and risks least."""

from dataclasses import dataclass

from bot.domain.facts import IssueState
from bot.domain.policy import Policy
from bot.domain.run import Run
from bot.domain.task import Task
from bot.engine.asking import ask
from bot.engine.briefing import brief_of
from bot.engine.caps import caps_of
from bot.engine.fetching import fetched
from bot.engine.halt import Halt
from bot.engine.services import Services
from bot.engine.steps import Steps
from bot.kernel.authority import admission_unchanged
from bot.memory.ledger import Scope
from bot.stages.model import Prompt
from bot.stages.policies import policy_at
from bot.stages.spend import Call, CallOutcome, pay
from bot.stages.triage import WantsChange, read_triage, triage_prompt

SHOWN_TOKENS = 6_000
"""Half of what an attempt shows: enough to say how risky and how large a change would be."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What triage is asked about one task, under which policy."""

    prompt: Prompt
    policy: Policy


def appraise(steps: Steps, services: Services, task: Task, run: Run) -> Halt | None:
    """Estimate a queued task, where that can be told; a Halt says that nobody can be asked more.

    What wants no change stays without an estimate: its attempt finds out, and says so.
    """
    name = f"#{task.subject.number}.{task.attempt}"
    reading = steps.run(f"read {name}", lambda: read(services, task))
    if reading is None:
        return None
    scope = Scope(task.subject.repo, task.id, task.attempt, run.id)
    caps = caps_of(reading.policy, services, task)

    def paying(key: str) -> CallOutcome:
        call = Call(f"{run.id}/{key}", scope, "triage", reading.prompt, caps)
        return pay(services.model, services.ledger, call, services.clock)

    reply = ask(steps, f"appraise-{name}", paying)
    if isinstance(reply, Halt):
        return reply
    match read_triage(reply):
        case WantsChange(estimate):
            steps.run(f"estimate {name}", lambda: services.tasks.estimate(task.id, estimate))
        case _:
            pass
    return None


def read(services: Services, task: Task) -> Reading | None:
    """The issue as it is on the newest base; None where its attempt will say what is wrong.

    Raises TryLater.
    """
    repo = task.subject.repo
    issue, repository = services.github.issue(task.subject), services.github.repository(repo)
    if issue is None or repository is None or issue.state is IssueState.CLOSED:
        return None
    if not admission_unchanged(task.pinned, issue.title, issue.body):
        return None
    mirror = fetched(services, repo, repository.default_branch)
    base = mirror.resolve(repository.default_branch)
    policy = None if base is None else policy_at(mirror, base)
    if base is None or not isinstance(policy, Policy):
        return None
    brief = brief_of(services, task, issue, base, policy, SHOWN_TOKENS)
    return Reading(triage_prompt(brief, policy.models.triage), policy)
