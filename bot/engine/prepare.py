"""The first step of an attempt: the base, its policy, and the task as the model is told it."""

from dataclasses import dataclass, replace

from bot.domain.commit_style import CommitStyle, read_style
from bot.domain.experiment import Tuning
from bot.domain.facts import IssueState
from bot.domain.policy import POLICY_PATH, Policy, PolicyError
from bot.domain.task import Ending
from bot.engine.briefing import brief_of
from bot.engine.desk import Desk
from bot.engine.equipment import Equipment, make_ready
from bot.engine.fetching import fetched
from bot.engine.halt import Halt
from bot.kernel.authority import admission_unchanged
from bot.kernel.values import Sha
from bot.stages.environment import Recipe
from bot.stages.github import IssueRead
from bot.stages.policies import policy_at
from bot.stages.sandbox import Unavailable
from bot.stages.triage import Brief

SUBJECTS = 60
"""Commits whose titles show how this repository writes them."""
SHOWN_TOKENS = 12_000
"""Tokens of the repository that the model sees before it asks for more."""
NOT_OPEN = "The issue is not open any more."


@dataclass(frozen=True, slots=True)
class Prepared:
    """The base that the change is written on, and the brief for every conversation about it.

    `policy` says how to test even where the repository does not; `recipe` is for what that needs.
    `tuning` is what the attempt was assigned; a revision keeps to it. `detected` says that the bot
    found out how to test by itself.
    """

    base: Sha
    base_tree: Sha
    base_branch: str
    policy: Policy
    brief: Brief
    recipe: Recipe | None
    style: CommitStyle
    tuning: Tuning
    detected: bool


def prepare(desk: Desk) -> Prepared | Halt:
    """Fetch the default branch and choose what the model sees. Raises TryLater."""
    services, task = desk.services, desk.task
    desk.enter("select")
    issue = still_wanted(desk)
    if isinstance(issue, Halt):
        return issue
    repository = services.github.repository(task.subject.repo)
    if repository is None:
        return Halt(Ending.STOPPED, NOT_OPEN)
    mirror = fetched(services, task.subject.repo, repository.default_branch)
    base = mirror.resolve(repository.default_branch)
    if base is None:
        return Halt(Ending.BLOCKED, f"The branch {repository.default_branch} has no commit.")
    policy = usable_policy(desk, base)
    if isinstance(policy, Halt):
        return policy
    return prepared_on(desk, issue, base, repository.default_branch, policy)


def still_wanted(desk: Desk) -> IssueRead | Halt:
    """The issue as it was admitted, and a sandbox to work on it in; without them nothing begins."""
    missing = desk.services.sandbox.check()
    if isinstance(missing, Unavailable):
        return Halt(Ending.BLOCKED, f"No sandbox: {missing.reason}. {missing.remedy}")
    issue = desk.services.github.issue(desk.task.subject)
    if issue is None or issue.state is IssueState.CLOSED:
        return Halt(Ending.STOPPED, NOT_OPEN)
    if not admission_unchanged(desk.task.pinned, issue.title, issue.body):
        return Halt(Ending.STOPPED, "The issue's text changed after it was admitted.")
    return issue


def usable_policy(desk: Desk, commit: Sha) -> Policy | Halt:
    """The policy of a commit of the default branch; one that cannot be read stops the work."""
    policy = policy_at(desk.mirror(), commit)
    if isinstance(policy, PolicyError):
        return Halt(Ending.BLOCKED, f"`{POLICY_PATH}`, line {policy.line}: {policy.reason}")
    return policy


def prepared_on(
    desk: Desk, issue: IssueRead, base: Sha, base_branch: str, policy: Policy
) -> Prepared | Halt:
    """How the base is tested, and the brief for a conversation about it."""
    services, task = desk.services, desk.task
    ready = make_ready(desk, base, policy.test)
    if not isinstance(ready, Equipment):
        return ready
    policy = replace(policy, test=ready.test)
    brief = brief_of(services, task, issue, base, policy, SHOWN_TOKENS)
    tree = desk.mirror().tree_of(base)
    style = read_style(desk.mirror().subjects(base, SUBJECTS))
    assigned = services.assignments.of(task.id, task.attempt)
    return Prepared(
        base=base,
        base_tree=tree,
        base_branch=base_branch,
        policy=policy,
        brief=brief,
        recipe=ready.recipe,
        style=style,
        tuning=assigned.tuning if assigned is not None else Tuning(),
        detected=ready.detected,
    )
