"""The first step of a revision: the pull request as it is, and the files to go on from."""

from dataclasses import dataclass
from typing import assert_never

from bot.domain.facts import PullState
from bot.domain.feedback import Feedback
from bot.domain.policy import Policy
from bot.domain.revision import Cause, Revision
from bot.domain.similar.fingerprint import quoted_failures
from bot.domain.task import Ending, Estimate
from bot.engine.desk import Desk
from bot.engine.fetching import fetched
from bot.engine.halt import Halt
from bot.engine.prepare import NOT_OPEN, Prepared, prepared_on, still_wanted, usable_policy
from bot.kernel.text import redact
from bot.kernel.values import Sha
from bot.stages.failing import FailedCheck
from bot.stages.feedback import Listener
from bot.stages.github import IssueRead, PullRead
from bot.stages.look import Look
from bot.stages.revise import reopening, to_answer, to_fit, to_repair
from bot.stages.workspace import MergedTree, Unusable

OVERTAKEN = "The branch moved before work on it began."


@dataclass(frozen=True, slots=True)
class Failing:
    """A check that failed on the head, and the errors that its log quotes, as fingerprints."""

    name: str
    quoted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reopened:
    """A pull request to be worked on: `tree` holds its files, on the base it is to be proven on.

    `conflicts` are files with markers in them; `asks` are what people get replies to, and `text` is
    how the conversation begins, empty where none is needed. `failing` is what a repair is for.
    """

    prepared: Prepared
    estimate: Estimate
    pull: PullRead
    tree: Sha
    conflicts: tuple[str, ...]
    asks: tuple[Feedback, ...]
    text: str
    failing: tuple[Failing, ...] = ()


def reopen(desk: Desk, revision: Revision) -> Reopened | Halt:
    """Fetch the branch and its base, and tell what is wanted. Raises TryLater."""
    services, task = desk.services, desk.task
    desk.enter(revision.wanted.cause, _BEGUN[revision.wanted.cause])
    issue = still_wanted(desk)
    if isinstance(issue, Halt):
        return issue
    if task.published is None:
        return Halt(Ending.STOPPED, NOT_OPEN)
    if task.estimate is None:
        return Halt(Ending.FAILED, "What kind of change this is was never estimated.")
    pull = services.github.pull(task.subject.repo, task.published.pull)
    if pull is None or pull.state is not PullState.OPEN or pull.head != revision.wanted.head:
        return Halt(Ending.STOPPED, OVERTAKEN)
    repository = services.github.repository(task.subject.repo)
    if repository is None or pull.base_branch != repository.default_branch:
        # The policy is read from the base: one that nobody reviewed must not become it.
        return Halt(Ending.STOPPED, "The pull request was pointed at another branch.")
    try:
        return _on_its_base(desk, revision, task.estimate, issue, pull)
    except Unusable as unusable:
        return Halt(Ending.BLOCKED, f"The branch cannot be worked on: {unusable}")


def _on_its_base(
    desk: Desk, revision: Revision, estimate: Estimate, issue: IssueRead, pull: PullRead
) -> Reopened | Halt:
    branches = (pull.base_branch, pull.head_branch)
    mirror = fetched(desk.services, desk.task.subject.repo, *branches)
    tip, head = mirror.resolve(pull.base_branch), mirror.resolve(pull.head_branch)
    if tip is None or head != pull.head:
        return Halt(Ending.STOPPED, OVERTAKEN)
    rebased = revision.wanted.cause is Cause.REBASE
    base = tip if rebased else mirror.merge_base(pull.base_branch, pull.head)
    if base is None:
        return Halt(Ending.BLOCKED, "The branch shares no history with its base any more.")
    # As it is on the default branch now: what people tightened since the attempt began holds.
    policy = usable_policy(desk, tip)
    if isinstance(policy, Halt):
        return policy
    ours = MergedTree(mirror.tree_of(pull.head), ())
    fitted = mirror.merge_trees(pull.head, tip) if rebased else ours
    prepared = prepared_on(desk, issue, base, pull.base_branch, policy)
    if isinstance(prepared, Halt):
        return prepared
    asks = _asks(desk, policy, pull, revision.wanted.heard)
    if revision.wanted.cause is Cause.ANSWER and not asks:
        return Halt(Ending.STOPPED, "What was asked has been taken back.")
    repairing = revision.wanted.cause is Cause.REPAIR
    github = desk.services.github
    failed = github.failed_checks(desk.task.subject.repo, pull.head) if repairing else ()
    wanted = _wanted(revision, prepared, failed, fitted.conflicts, asks)
    diff = mirror.diff_text(base, fitted.tree)
    text = reopening(prepared.brief, estimate, diff, wanted) if wanted else ""
    failing = tuple(Failing(check.name, quoted_failures(redact(check.log))) for check in failed)
    return Reopened(prepared, estimate, pull, fitted.tree, fitted.conflicts, asks, text, failing)


def _asks(
    desk: Desk, policy: Policy, pull: PullRead, keys: tuple[str, ...]
) -> tuple[Feedback, ...]:
    if not keys:
        return ()
    github, repo = desk.services.github, desk.task.subject.repo
    listener = Listener(github, Look(github, repo, policy.bots))
    return tuple(one for one in listener.asked(repo, pull.number) if one.key in keys)


def _wanted(
    revision: Revision,
    prepared: Prepared,
    failed: tuple[FailedCheck, ...],
    conflicts: tuple[str, ...],
    asks: tuple[Feedback, ...],
) -> str:
    match revision.wanted.cause:
        case Cause.REPAIR:
            return to_repair(prepared.brief, failed)
        case Cause.ANSWER:
            return to_answer(prepared.brief, asks)
        case Cause.REBASE:
            return to_fit(prepared.brief, conflicts, "") if conflicts else ""
        case Cause.ADOPT:
            return ""
        case never:
            assert_never(never)


_BEGUN = {
    Cause.REPAIR: "CI is red: reading what failed",
    Cause.ANSWER: "reading what was asked",
    Cause.REBASE: "the base moved: bringing the branch up to date",
    Cause.ADOPT: "somebody else pushed: proving what is there now",
}
