"""The last steps of an attempt: commit the proven tree, push it, open the pull request."""

from bot.domain.task import Ending, Published
from bot.domain.wording.commit import commit_message
from bot.domain.wording.receipt import pull_title
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.halt import Halt
from bot.engine.receipts import commit_view, risk_of, written_receipt
from bot.engine.record import write_journal
from bot.kernel.values import Sha
from bot.stages.publish import Blocked, commit, open_pull_request, push


def make_commit(desk: Desk, change: Change) -> Sha:
    """The commit whose tree was proven. Its message anchors the journal's head."""
    desk.enter("publish", "commit")
    services = desk.services
    author = services.github.identity().signature()
    base = change.prepared.base
    return commit(
        desk.mirror(),
        base,
        change.tree,
        commit_message(commit_view(desk, change)),
        author,
        services.clock(),
    )


def push_commit(desk: Desk, sha: Sha) -> Halt | None:
    """Push it to the attempt's branch, unless the attempt was stopped meanwhile."""
    halted = desk.halted()
    if halted is not None:
        return halted
    task = desk.task
    pushed = push(
        desk.services.github,
        desk.mirror(),
        task.subject.repo,
        task.subject.number,
        task.attempt,
        sha,
    )
    return Halt(Ending.BLOCKED, pushed.reason) if isinstance(pushed, Blocked) else None


def open_pull(desk: Desk, change: Change, sha: Sha) -> None:
    """Open the pull request with its receipt, and remember which commit was proven."""
    services, task = desk.services, desk.task
    risk = risk_of(desk, change)
    diff_hash = desk.mirror().diff_hash(change.prepared.base, change.tree)
    pull = open_pull_request(
        services.github,
        task.subject.repo,
        task.subject.number,
        task.attempt,
        change.prepared.base_branch,
        pull_title(change.estimate.kind, task.title),
        written_receipt(desk, change, sha, risk, change.submission.summary),
    )
    strength, summary = change.checked.proof.strength, change.submission.summary
    published = Published(pull.number, sha, risk, strength, diff_hash, summary)
    services.tasks.publish(task.id, task.attempt, published)
    write_journal(services, task, Ending.AWAITING_REVIEW, f"#{pull.number}")
    desk.enter("land", "waiting for CI")
