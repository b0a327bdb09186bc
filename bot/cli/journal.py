"""`evolve journal`: what became of each attempt, and whether anybody altered the record."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from bot.cli.look import AsJson, print_json, records_of
from bot.cli.start import usable_settings
from bot.domain.wording.journal import JournalView, journal_line
from bot.domain.wording.quoting import flatten
from bot.kernel.values import Usd
from bot.memory.journal import Intact, Row, Tampered, Verdict, sound, verify
from bot.memory.trajectory import Said

SHOWN_CHARS = 600

journal = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@journal.callback(invoke_without_command=True)
def list_command(
    context: typer.Context,
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option(help="The newest so many entries.", min=1)] = 50,
) -> None:
    """List what became of each attempt; exits 1 when a row was altered."""
    if context.invoked_subcommand is not None:
        return
    rows, verdict = _read()
    listed = sound(rows, verdict)[-limit:]
    if as_json:
        print_json({"entries": [_record(row) for row in listed], "chain": _judged(verdict)})
    else:
        for row in listed:
            typer.echo(journal_line(_view(row)))
        if not rows:
            typer.echo("The journal is empty: nothing has been tried yet.")
    _fail_if_tampered(verdict)


@journal.command("show")
def show_command(
    number: Annotated[int, typer.Argument(help="The entry's number in `evolve journal`.")],
    as_json: AsJson = False,
) -> None:
    """Show one entry whole, and what was said; exits 1 when it or a row before it was altered."""
    rows, verdict = _read()
    row = next((row for row in rows if row.id == number), None)
    if row is None:
        typer.echo(f"There is no entry {number}: `evolve journal` lists those there are.", err=True)
        raise typer.Exit(1)
    if as_json:
        print_json(_record(row))
    else:
        for name, value in _record(row).items():
            # Escaped: the model's own words must not steer a terminal.
            shown = ascii(value) if isinstance(value, str | tuple) else value
            typer.echo(f"{name:<16} {shown}")
        for said in _said(row):
            typer.echo(f"\n--- {said.key} ({said.role}, {said.model}, {said.at:%H:%M:%S})")
            for line in _readable(said):
                typer.echo(line)
    if isinstance(verdict, Tampered) and row.id >= verdict.id:
        _fail_if_tampered(verdict)


@journal.command("verify")
def verify_command(as_json: AsJson = False) -> None:
    """Walk the chain of hashes; exits 1 and names the first row that does not fit."""
    _, verdict = _read()
    if as_json:
        print_json(_judged(verdict))
    elif isinstance(verdict, Intact):
        typer.echo(f"Intact: {verdict.rows} rows, head {verdict.head}")
    _fail_if_tampered(verdict)


def _read() -> tuple[tuple[Row, ...], Verdict]:
    with records_of(usable_settings()) as records:
        rows = records.journal.rows()
    return rows, verify(rows)


def _said(row: Row) -> tuple[Said, ...]:
    with records_of(usable_settings()) as records:
        return records.trajectory.of(row.entry.repo, row.entry.issue, row.entry.attempt)


def _readable(said: Said) -> list[str]:
    """A message's blocks, a line each, shortened and without anything that steers a terminal."""
    message: object = json.loads(said.text)
    content = message.get("content") if isinstance(message, dict) else None
    blocks = content if isinstance(content, list) else [content]
    return [flatten(json.dumps(block, ensure_ascii=False), SHOWN_CHARS) for block in blocks]


def _fail_if_tampered(verdict: Verdict) -> None:
    if isinstance(verdict, Tampered):
        told = f"Row {verdict.id} was tampered with: {verdict.reason}. Nothing from it on is"
        typer.echo(f"{told} certain: bring the database back from a copy.", err=True)
        raise typer.Exit(1)


def _judged(verdict: Verdict) -> dict[str, object]:
    return {"intact": isinstance(verdict, Intact), **asdict(verdict)}


def _record(row: Row) -> dict[str, object]:
    return {"id": row.id, **asdict(row.entry), "previous": row.previous, "hash": row.hash}


def _view(row: Row) -> JournalView:
    entry = row.entry
    return JournalView(
        id=row.id,
        at=entry.timestamp,
        repo=entry.repo,
        issue=entry.issue,
        attempt=entry.attempt,
        outcome=entry.outcome,
        cost=Usd(entry.cost_nano),
        action=entry.proposed_action,
        lessons=entry.lessons,
        hash=row.hash,
    )
