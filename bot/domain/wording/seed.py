"""The SEED record for a terminal and for scripts."""

from bot.domain.seed import PhaseRecord, SeedRecord

NOTHING = "0"


def seed_rows(record: SeedRecord) -> tuple[tuple[str, str], ...]:
    """Each phase with what it came to; figures that are 0 are left out, and so is no phase."""
    return tuple((one.phase.value, _shown(one)) for one in record.phases)


def seed_document(record: SeedRecord) -> dict[str, object]:
    """Every figure, zeros too."""
    period = record.period
    return {
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "repo": period.repo,
        "run": period.run,
        "phases": {
            one.phase.value: {
                **{figure.name.replace(" ", "_"): figure.count for figure in one.figures},
                **({"told": list(one.told)} if one.told else {}),
            }
            for one in record.phases
        },
    }


def _shown(one: PhaseRecord) -> str:
    counted = [f"{figure.count:,} {figure.name}" for figure in one.figures if figure.count]
    return "; ".join((*counted, *one.told) if counted else (NOTHING, *one.told))
