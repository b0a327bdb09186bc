"""Look for one improvement, reproduce its evidence, and file it: after a merge, or in a run."""

import secrets
from dataclasses import dataclass

from bot.domain.policy import LABEL, OWN_LABEL, POLICY_PATH, Policy
from bot.domain.run import Run
from bot.domain.subject import Repo
from bot.domain.task import Task
from bot.domain.wording.proposal import ProposalView, proposal, proposal_marker
from bot.engine.asking import ask
from bot.engine.caps import caps_of, run_of
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


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why an improvement is looked for. `key` and `asked` are the same at each repeat.

    `hint` says where to look. `task` is the one that was merged, whose story is told what came of
    it; a run has none.
    """

    repo: Repo
    key: str
    asked: str
    hint: str
    task: Task | None


def improve(steps: Steps, services: Services, task_id: int) -> None:
    """After a merge, file at most one issue; filing none is fine, and the story says why."""
    task = services.tasks.get(task_id)
    key = f"{task.subject.number}-{task.attempt}"
    asked = f"{task.subject}/propose-{task.attempt}"
    _improve(steps, services, Occasion(task.subject.repo, key, asked, task.title, task))


def propose_for(steps: Steps, services: Services, repo: Repo, run: Run, hint: str) -> str:
    """In a run, file at most one issue; what came of it, in words."""
    key = f"run-{run.id.rpartition(':')[2]}"
    return _improve(steps, services, Occasion(repo, key, f"{run.id}/propose", hint, None))


def _improve(steps: Steps, services: Services, occasion: Occasion) -> str:
    scene = steps.run("look around", lambda: look_around(services, occasion.repo, occasion.hint))
    if isinstance(scene, NoIdea):
        return steps.run("no idea", lambda: _tell(services, occasion, scene.reason))
    idea = _think(steps, services, occasion, scene)
    if isinstance(idea, NoIdea):
        return steps.run("no idea", lambda: _tell(services, occasion, idea.reason))
    mirror = services.git.mirror(occasion.repo.full)
    evidence = steps.run(
        "reproduce",
        lambda: reproduce(services.sandbox, mirror, services.places, scene.base, idea),
    )
    if isinstance(evidence, NoIdea):
        return steps.run("no evidence", lambda: _tell(services, occasion, evidence.reason))
    return steps.run("file", lambda: _file(services, occasion, scene.base, idea, evidence))


def look_around(services: Services, repo: Repo, hint: str) -> Scene | NoIdea:
    """Fetch the newest base and the known issues. Raises TryLater when GitHub is away."""
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
        selection = select(shelf, base, hint, SHOWN_TOKENS, top=5)
    titles = tuple(sorted({issue.title for issue in (*ours, *known)}))
    return Scene(base, policy, selection, titles, secrets.token_hex(16))


def _think(steps: Steps, services: Services, occasion: Occasion, scene: Scene) -> Idea | NoIdea:
    policy, task = scene.policy, occasion.task
    model = policy.models.triage
    prompt = propose_prompt(scene.selection, scene.known, scene.nonce, model, policy.test.suite)
    run = run_of(services, occasion.asked)
    scope = Scope(occasion.repo, task.id if task else 0, 0, run)
    caps = caps_of(policy, services, task)

    def paying(name: str) -> CallOutcome:
        call = Call(f"{occasion.asked}/{name}", scope, "propose", prompt, caps)
        return pay(services.model, services.ledger, call, services.clock)

    reply = ask(steps, "propose", paying)
    return NoIdea(reply.reason) if isinstance(reply, Halt) else read_idea(reply, scene.known)


def _file(services: Services, occasion: Occasion, base: Sha, idea: Idea, evidence: Evidence) -> str:
    repo, key = occasion.repo, occasion.key
    services.github.ensure_label(repo, LABEL, "1d76db", "Put this on to let evolve-bot work on it")
    services.github.ensure_label(repo, OWN_LABEL, "5319e7", "Proposed by evolve-bot")
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
    return _tell(services, occasion, f"filed #{number}")


def _tell(services: Services, occasion: Occasion, what: str) -> str:
    task = occasion.task
    if task is None:
        return what
    mark = StageMark(task.id, task.attempt, "propose", what, services.clock())
    if all(said.detail != what for said in services.tasks.story(task.id)):
        services.tasks.mark(mark)
    return what
