"""`evolve gates`: what each gate refused, by rule, and what of that was merged later after all."""

from bot.cli.look import AsJson, print_json, records_of, show
from bot.cli.start import usable_settings
from bot.cli.telemetry_json import share_document
from bot.compose import Records
from bot.domain.statistics import Share
from bot.memory.telemetry.gates import RuleReport, audit

NOTE = (
    "Merged later is of the refusals that can be followed: of a change whose lines were kept, or of"
    " a merge. `as it was`: nearly the same lines were merged for the same issue, so the rule was"
    " wrong, or lifted, or a person saw it otherwise. `with more`: they were merged with others"
    " beside them, which may be what the rule had asked for."
)


def gates_command(as_json: AsJson = False) -> None:
    """Show how often each rule said no, when it last did, and what was merged later after all."""
    with records_of(usable_settings()) as records:
        counts, reports = records.refusals.counts(), audit_of(records)
    shown = {(one.gate, one.rule): one for one in reports}
    if as_json:
        rows = [
            {
                "gate": one.gate,
                "rule": one.rule,
                "count": one.count,
                "last": one.last.isoformat(),
                "later_merged_as_it_was": share_document(shown[one.gate, one.rule].as_it_was),
                "later_merged_with_more": share_document(shown[one.gate, one.rule].with_more),
            }
            for one in counts
        ]
        print_json({"refusals": rows, "note": NOTE})
        return
    cells = [
        (
            one.gate,
            one.rule,
            f"{one.count}",
            f"{one.last:%Y-%m-%d %H:%M}Z",
            *_later(shown[one.gate, one.rule]),
        )
        for one in counts
    ]
    columns = ("gate", "rule", "count", "last (UTC)", "merged later", "with more")
    show(columns, cells, "No gate has refused anything.")
    if cells:
        show((), [(NOTE,)], "")


def audit_of(records: Records) -> tuple[RuleReport, ...]:
    """Every rule that ever refused."""
    judged = records.judged
    return audit(records.refusals.all(), judged.all_refused(), judged.all_merged())


def _later(report: RuleReport) -> tuple[str, str]:
    if report.as_it_was.of == 0:
        return "cannot be followed", ""
    more = report.with_more
    return f"merged later {_share(report.as_it_was)}", f"with more {more.count} of {more.of}"


def _share(share: Share) -> str:
    low, high = share.interval or (0.0, 1.0)
    return f"{share.count} of {share.of} ({low:.0%} to {high:.0%})"
