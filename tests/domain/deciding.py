"""Facts to decide from: an issue, its task and its pull request, all in order, to be varied."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.commands import (
    Approve,
    Command,
    Continue,
    Evolve,
    Pause,
    Plan,
    Resume,
    Retry,
    Status,
    Stop,
    Unknown,
)
from bot.domain.facts import (
    Facts,
    FreshCommand,
    Gone,
    IssueFacts,
    IssueState,
    Labelled,
    PullFacts,
    PullState,
)
from bot.domain.policy import Policy, PolicyError
from bot.domain.subject import Repo, Subject
from bot.domain.task import Ending, Estimate, Published, Task, TaskState
from bot.kernel.authority import Actor, Authorised, Authority, Unauthorised, pin
from bot.kernel.ci import CiGreen
from bot.kernel.merge_gate import MergeFacts, MergePolicy
from bot.kernel.patch_gate import PatchAccepted
from bot.kernel.proof import Strength
from bot.kernel.values import Kind, Risk, Sha, Usd

COMMANDS = [
    Evolve(),
    Plan(),
    Stop(),
    Retry(),
    Continue(Usd.of("2")),
    Status(),
    Approve(),
    Pause(),
    Resume(),
    Unknown("dance"),
]

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BEFORE, AFTER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
WRITER = Actor(1, "wilma", is_bot=False)
READER = Actor(2, "rita", is_bot=False)
US = Actor(99, "evolve[bot]", is_bot=True)
HEAD, OTHER = Sha("a" * 40), Sha("b" * 40)
MERGE_SHA = Sha("c" * 40)

CAREFUL = Policy()
MAY, MAY_NOT = Authorised(WRITER), Unauthorised(READER, "write access is needed; rita has read")
BROKEN = PolicyError(3, "`max_lines`: write a whole number")

ISSUE = IssueFacts(
    title="a title",
    body="a body",
    state=IssueState.OPEN,
    ours=False,
    labelled=None,
    commands=(),
    votes=0,
)
LABELLED = replace(ISSUE, labelled=Labelled(MAY, BEFORE))
TASK = Task(
    id=7,
    subject=Subject(Repo("octo", "hello", 5), 12),
    state=TaskState.QUEUED,
    pinned=pin("a title", "a body"),
    admitted_by=WRITER.id,
    admitted_login=WRITER.login,
    admitted_at=NOON,
    attempt=1,
    cap=Usd.of("2"),
    extra_budget=Usd(),
    votes=0,
    title="a title",
    estimate=Estimate(Kind.FIX, 3, Risk.LOW, Usd.of("0.10"), "a plan"),
)
PUBLISHED = replace(
    TASK,
    state=TaskState.PUBLISHED,
    published=Published(13, HEAD, Risk.LOW, Strength.JUNIT, "hash"),
)
READY = MergeFacts(
    author_is_our_app=True,
    author_id=US.id,
    branch_is_ours=True,
    same_repository=True,
    base_is_default=True,
    head=HEAD,
    tested=HEAD,
    strength=Strength.JUNIT,
    ci=CiGreen(("test",), ("test",)),
    patch=PatchAccepted(3, ("a.py",), ()),
    admission_unchanged=True,
    paused=False,
    kind=Kind.FIX,
    risk=Risk.LOW,
    merge_policy=MergePolicy.BOT,
    approvals=(),
)
PULL = PullFacts(13, PullState.OPEN, None, READY)
UNDER_WAY = [replace(TASK, state=TaskState.QUEUED), replace(TASK, state=TaskState.WORKING)]


def ended(ending: Ending) -> Task:
    return replace(TASK, state=TaskState.ENDED, ending=ending)


def facts(
    issue: IssueFacts | Gone = ISSUE,
    task: Task | None = None,
    pull: PullFacts | None = None,
    policy: Policy | PolicyError = CAREFUL,
    paused_by: str | None = None,
) -> Facts:
    return Facts(issue, task, pull, policy, paused_by)


def told(
    command: Command | Unknown, authority: Authority = MAY, issue: IssueFacts = ISSUE
) -> IssueFacts:
    """The issue with one fresh command."""
    return replace(issue, commands=(FreshCommand(41, command, authority, 12),))
