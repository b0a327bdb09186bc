"""The last steps of a revision: its commit, the push onto the head it began with, and the end."""

from dataclasses import replace
from typing import assert_never

from bot.domain.revision import Came, Cause, Revision
from bot.domain.risk import risk_of_diff
from bot.domain.task import Ending, Published
from bot.domain.wording.commit import commit_message
from bot.engine.change import Change
from bot.engine.check import Checked
from bot.engine.desk import Desk
from bot.engine.halt import Halt
from bot.engine.receipts import commit_view, risk_of, written_receipt
from bot.engine.record import write_journal
from bot.engine.revision_room import OVERTAKEN, Reopened
from bot.engine.status import show
from bot.kernel.protected import matches
from bot.kernel.values import Risk, Sha
from bot.stages.publish import Blocked, commit, push


def commit_revision(desk: Desk, revision: Revision, room: Reopened, change: Change) -> Sha:
    """One commit on the head; a rebased change is one commit on the new base."""
    desk.enter("publish", "commit")
    services = desk.services
    view = replace(commit_view(desk, change), title=_title(revision, desk.task.title))
    rebased = revision.wanted.cause is Cause.REBASE
    parent = change.prepared.base if rebased else room.pull.head
    author = services.github.identity().signature()
    message = commit_message(view)
    return commit(desk.mirror(), parent, change.tree, message, author, services.clock())


def _title(revision: Revision, title: str) -> str:
    match revision.wanted.cause:
        case Cause.REPAIR:
            return f"make CI pass: {title}"
        case Cause.ANSWER:
            return f"answer the review: {title}"
        case Cause.REBASE | Cause.ADOPT:
            return title
        case never:
            assert_never(never)


def push_revision(desk: Desk, room: Reopened, sha: Sha) -> Halt | None:
    """Push it with a lease on the head that the revision began with; nobody's work is lost."""
    halted = desk.halted()
    if halted is not None:
        return halted
    services, subject = desk.services, desk.task.subject
    pushed = push(
        services.github,
        desk.mirror(),
        subject.repo,
        subject.number,
        desk.task.attempt,
        sha,
        expected=room.pull.head,
    )
    return Halt(Ending.STOPPED, OVERTAKEN) if isinstance(pushed, Blocked) else None


def describe(desk: Desk, revision: Revision, change: Change, sha: Sha) -> Published | None:
    """Bring the receipt up to date; what the pull request holds now."""
    task, services = desk.task, desk.services
    if task.published is None:
        return None
    risk = max((risk_of(desk, change), task.published.risk), key=lambda one: one.rank)
    diff_hash = desk.mirror().diff_hash(change.prepared.base, change.tree)
    strength = change.checked.proof.strength
    published = replace(
        task.published, tested=sha, risk=risk, proof_strength=strength, diff_hash=diff_hash
    )
    said = change.submission.summary
    earlier = services.revisions.of(task.id, task.attempt)
    told = (*earlier[: revision.number - 1], replace(revision, came=Came.PUSHED, said=said))
    body = written_receipt(desk, change, sha, risk, published.summary, told)
    services.github.ensure_pull_body(task.subject.repo, published.pull, body)
    return published


def adopted(desk: Desk, room: Reopened, checked: Checked) -> Published | None:
    """What somebody else pushed counts as proven; a person must have looked at it, though."""
    published = desk.task.published
    if published is None:
        return None
    changes = desk.mirror().changes(room.prepared.base, room.tree)
    globs = room.prepared.policy.patch_rules(room.estimate.kind).test_globs
    tests = frozenset(one.path for one in changes if matches(one.path, globs))
    risks = (published.risk, risk_of_diff(changes, tests), Risk.MEDIUM)
    return replace(
        published,
        tested=room.pull.head,
        risk=max(risks, key=lambda one: one.rank),
        proof_strength=checked.proof.strength,
        diff_hash=desk.mirror().diff_hash(room.prepared.base, room.tree),
    )


def settle(
    desk: Desk, revision: Revision, came: Came, said: str, published: Published | None
) -> None:
    """The revision has ended: the task is published again, and journal and people are told."""
    services, task = desk.services, desk.task
    services.revisions.end(revision, came, said, published)
    if came is not Came.DROPPED:
        told = f"{revision.wanted.cause}, {came}: {said}"
        write_journal(services, task, Ending.AWAITING_REVIEW, told, part=desk.part)
        desk.mark(revision.wanted.cause, f"{came}: {said}")
    show(services, task.id)
