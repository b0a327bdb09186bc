"""The last steps of an attempt: commit the proven tree, push it, open the pull request."""

from difflib import SequenceMatcher

from bot.domain.risk import risk_of_diff
from bot.domain.task import Ending, Published
from bot.domain.wording.commit import CommitView, commit_message
from bot.domain.wording.receipt import (
    CostRow,
    FileRow,
    ProofView,
    ReceiptView,
    RunRow,
    TestRow,
    pull_title,
    receipt,
)
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.halt import Halt
from bot.engine.record import write_journal
from bot.kernel.patch_gate import FileChange
from bot.kernel.proof import Outcome
from bot.kernel.protected import matches
from bot.kernel.values import Risk, Sha, Usd
from bot.memory.journal import GENESIS
from bot.memory.ledger import Charge
from bot.stages.publish import Blocked, commit, open_pull_request, push


def make_commit(desk: Desk, change: Change) -> Sha:
    """The commit whose tree was proven. Its message anchors the journal's head."""
    desk.enter("publish", "commit")
    services, task = desk.services, desk.task
    view = CommitView(
        subject=task.subject,
        attempt=task.attempt,
        kind=change.estimate.kind,
        title=task.title,
        summary=change.submission.summary,
        agent=services.operator.agent,
        models=tuple(sorted({charge.model for charge in _charges(desk)})),
        journal_head=_journal_head(desk),
    )
    author = services.github.identity().signature()
    base = change.prepared.base
    return commit(desk.mirror(), base, change.tree, commit_message(view), author, services.clock())


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
        receipt(_receipt(desk, change, sha, risk)),
    )
    published = Published(pull.number, sha, risk, change.checked.proof.strength, diff_hash)
    services.tasks.publish(task.id, task.attempt, published)
    write_journal(services, task, Ending.AWAITING_REVIEW, f"#{pull.number}", ())
    desk.enter("land", "waiting for CI")


def risk_of(desk: Desk, change: Change) -> Risk:
    """The highest of what triage said, what the author said, and what the diff shows."""
    changes = desk.mirror().changes(change.prepared.base, change.tree)
    globs = change.prepared.policy.patch_rules(change.estimate.kind).test_globs
    tests = frozenset(one.path for one in changes if matches(one.path, globs))
    seen = risk_of_diff(changes, tests)
    return max((change.estimate.risk, change.submission.risk, seen), key=lambda risk: risk.rank)


def _receipt(desk: Desk, change: Change, sha: Sha, risk: Risk) -> ReceiptView:
    task, proof, prepared = desk.task, change.checked.proof, change.prepared
    on_base = dict(change.checked.on_base)
    rows = tuple(TestRow(test, on_base.get(test), Outcome.PASSED) for test in proof.red_on_base)
    command = prepared.policy.test.suite
    return ReceiptView(
        issue=task.subject.number,
        attempt=task.attempt,
        summary=change.submission.summary,
        kind=change.estimate.kind,
        risk=risk,
        base=prepared.base,
        tested=sha,
        proof=ProofView(proof.strength, rows, proof.collected_before, proof.collected_after),
        runs=tuple(
            RunRow(line.name, command, line.exit_code, line.seconds)
            for line in change.checked.trials
            if line.exit_code is not None
        ),
        files=tuple(_file_row(one) for one in desk.mirror().changes(prepared.base, change.tree)),
        costs=_costs(_charges(desk)),
        agent=desk.services.operator.agent,
        journal_head=_journal_head(desk),
    )


def _charges(desk: Desk) -> list[Charge]:
    rows = desk.services.ledger.charges(desk.task.id)
    return [charge for charge in rows if charge.scope.attempt == desk.task.attempt]


def _costs(charges: list[Charge]) -> tuple[CostRow, ...]:
    rows: list[CostRow] = []
    for model in sorted({charge.model for charge in charges}):
        paid = [c for c in charges if c.model == model and c.usage is not None]
        usages = [charge.usage for charge in paid if charge.usage is not None]
        rows.append(
            CostRow(
                model=model,
                calls=len(paid),
                input_tokens=sum(usage.prompt_tokens for usage in usages),
                output_tokens=sum(usage.output_tokens for usage in usages),
                cost=sum((charge.charged for charge in paid), Usd()),
            )
        )
    return tuple(rows)


def _file_row(change: FileChange) -> FileRow:
    before, after = (change.before or b"").splitlines(), (change.after or b"").splitlines()
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    same = sum(block.size for block in blocks)
    return FileRow(change.path, added=len(after) - same, removed=len(before) - same)


def _journal_head(desk: Desk) -> str:
    rows = desk.services.journal.rows()
    return rows[-1].hash if rows else GENESIS
