"""Telemetry for scripts."""

from bot.cli.budget import exact
from bot.domain.statistics import Figure, Share
from bot.domain.success import Experience
from bot.memory.telemetry import Effect, Group, Results, RoleReport, told


def results_document(results: Results) -> dict[str, object]:
    """One group; USD as a decimal in text, hours and shares as numbers."""
    return {
        "attempts": results.attempts,
        "usd": exact(results.cost),
        "proven": share_document(results.proven),
        "merged": share_document(results.merged),
        "reverted": share_document(results.reverted),
        "survived_7_days": share_document(results.survived),
        "usd_a_merge": _figure(results.usd_a_merge),
        "merges_a_usd": _figure(results.merges_a_usd),
        "hours_to_merge": _figure(results.hours),
    }


def effect_document(effect: Effect) -> dict[str, object]:
    """Both arms of an experiment, and how they differ."""
    return {
        "with": results_document(effect.treated),
        "without": results_document(effect.control),
        "merge_rate": _figure(effect.merge_rate),
        "merges_a_usd": _figure(effect.merges_a_usd),
        "told": told(effect.merge_rate),
        "more_attempts_needed": effect.wanted,
    }


def chances_document(experience: Experience, repo: str) -> list[dict[str, object]]:
    """The chance by which the queue goes, for each kind that was decided; of one repository or all.

    What is known of the other repositories moves it, whichever is shown.
    """
    return [
        {
            "repo": of.full,
            "kind": kind,
            "chance": experience.chance(of, kind).value,
            "merged": seen.merged,
            "decided": seen.decided,
        }
        for (of, kind), seen in sorted(experience.tallies.items())
        if repo.lower() in ("", of.full.lower())
    ]


def role_document(report: RoleReport) -> dict[str, object]:
    """One role."""
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
        "proven": share_document(group.proven),
        "merged": share_document(group.merged),
    }


def share_document(share: Share) -> dict[str, object]:
    """So many of so many."""
    return {"count": share.count, "of": share.of, "wilson_95": share.interval}


def _figure(figure: Figure | None) -> dict[str, object] | None:
    if figure is None:
        return None
    return {"value": figure.value, "interval_95": figure.interval}
