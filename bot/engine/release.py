"""The last steps of an attempt: commit the proven tree, push it, open the pull request."""

from bot.domain.commit_style import PULL_CHARS
from bot.domain.task import Ending, Published
from bot.domain.wording.receipt import receipt
from bot.domain.wording.template import above
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.halt import Halt
from bot.engine.holding import changed_files
from bot.engine.proof_check import show_proof
from bot.engine.provenance import commit_view
from bot.engine.pushing import Draft, draft, put
from bot.engine.receipts import headline_of, measure, receipt_view, risk_of
from bot.engine.record import write_journal
from bot.kernel.values import Sha
from bot.stages.publish import open_pull_request
from bot.stages.templates import template_for_pulls


def make_commit(desk: Desk, change: Change) -> Draft:
    """The commit whose tree was proven. Its message anchors the journal's head."""
    desk.enter("publish", "commit")
    measure(desk, change)
    headline = headline_of(change, desk.task.title)
    view = commit_view(desk.services, desk.task, headline, change.submission.summary)
    return draft(desk, change, change.prepared.base, view)


def push_commit(desk: Desk, change: Change, drafted: Draft) -> Sha | Halt:
    """Put it on the attempt's branch, unless the attempt was stopped meanwhile."""
    return put(desk, change, drafted, None)


def open_pull(desk: Desk, change: Change, sha: Sha) -> None:
    """Open the pull request with its receipt, and remember which commit was proven."""
    services, task = desk.services, desk.task
    changes = desk.mirror().changes(change.prepared.base, change.tree)
    risk, summary = risk_of(change, changes), change.submission.summary
    view = receipt_view(desk, change, changes, sha, risk, summary)
    diff_hash = desk.mirror().diff_hash(change.prepared.base, change.tree)
    pull = open_pull_request(
        services.github,
        task.subject.repo,
        task.subject.number,
        task.attempt,
        change.prepared.base_branch,
        headline_of(change, task.title, PULL_CHARS),
        above(receipt(view), template_for_pulls(desk.mirror(), change.prepared.base)),
    )
    strength = change.checked.proof.strength
    files = changed_files(changes)
    published = Published(pull.number, sha, risk.risk, strength, diff_hash, summary, files)
    services.tasks.publish(task.id, task.attempt, published)
    write_journal(services, task, Ending.AWAITING_REVIEW, f"#{pull.number}")
    show_proof(services, task, sha, view)
    if task.admitted_by != services.github.identity().user_id:
        services.github.ensure_reviewer(task.subject.repo, pull.number, task.admitted_login)
    desk.enter("land", "waiting for CI")
