"""The last steps of a revision: its commit, the push onto the head it began with, and the end."""

from dataclasses import replace
from typing import assert_never

from bot.domain.revision import Came, Cause, Revision
from bot.domain.risk.reasons import Reason, Sign
from bot.domain.risk.revising import risk_of_revising
from bot.domain.task import Ending, Published
from bot.domain.wording.receipt import receipt
from bot.domain.wording.template import above, kept
from bot.engine.change import Change
from bot.engine.check import Checked
from bot.engine.desk import Desk
from bot.engine.halt import Halt
from bot.engine.holding import changed_files
from bot.engine.proof_check import show_proof, show_unproven
from bot.engine.provenance import commit_view
from bot.engine.pushing import Draft, draft, put
from bot.engine.receipts import headline_of, measure, receipt_view, risk_of
from bot.engine.record import write_journal
from bot.engine.revision_room import OVERTAKEN, Reopened
from bot.engine.status import show
from bot.kernel.values import Risk, Sha
from bot.stages.github import NotAllowed
from bot.stages.tools import Submission


def commit_revision(desk: Desk, revision: Revision, room: Reopened, change: Change) -> Draft:
    """One commit on the head; a rebased change is one commit on the new base."""
    desk.enter("publish", "commit")
    measure(desk, change)
    headline = headline_of(change, desk.task.title, lead=_lead(revision))
    view = commit_view(desk.services, desk.task, headline, change.submission.summary)
    rebased = revision.wanted.cause is Cause.REBASE
    parent = change.prepared.base if rebased else room.pull.head
    return draft(desk, change, parent, view)


def _lead(revision: Revision) -> str:
    match revision.wanted.cause:
        case Cause.REPAIR:
            return "make CI pass"
        case Cause.ANSWER:
            return "answer the review"
        case Cause.REBASE | Cause.ADOPT:
            return ""
        case never:
            assert_never(never)


def push_revision(desk: Desk, room: Reopened, change: Change, drafted: Draft) -> Sha | Halt:
    """Push it with a lease on the head that the revision began with; nobody's work is lost."""
    pushed = put(desk, change, drafted, room.pull.head)
    lost = isinstance(pushed, Halt) and pushed.ending is Ending.BLOCKED
    return Halt(Ending.STOPPED, OVERTAKEN) if lost else pushed


def doubts(desk: Desk, room: Reopened, change: Change) -> tuple[Reason, ...]:
    """What of this revision a person should look at, though the whole change is proven."""
    globs = change.prepared.policy.patch_rules(change.estimate.kind).test_globs
    done = {one.ask for one in change.submission.answers if one.done}
    undone = sum(number not in done for number in range(1, len(room.asks) + 1))
    return risk_of_revising(desk.mirror().changes(room.tree, change.tree), globs, undone)


def describe(
    desk: Desk, revision: Revision, change: Change, sha: Sha, *known: Reason
) -> Published | None:
    """Bring the receipt up to date; what the pull request holds now. A risk once seen stays."""
    task, services = desk.task, desk.services
    if task.published is None:
        return None
    changes = desk.mirror().changes(change.prepared.base, change.tree)
    risk, before = risk_of(change, changes).also(*known), task.published.risk
    if before > risk.risk:
        risk = risk.also(Reason(Sign.SAID, before, f"an earlier version of it was {before}"))
    diff_hash = desk.mirror().diff_hash(change.prepared.base, change.tree)
    strength = change.checked.proof.strength
    published = replace(
        task.published,
        tested=sha,
        risk=risk.risk,
        proof_strength=strength,
        diff_hash=diff_hash,
        files=changed_files(changes),
    )
    said = change.submission.summary
    earlier = services.revisions.of(task.id, task.attempt)
    told = (*earlier[: revision.number - 1], replace(revision, came=Came.PUSHED, said=said))
    view = receipt_view(desk, change, changes, sha, risk, published.summary, told)
    now = services.github.pull(task.subject.repo, published.pull)
    body = above(receipt(view), "" if now is None else kept(now.body))
    try:
        services.github.ensure_pull_body(task.subject.repo, published.pull, body)
    except NotAllowed as refused:
        # The commit is there and proven: that is not forgotten because its receipt is old.
        desk.mark("receipt not written", str(refused))
    show_proof(services, task, sha, view)
    return published


def adopted(desk: Desk, revision: Revision, room: Reopened, checked: Checked) -> Published | None:
    """What somebody else pushed counts as proven; a person must have looked at it, though."""
    published = desk.task.published
    if published is None:
        return None
    foreign = Reason(Sign.SAID, Risk.MEDIUM, "somebody else pushed to it")
    submission = Submission("What was pushed is proven.", Risk.LOW, ())
    change = Change(room.prepared, room.estimate, submission, room.tree, checked)
    measure(desk, change)
    return describe(desk, revision, change, room.pull.head, foreign)


def settle(
    desk: Desk, revision: Revision, came: Came, said: str, published: Published | None
) -> None:
    """The revision has ended: the task is published again, and journal and people are told."""
    services, task = desk.services, desk.task
    services.revisions.end(revision, came, said, published)
    if revision.wanted.cause is Cause.ADOPT and came is Came.FAILED:
        show_unproven(services, task, revision.wanted.head, said)
    if came is not Came.DROPPED:
        told = f"{revision.wanted.cause}, {came}: {said}"
        write_journal(services, task, Ending.AWAITING_REVIEW, told, part=desk.part)
        desk.mark(revision.wanted.cause, f"{came}: {said}")
    show(services, task.id)
