"""What is said about a proven change: its commit message's view, its risk, its receipt."""

from difflib import SequenceMatcher

from bot.domain.commit_style import COMMIT_CHARS, headline
from bot.domain.pathway import Pathway, by_pathway, is_own, pathway_of
from bot.domain.revision import Revision
from bot.domain.risk.assess import assess
from bot.domain.risk.reasons import Assessment, said
from bot.domain.wording.receipt_view import (
    CostRow,
    FileRow,
    ProofView,
    ReceiptView,
    RevisionRow,
    RunRow,
    TestRow,
)
from bot.domain.wording.tuning import tuning_line
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.provenance import charges_of, journal_head, models_of
from bot.kernel.patch_gate import FileChange
from bot.kernel.proof import Outcome
from bot.kernel.protected import matches
from bot.kernel.values import Sha, Usd
from bot.memory.ledger import Charge


def headline_of(change: Change, title: str, most: int = COMMIT_CHARS, lead: str = "") -> str:
    """A title for the change as this repository writes them."""
    style, kind, files = change.prepared.style, change.estimate.kind, change.checked.files
    globs = change.prepared.policy.patch_rules(kind).test_globs
    code = tuple(path for path in files if not matches(path, globs))
    return headline(style, kind, title, code or files, most, lead)


def risk_of(change: Change, changes: tuple[FileChange, ...]) -> Assessment:
    """What triage said, what the author said, and what the diff shows: the highest counts."""
    globs = change.prepared.policy.patch_rules(change.estimate.kind).test_globs
    # A file is a test only if it was one before it was renamed, too.
    tests = frozenset(
        one.path for one in changes if matches(one.path, globs) and matches(one.old_path, globs)
    )
    pathway = by_pathway(evolves(change, changes))
    words = (*said("triage", change.estimate.risk), *said("the author", change.submission.risk))
    return assess(changes, tests, said=(*words, *pathway))


def evolves(change: Change, changes: tuple[FileChange, ...]) -> Pathway:
    """Which pathway the change is on, by its files and its kind."""
    kind, prepared = change.estimate.kind, change.prepared
    files = [path for one in changes for path in (one.path, one.old_path)]
    own = is_own(prepared.brief.selection.paths)
    return pathway_of(files, kind, prepared.policy.patch_rules(kind).test_globs, own=own)


def measure(desk: Desk, change: Change) -> None:
    """Remember how large the change is and what it evolves, before its commit tells it."""
    task, changes = desk.task, desk.mirror().changes(change.prepared.base, change.tree)
    pathway, lines = evolves(change, changes), change.checked.lines
    desk.services.assignments.sized(task.id, task.attempt, lines, pathway)


def receipt_view(
    desk: Desk,
    change: Change,
    changes: tuple[FileChange, ...],
    sha: Sha,
    risk: Assessment,
    summary: str,
    revisions: tuple[Revision, ...] = (),
) -> ReceiptView:
    """What the body of the pull request shows; `summary` is what the whole change does."""
    task, proof, prepared = desk.task, change.checked.proof, change.prepared
    on_base = dict(change.checked.on_base)
    rows = tuple(TestRow(test, on_base.get(test), Outcome.PASSED) for test in proof.red_on_base)
    command = prepared.policy.test.suite
    assigned = desk.services.assignments.of(task.id, task.attempt)
    trial = assigned.trial if assigned is not None else ""
    return ReceiptView(
        issue=task.subject.number,
        attempt=task.attempt,
        summary=summary,
        kind=change.estimate.kind,
        risk=risk.risk,
        reasons=risk.reasons,
        base=prepared.base,
        tested=sha,
        proof=ProofView(
            proof.strength,
            rows,
            proof.collected_before,
            proof.collected_after,
            change.checked.places,
            change.checked.mutants,
            proof.flaky,
        ),
        runs=tuple(
            RunRow(line.name, command, line.exit_code, line.seconds)
            for line in change.checked.trials
            if line.exit_code is not None
        ),
        files=tuple(_file_row(one) for one in changes),
        costs=_costs(charges_of(desk.services, task)),
        agent=desk.services.operator.agent,
        journal_head=journal_head(desk.services),
        lessons=_recalled(desk),
        revisions=tuple(_told(one) for one in revisions if one.counts),
        pathway=evolves(change, changes),
        tuning=tuning_line(prepared.tuning, trial),
    )


def _recalled(desk: Desk) -> tuple[str, ...]:
    """The lessons that the attempt was shown, each with its number."""
    assigned = desk.services.assignments.of(desk.task.id, desk.task.attempt)
    shown = desk.services.lessons.some(assigned.lessons) if assigned is not None else ()
    return tuple(f"lesson {one.id}: {one.text}" for one in shown)


def _told(revision: Revision) -> RevisionRow:
    return RevisionRow(revision.number, revision.wanted.cause, revision.came, revision.said)


def _costs(charges: tuple[Charge, ...]) -> tuple[CostRow, ...]:
    rows: list[CostRow] = []
    for model in models_of(charges):
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
