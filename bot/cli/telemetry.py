"""`evolve telemetry`: what each role of the bot costs, and what became of attempts with it."""

from bot.cli.budget import exact
from bot.cli.look import AsJson, print_json, records_of, show
from bot.cli.start import usable_settings
from bot.compose import Records
from bot.memory.journal import sound, verify
from bot.memory.telemetry import Group, RoleReport, Share, telemetry

COLUMNS = ("role", "calls", "tokens in / out", "cost", "attempts with it", "and without it")
NOTE = (
    "Merged is of those that are decided, with Wilson's 95% interval. Attempts were not assigned to"
    " a role by chance: with and without may differ in more than the role."
)


def telemetry_command(as_json: AsJson = False) -> None:
    """Show what each role costs, and what became of attempts with it and without it."""
    with records_of(usable_settings()) as records:
        reports = reports_of(records)
    if as_json:
        print_json({"roles": {report.role: _document(report) for report in reports}, "note": NOTE})
        return
    show(COLUMNS, [_row(report) for report in reports], "Nothing was paid for yet.")
    for report in reports:
        if (back := report.sent_back).attempts:
            times = f"{back.attempts} of {report.having.attempts}"
            show((), [(f"{report.role} sent back {times}; then {_merged(back.merged)}",)], "")
    if reports:
        show((), [(NOTE,)], "")


def reports_of(records: Records) -> tuple[RoleReport, ...]:
    """From the ledger, the story, and the journal up to the first row that was tampered with."""
    charges, rows = records.ledger.charges(), records.journal.rows()
    entries = [row.entry for row in sound(rows, verify(rows))]
    tasks = {charge.scope.task for charge in charges if charge.scope.task > 0}
    subjects = {task: records.tasks.get(task).subject for task in tasks}
    story = [mark for task in tasks for mark in records.tasks.story(task)]
    return telemetry(charges, entries, story, subjects)


def _row(report: RoleReport) -> tuple[str, ...]:
    return (
        report.role,
        f"{report.calls}",
        f"{report.input_tokens} / {report.output_tokens}",
        f"{report.cost}",
        f"with it {_told(report.having)}",
        f"without it {_told(report.lacking)}",
    )


def _told(group: Group) -> str:
    """`4: 3 proven, 2 of 3 merged (21% to 94%)`; an open pull request is not decided."""
    if group.attempts == 0:
        return "none"
    return f"{group.attempts}: {group.proven.count} proven, {_merged(group.merged)}"


def _merged(share: Share) -> str:
    if share.interval is None:
        return "none decided"
    low, high = share.interval
    return f"{share.count} of {share.of} merged ({low:.0%} to {high:.0%})"


def _document(report: RoleReport) -> dict[str, object]:
    return {
        "calls": report.calls,
        "input_tokens": report.input_tokens,
        "output_tokens": report.output_tokens,
        "usd": exact(report.cost),
        "with": _group(report.having),
        "without": _group(report.lacking),
        "sent_back": _group(report.sent_back),
    }


def _group(group: Group) -> dict[str, object]:
    return {
        "attempts": group.attempts,
        "proven": _share(group.proven),
        "merged": _share(group.merged),
    }


def _share(share: Share) -> dict[str, object]:
    return {"count": share.count, "of": share.of, "wilson_95": share.interval}
