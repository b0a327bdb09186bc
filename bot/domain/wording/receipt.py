"""The receipt: the body of the bot's pull request, written for the person who reviews it."""

from collections.abc import Iterator
from typing import assert_never

from bot.domain.revision import Cause
from bot.domain.wording.blocks import count, folded, paragraphs, span, table
from bot.domain.wording.quoting import code, inline, prose, quoted
from bot.domain.wording.receipt_view import (
    CostRow,
    FileRow,
    ProofView,
    ReceiptView,
    RevisionRow,
    RunRow,
)
from bot.domain.wording.risk import risk_line, risk_table
from bot.kernel.proof import Outcome, Strength
from bot.kernel.values import Usd

LESSONS_CHARS = 1_400
"""Characters of the recalled lessons: three of the longest."""
OPEN_TESTS = 8
"""Tests that a reader takes in without being asked to; more are folded."""


def receipt(view: ReceiptView) -> str:
    """The body of the pull request. Only `Closes #n` in it is ours to say, and it is said once."""
    return paragraphs(
        quoted(view.summary) if view.summary.strip() else "No summary was given.",
        f"Closes #{view.issue}",
        f"**{view.kind}**{_evolves(view)} · {count(len(view.files), 'file')} ·"
        f" {_total(view.costs)} · attempt {view.attempt}",
        risk_line(view.risk, view.reasons),
        _since(view.revisions),
        "### Proof",
        proof_table(view.proof),
        folded(f"Why this risk ({count(len(view.reasons), 'reason')})", risk_table(view.reasons)),
        folded(f"What was run ({count(len(view.runs), 'command')})", runs_table(view.runs)),
        folded(f"What was changed ({count(len(view.files), 'file')})", _files(view.files)),
        folded(f"What it cost ({_total(view.costs)})", _costs(view.costs)),
        folded(
            f"Lessons recalled ({len(view.lessons)})",
            prose("\n".join(f"- {x}" for x in view.lessons), LESSONS_CHARS),
        ),
        folded("Who made it, and from what", _origin(view)),
        _undo(),
    )


def proof_table(proof: ProofView) -> str:
    """Each test of the proof on the base and on the change, and the counts."""
    counted = (
        f"Tests collected: {proof.collected_before} before, {proof.collected_after} after."
        " The whole suite passes in a clean checkout of this commit."
    )
    measured = paragraphs(*_measured(proof))
    rows = ((code(row.test), _outcome(row.on_base), _outcome(row.on_change)) for row in proof.tests)
    match proof.strength:
        case Strength.JUNIT:
            tests = table(("test", "on the base", "on this change"), rows)
            if len(proof.tests) > OPEN_TESTS:
                tests = folded(f"{count(len(proof.tests), 'test')} that prove it", tests)
            return paragraphs(tests, counted, measured)
        case Strength.EXIT_ONLY:
            weak = (
                "⚠️ The test command left no report of single tests, so this proof rests on exit"
                " codes alone. The bot never merges such a change by itself."
            )
            return paragraphs(weak, measured)


def _measured(proof: ProofView) -> Iterator[str]:
    if proof.places:
        places = count(proof.places, "changed place")
        yield f"Coverage: {places}; broken on purpose, each makes tests of the base fail."
    if proof.mutants:
        yield f"Mutants: the new tests fail on each of {count(proof.mutants, 'mutant')} of it."
    if proof.flaky:
        yield (
            f"⚠️ {count(len(proof.flaky), 'test')} passed and failed on the unchanged base, and"
            " neither prove nor refute anything here:"
        )
        yield "\n".join(f"- {code(test)}" for test in proof.flaky)


def _since(revisions: tuple[RevisionRow, ...]) -> str:
    """What was done on the open pull request; the newest word on it is in the commits."""
    if not revisions:
        return ""
    rows = (
        (str(one.number), _why(one.cause), one.came.value, inline(one.said, 200))
        for one in revisions
    )
    return paragraphs(
        "### Since it was opened", table(("", "because", "outcome", "what"), rows, most=20)
    )


def _why(cause: Cause) -> str:
    match cause:
        case Cause.REPAIR:
            return "CI was red"
        case Cause.ANSWER:
            return "somebody asked"
        case Cause.REBASE:
            return "its base moved"
        case Cause.ADOPT:
            return "somebody pushed"
        case never:
            assert_never(never)


def _outcome(outcome: Outcome | None) -> str:
    match outcome:
        case None:
            return "not there"
        case Outcome.PASSED:
            return "✅ passed"
        case Outcome.FAILED:
            return "❌ failed"
        case Outcome.ERROR:
            return "❌ broke"
        case Outcome.SKIPPED:
            return "skipped"


def runs_table(runs: tuple[RunRow, ...]) -> str:
    """Every command that was run, and how it ended."""
    rows = (
        (inline(run.what, 80), code(run.command), str(run.exit_code), span(run.seconds))
        for run in runs
    )
    return table(("what for", "command", "exit code", "time"), rows)


def _files(files: tuple[FileRow, ...]) -> str:
    rows = ((code(file.path), f"+{file.added}", f"-{file.removed}") for file in files)
    return table(("file", "added", "removed"), rows, most=50)


def _costs(costs: tuple[CostRow, ...]) -> str:
    rows = (
        (code(c.model), str(c.calls), f"{c.input_tokens:,}", f"{c.output_tokens:,}", str(c.cost))
        for c in costs
    )
    return table(("model", "calls", "tokens in", "tokens out", "cost"), rows)


def _evolves(view: ReceiptView) -> str:
    return f" · {view.pathway} evolution" if view.pathway is not None else ""


def _total(costs: tuple[CostRow, ...]) -> str:
    return str(sum((row.cost for row in costs), Usd()))


def _origin(view: ReceiptView) -> str:
    rows = (
        ("agent", code(str(view.agent))),
        ("base", code(view.base)),
        ("proven commit", code(view.tested)),
        ("journal head", code(view.journal_head)),
        *((("parameters", inline(view.tuning, 200)),) if view.tuning else ()),
    )
    return table(("", ""), rows)


def _undo() -> str:
    return (
        "<sub>To undo it before the merge, close this pull request; after it, use GitHub's"
        " **Revert** button or `git revert` on the merge commit.</sub>"
    )
