"""`evolve lessons`: what was learned, what it was worth, and why it is not recalled any more."""

from typing import Annotated, assert_never

import typer

from bot.cli.look import AsJson, print_json, records_of, show
from bot.cli.start import usable_settings
from bot.compose import now
from bot.domain.lessons.bound import lower
from bot.domain.lessons.lesson import Active, Lesson, Retired, Standing, Tally, Tentative, Why

COLUMNS = ("", "lesson", "what became of it")

lessons = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@lessons.callback(invoke_without_command=True)
def list_command(context: typer.Context, as_json: AsJson = False) -> None:
    """List every lesson; the bound is Wilson's lower one, 95%, of the share of good ends."""
    if context.invoked_subcommand is not None:
        return
    with records_of(usable_settings()) as records:
        known = records.lessons.all()
    if as_json:
        print_json({"lessons": [_document(one) for one in known]})
        return
    show(COLUMNS, [_row(one) for one in known], "Nothing was learned yet.")


@lessons.command("retire")
def retire_command(
    number: Annotated[int, typer.Argument(help="The lesson's number in `evolve lessons`.")],
    why: Annotated[str, typer.Option(help="Kept with it, for whoever reads it later.")],
) -> None:
    """Recall a lesson no more; exits 1 when there is none, or it is retired already."""
    if not why.strip():
        raise typer.BadParameter("say why", param_hint="--why")
    with records_of(usable_settings()) as records:
        retired = records.lessons.retire(number, Why.DISMISSED, now(), why.strip())
    if not retired:
        typer.echo(f"There is no lesson {number} that is in use.", err=True)
        raise typer.Exit(1)
    typer.echo(f"Lesson {number} is not recalled any more.")


def _row(one: Lesson) -> tuple[str, ...]:
    tally = one.tally
    worth = (
        f"{tally.recalled} recalled, {tally.good} good, {tally.bad} bad, bound"
        f" {lower(tally.good, tally.decided):.2f}"
    )
    about = f"{one.draft.repo.full}, {one.sort}, {_told(one.standing)}"
    return f"{one.id}", one.text, f"{about}; {worth}"


def _told(standing: Standing) -> str:
    match standing:
        case Active():
            return "active"
        case Tentative():
            return "waits for its merge"
        case Retired(why, at, note, by):
            more = f" by {by}" if by is not None else ""
            said = f": {note}" if note else ""
            return f"retired {at:%Y-%m-%d}, {why}{more}{said}"
        case never:
            assert_never(never)


def _document(one: Lesson) -> dict[str, object]:
    draft, tally = one.draft, one.tally
    return {
        "id": one.id,
        "repo": draft.repo.full,
        "sort": one.sort,
        "text": one.text,
        "kind": one.about.kind,
        "area": one.about.area,
        "paths": sorted(one.about.paths),
        "symbols": sorted(one.about.symbols),
        "anchors": {anchor.path: anchor.blob for anchor in draft.anchors},
        "source": {
            "task": draft.source.task,
            "attempt": draft.source.attempt,
            "outcome": draft.source.outcome,
            "key": draft.source.key,
        },
        "born": draft.born.isoformat(),
        "evidence": one.evidence,
        **_tally(tally),
        "withheld": _tally(one.withheld),
        "wilson_lower_95": lower(tally.good, tally.decided),
        **_state(one.standing),
    }


def _tally(tally: Tally) -> dict[str, object]:
    return {"recalled": tally.recalled, "good": tally.good, "bad": tally.bad}


def _state(standing: Standing) -> dict[str, object]:
    match standing:
        case Active():
            return {"state": "active"}
        case Tentative():
            return {"state": "tentative"}
        case Retired(why, at, note, by):
            ended = {"why": why, "retired": at.isoformat(), "note": note, "by": by}
            return {"state": "retired", **ended}
        case never:
            assert_never(never)
