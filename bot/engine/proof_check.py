"""Our own check on the pull request: the proof, where a reviewer looks for checks.

It never counts for the merge gate; it is there to be read.
"""

from bot.domain.task import Task
from bot.domain.wording.proof_check import CHECK_NAME, proof_title
from bot.domain.wording.receipt import proof_table, runs_table
from bot.domain.wording.receipt_view import ReceiptView
from bot.engine.services import Services
from bot.engine.verdict import mark_once
from bot.kernel.ci import CheckState
from bot.kernel.values import Sha
from bot.stages.github import NotAllowed
from bot.stages.landing import CheckReport


def show_proof(services: Services, task: Task, sha: Sha, view: ReceiptView) -> None:
    """This commit is proven, and how."""
    title, summary = proof_title(view.proof), proof_table(view.proof)
    _show(services, task, sha, CheckState.SUCCESS, title, summary, runs_table(view.runs))


def show_unproven(services: Services, task: Task, sha: Sha, why: str) -> None:
    """This commit is not proven, and why; the bot will not merge it."""
    _show(services, task, sha, CheckState.FAILURE, "Not proven", why, "")


def _show(
    services: Services,
    task: Task,
    sha: Sha,
    state: CheckState,
    title: str,
    summary: str,
    text: str,
) -> None:
    key = f"{task.subject}/{task.attempt}"
    report = CheckReport(CHECK_NAME, key, state, title, summary, text)
    try:
        services.github.ensure_check(task.subject.repo, sha, report)
    except NotAllowed as refused:
        # A person's token may not write checks; the receipt says the same.
        mark_once(services, task, "check not written", str(refused))
