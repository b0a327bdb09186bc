"""The numbers behind `/metrics` that are read from the records: a restart keeps them.

Labels are kinds, gates, rules, experiments and arms: names of ours, and few. No repository, issue
or person is named, because whoever may scrape need not be one who may read the repositories.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.cli.gates import audit_of
from bot.compose import Records
from bot.domain.statistics import Figure
from bot.memory.refusals import RefusalCount
from bot.memory.telemetry import By, Course, Effect, Results, effects, grouped
from bot.memory.telemetry.gates import RuleReport
from webhooks.metrics import Metric, MetricKind, Sample

AUDITED = timedelta(minutes=10)
"""How old the gates' audit may be at a scrape: it reads every refusal."""


def refusals_metric(counts: tuple[RefusalCount, ...]) -> Metric:
    """What the gates refused."""
    return Metric(
        "evolve_gate_refusals_total",
        MetricKind.COUNTER,
        "Refusals by gate and rule, since the database was made.",
        tuple(Sample((("gate", one.gate), ("rule", one.rule)), one.count) for one in counts),
    )


def audit_metric(reports: tuple[RuleReport, ...]) -> Metric:
    """What of it was merged later: a gauge, because more is known of old refusals every day."""
    samples = tuple(
        Sample((("gate", one.gate), ("rule", one.rule), ("how", how)), share.count)
        for one in reports
        if one.as_it_was.of
        for how, share in (("as_it_was", one.as_it_was), ("with_more", one.with_more))
    )
    return Metric(
        "evolve_gate_refusals_merged_later",
        MetricKind.GAUGE,
        "Refusals of what was merged for the same issue later, nearly the same or with more.",
        samples,
    )


def course_metrics(by_kind: dict[str, Results]) -> tuple[Metric, ...]:
    """Attempts by kind. Gauges where the past may turn out otherwise, counters where it cannot."""
    counted: tuple[tuple[str, MetricKind, str, Callable[[Results], int | float]], ...] = (
        ("evolve_attempts_total", MetricKind.COUNTER, "Attempts.", lambda r: r.attempts),
        ("evolve_proofs_total", MetricKind.COUNTER, "Proven changes.", lambda r: r.proven.count),
        (
            "evolve_decided_total",
            MetricKind.COUNTER,
            "Attempts of which it is known whether they were merged.",
            lambda r: r.merged.of,
        ),
        ("evolve_merges_total", MetricKind.COUNTER, "Merges.", lambda r: r.merged.count),
        (
            "evolve_reverts_total",
            MetricKind.COUNTER,
            "Merges that turned the base red.",
            lambda r: r.reverted.count,
        ),
        (
            "evolve_merges_survived_total",
            MetricKind.COUNTER,
            "Merges that did not have to be taken back within seven days.",
            lambda r: r.survived.count,
        ),
        (
            "evolve_attempts_usd_total",
            MetricKind.COUNTER,
            "US dollars that attempts cost.",
            lambda r: r.cost.nano / 10**9,
        ),
    )
    return tuple(
        Metric(
            name,
            kind,
            f"{about} By kind of change.",
            tuple(Sample((("kind", key),), value(one)) for key, one in sorted(by_kind.items())),
        )
        for name, kind, about, value in counted
    )


def effect_metrics(measured: tuple[Effect, ...]) -> tuple[Metric, ...]:
    """Experiments: decided attempts of both arms, and by how much the treated one is better."""
    decided = tuple(
        Sample((("experiment", one.experiment), ("arm", arm)), results.merged.of)
        for one in measured
        for arm, results in (("treated", one.treated), ("control", one.control))
    )
    return (
        Metric(
            "evolve_experiment_decided",
            MetricKind.GAUGE,
            "Decided attempts of each arm.",
            decided,
        ),
        _difference("merge_rate", "share of merged attempts", measured, lambda e: e.merge_rate),
        _difference("merges_per_usd", "merges a dollar", measured, lambda e: e.merges_a_usd),
    )


def _difference(
    name: str, what: str, measured: tuple[Effect, ...], figure_of: Callable[[Effect], Figure | None]
) -> Metric:
    samples = []
    for effect in measured:
        figure = figure_of(effect)
        if figure is None or figure.interval is None:
            continue
        low, high = figure.interval
        samples += [
            Sample((("experiment", effect.experiment), ("bound", bound)), value)
            for bound, value in (("estimate", figure.value), ("low", low), ("high", high))
        ]
    return Metric(
        f"evolve_experiment_{name}_difference",
        MetricKind.GAUGE,
        f"Treated less control: {what}, with the bounds of its 95% interval.",
        tuple(samples),
    )


class Scraped:
    """What a scrape gets, derived again only when something is new, or each hour."""

    def __init__(self, records: Records, clock: Callable[[], datetime]) -> None:
        self._records, self._clock = records, clock
        self._courses: tuple[Course, ...] | None = None
        self._hour: datetime | None = None
        self._figures: tuple[Metric, ...] = ()
        self._audited: datetime | None = None
        self._audit: tuple[Metric, ...] = ()

    def metrics(self) -> tuple[Metric, ...]:
        """All of them."""
        at = self._clock()
        return (
            refusals_metric(self._records.refusals.counts()),
            *self._audit_at(at),
            *self._at(at),
        )

    def _audit_at(self, at: datetime) -> tuple[Metric, ...]:
        if self._audited is None or at - self._audited >= AUDITED:
            self._audit = (audit_metric(audit_of(self._records)),)
            self._audited = at
        return self._audit

    def _at(self, at: datetime) -> tuple[Metric, ...]:
        courses = self._records.chronicle.courses()
        hour = at.replace(minute=0, second=0, microsecond=0)
        if courses is not self._courses or hour != self._hour:
            by_kind = course_metrics(grouped(courses, By.KIND, at))
            self._figures = (*by_kind, *effect_metrics(effects(courses, at)))
            self._courses, self._hour = courses, hour
        return self._figures
