"""`evolve seed`: what a run, or the last hours, came to by the eight phases of SEED."""

import re
from datetime import datetime, timedelta
from typing import Annotated

import typer

from bot.cli.look import AsJson, print_json, records_of, show
from bot.cli.start import usable_settings
from bot.compose import Records, now
from bot.domain.seed import Period
from bot.domain.wording.seed import seed_document, seed_rows
from bot.engine.seed import seed_record

UNITS = {"m": "minutes", "h": "hours", "d": "days"}

Run = Annotated[str | None, typer.Option(help="The id of a run, as `evolve run` prints it.")]
Since = Annotated[str, typer.Option(help="How far back: 90m, 8h or 7d.")]
InRepo = Annotated[str | None, typer.Option(help="Only this repository, OWNER/NAME.")]


def seed_command(
    run: Run = None, since: Since = "8h", repo: InRepo = None, as_json: AsJson = False
) -> None:
    """Show what was perceived, connected, learned, questioned, expanded, shared, received and
    improved, each with what was counted."""
    settings = usable_settings()
    back = _span(since)
    with records_of(settings) as records:
        period = _period(records, run, now() - back, repo)
        record = seed_record(records, period, settings.tuning)
    if as_json:
        print_json(seed_document(record))
        return
    show(("phase", "measured"), seed_rows(record), "")


def _span(text: str) -> timedelta:
    match = re.fullmatch(r"([1-9][0-9]{0,4})([mhd])", text, re.ASCII)
    if match is None:
        raise typer.BadParameter("write a time such as 90m, 8h or 7d", param_hint="--since")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def _period(records: Records, run: str | None, since: datetime, repo: str | None) -> Period:
    if run is None:
        return Period(since, now(), repo)
    known = records.happenings.run(run)
    if known is None:
        raise typer.BadParameter("no such run has come to its end", param_hint="--run")
    return known
