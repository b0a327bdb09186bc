"""`evolve gates`: what each gate refused, by rule, and the same numbers for `/metrics`."""

from bot.cli.look import AsJson, print_json, records_of, show
from bot.cli.start import usable_settings
from bot.memory.refusals import RefusalCount
from webhooks.metrics import Metric, MetricKind, Sample


def gates_command(as_json: AsJson = False) -> None:
    """Show how often each rule of each gate said no, and when it last did."""
    with records_of(usable_settings()) as records:
        counts = records.refusals.counts()
    if as_json:
        rows = [
            {"gate": one.gate, "rule": one.rule, "count": one.count, "last": one.last.isoformat()}
            for one in counts
        ]
        print_json({"refusals": rows})
        return
    shown = [(one.gate, one.rule, f"{one.count}", f"{one.last:%Y-%m-%d %H:%M}Z") for one in counts]
    show(("gate", "rule", "count", "last (UTC)"), shown, "No gate has refused anything.")


def refusals_metric(counts: tuple[RefusalCount, ...]) -> Metric:
    """The counter behind `/metrics`; it is read from the database, so a restart keeps it."""
    return Metric(
        "evolve_gate_refusals_total",
        MetricKind.COUNTER,
        "Refusals by gate and rule, since the database was made.",
        tuple(Sample((("gate", one.gate), ("rule", one.rule)), one.count) for one in counts),
    )
