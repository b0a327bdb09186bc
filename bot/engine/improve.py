"""After a merge: look for one improvement, reproduce its evidence, and file it as an issue."""

import secrets
from dataclasses import dataclass

from bot.domain.policy import LABEL, OWN_LABEL, POLICY_PATH, Policy
from bot.domain.task import Task
from bot.domain.wording.proposal import ProposalView, proposal, proposal_marker
from bot.engine.asking import ask
from bot.engine.caps import caps_of
from bot.engine.halt import Halt
from bot.engine.services import Services
from bot.engine.steps import Steps
from bot.kernel.values import Sha
from bot.memory.ledger import Scope
from bot.memory.tasks import StageMark
from bot.stages.github import TryLater
from bot.stages.policies import policy_at
from bot.stages.propose import Evidence, Idea, NoIdea, propose_prompt, read_idea, reproduce
from bot.stages.select import Selection, select
from bot.stages.spend import Call, CallOutcome, pay
from bot.stages.templates import template_for_issues
from bot.stages.workspace import GitFailed

SHOWN_TOKENS = 8_000


@dataclass(frozen=True, slots=True)
class Scene:
    """What the proposer looks at: the newest base, its files, and what is known already."""

    base: Sha
    policy: Policy
    selection: Selection
    known: tuple[str, ...]
    nonce: str


def improve(steps: Steps, services: Services, task_id: int) -> None:
    """File at most one issue; filing none is a fine ending, and the story says why."""
    task = services.tasks.get(task_id)
    scene = steps.run("look around", lambda: look_around(services, task))
    if isinstance(scene, NoIdea):
        steps.run("no idea", lambda: _tell(services, task, scene.reason))
        return
    idea = _think(steps, services, task, scene)
    if isinstance(idea, NoIdea):
        steps.run("no idea", lambda: _tell(services, task, idea.reason))
        return
    mirror = services.git.mirror(task.subject.repo.full)
    evidence = steps.run(
        "reproduce",
        lambda: reproduce(services.sandbox, mirror, services.places, scene.base, idea),
    )
    if isinstance(evidence, NoIdea):
        steps.run("no evidence", lambda: _tell(services, task, evidence.reason))
        return
    steps.run("file", lambda: _file(services, task, scene.base, idea, evidence))


def look_around(services: Services, task: Task) -> Scene | NoIdea:
    """Fetch the newest base and the known issues. Raises TryLater when GitHub is away."""
    repo = task.subject.repo
    repository = services.github.repository(repo)
    if repository is None or services.controls.paused(repo) is not None:
        return NoIdea("the repository is paused or gone")
    mirror = services.git.mirror(repo.full)
    fetched = mirror.fetch(services.github.remote(repo), (repository.default_branch,))
    base = mirror.resolve(repository.default_branch)
    if isinstance(fetched, GitFailed) or base is None:
        raise TryLater("the default branch could not be fetched", 10.0)
    policy = policy_at(mirror, base)
    if not isinstance(policy, Policy):
        return NoIdea(f"{POLICY_PATH} cannot be used")
    ours = services.github.issues_with(repo, OWN_LABEL, None)
    if len(ours) >= policy.propose.max_open:
        return NoIdea(
            f"{len(ours)} of at most {policy.propose.max_open} improvement issues are open"
        )
    known = services.github.issues_with(repo, LABEL, None)
    with services.library.open(repo.full) as shelf:
        selection = select(shelf, base, task.title, SHOWN_TOKENS, top=5)
    titles = tuple(sorted({issue.title for issue in (*ours, *known)}))
    return Scene(base, policy, selection, titles, secrets.token_hex(16))


def _think(steps: Steps, services: Services, task: Task, scene: Scene) -> Idea | NoIdea:
    policy = scene.policy
    model = policy.models.triage
    prompt = propose_prompt(scene.selection, scene.known, scene.nonce, model, policy.test.suite)
    scope = Scope(task.subject.repo, task.id, 0, f"propose:{task.subject}:{task.attempt}")
    caps = caps_of(policy, services, task)

    def paying(name: str) -> CallOutcome:
        key = f"{task.subject}/propose-{task.attempt}/{name}"
        call = Call(key, scope, "propose", prompt, caps)
        return pay(services.model, services.ledger, call, services.clock)

    reply = ask(steps, "propose", paying)
    return NoIdea(reply.reason) if isinstance(reply, Halt) else read_idea(reply, scene.known)


def _file(services: Services, task: Task, base: Sha, idea: Idea, evidence: Evidence) -> int:
    repo = task.subject.repo
    services.github.ensure_label(repo, LABEL, "1d76db", "Put this on to let evolve-bot work on it")
    services.github.ensure_label(repo, OWN_LABEL, "5319e7", "Proposed by evolve-bot")
    key = f"{task.subject.number}-{task.attempt}"
    body = proposal(
        ProposalView(
            key=key,
            body=idea.body,
            command=idea.evidence_command,
            exit_code=evidence.exit_code,
            output=evidence.output,
            impact=idea.impact,
            risk=idea.risk,
            proves=idea.proves,
            template=template_for_issues(services.git.mirror(repo.full), base),
        )
    )
    number = services.github.ensure_issue(
        repo, proposal_marker(key), idea.title, body, (LABEL, OWN_LABEL)
    )
    _tell(services, task, f"filed #{number}")
    return number


def _tell(services: Services, task: Task, what: str) -> None:
    mark = StageMark(task.id, task.attempt, "propose", what, services.clock())
    if all(said.detail != what for said in services.tasks.story(task.id)):
        services.tasks.mark(mark)
