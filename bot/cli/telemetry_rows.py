"""Telemetry in words: a cell says what it counts, so that a line of a log can be read alone."""

from bot.domain.statistics import Figure, Share
from bot.memory.telemetry import Effect, Group, Results, RoleReport, told

ROLE_COLUMNS = ("role", "calls", "tokens in / out", "cost", "attempts with it", "and without it")
ROLE_NOTE = (
    "Merged is of those that are decided, with Wilson's 95% interval. Attempts were not assigned to"
    " a role by chance: with and without may differ in more than the role."
)


def results_row(key: str, results: Results) -> tuple[str, ...]:
    """One group."""
    return (
        key,
        f"{results.attempts}",
        f"{_share(results.proven)} proven",
        f"{_share(results.merged)} merged",
        f"{_share(results.reverted)} reverted",
        f"{_share(results.survived)} survived",
        f"{_figure(results.usd_a_merge, '${:.2f}')} a merge",
        f"{_figure(results.hours, '{:.1f} h')} to the merge",
    )


def _share(share: Share) -> str:
    if share.interval is None:
        return "none of 0"
    low, high = share.interval
    return f"{share.count} of {share.of} ({low:.0%} to {high:.0%})"


def _figure(figure: Figure | None, form: str) -> str:
    if figure is None:
        return "nothing known"
    value = form.format(figure.value)
    if figure.interval is None:
        return f"{value} (too few to tell)"
    low, high = figure.interval
    return f"{value} ({form.format(low)} to {form.format(high)})"


def effect_line(effect: Effect) -> str:
    """One experiment in plain words."""
    treated, control = effect.treated.merged, effect.control.merged
    counted = (
        f"{effect.experiment}: {treated.count} of {treated.of} merged with it,"
        f" {control.count} of {control.of} without it"
    )
    rate, money = effect.merge_rate, effect.merges_a_usd
    if rate is None or rate.interval is None:
        return f"{counted}: cannot be told yet, nothing is decided on one side"
    low, high = rate.interval
    points = f"{100 * rate.value:+.0f} points ({100 * low:+.0f} to {100 * high:+.0f})"
    parts = [f"{points}: {_verdict(rate, effect.wanted)}"]
    if money is not None:
        dollars = _figure(money, "{:+.2f}")
        parts.append(f"{dollars} merges a dollar: {_verdict(money, 0)}")
    return f"{counted}; {'; '.join(parts)}"


def _verdict(figure: Figure, wanted: int) -> str:
    if told(figure):
        return "it helps" if figure.value > 0 else "it harms"
    more = f", about {wanted:,} more decided attempts are needed" if wanted else ""
    return f"cannot be told yet{more}"


def role_row(report: RoleReport) -> tuple[str, ...]:
    """One role, beside what could have had it."""
    return (
        report.role,
        f"{report.calls}",
        f"{report.input_tokens} / {report.output_tokens}",
        f"{report.cost}",
        f"with it {_group(report.having)}",
        f"without it {_group(report.lacking)}",
    )


def sent_back_line(report: RoleReport) -> str:
    """What became of what a reviewer sent back."""
    back = report.sent_back
    times = f"{back.attempts} of {report.having.attempts}"
    return f"{report.role} sent back {times}; then {_merged(back.merged)}"


def _group(group: Group) -> str:
    """`4: 3 proven, 2 of 3 merged (21% to 94%)`; an open pull request is not decided."""
    if group.attempts == 0:
        return "none"
    return f"{group.attempts}: {group.proven.count} proven, {_merged(group.merged)}"


def _merged(share: Share) -> str:
    if share.interval is None:
        return "none decided"
    low, high = share.interval
    return f"{share.count} of {share.of} merged ({low:.0%} to {high:.0%})"
