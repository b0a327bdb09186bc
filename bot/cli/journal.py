"""`evolve journal`: what became of each attempt, and whether anybody altered the record."""

import json
import re
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, assert_never

import typer

from bot.cli.look import AsJson, print_json, records_of
from bot.cli.start import usable_settings
from bot.domain.wording.journal import JournalView, journal_line, journal_section
from bot.domain.wording.quoting import flatten
from bot.kernel.values import Usd
from bot.memory.journal import Beheaded, Intact, Row, Tampered, Verdict, sound, verify, walk
from bot.memory.trajectory import Said

SHOWN_CHARS = 600
_HASH = re.compile(r"[0-9a-f]{64}")


class Form(StrEnum):
    """How the journal is exported."""

    MARKDOWN = "markdown"
    JSONL = "jsonl"


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
    _fail_unless_intact(verdict)


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
        _fail_unless_intact(verdict)


@journal.command("verify")
def verify_command(
    as_json: AsJson = False,
    head: Annotated[
        str | None,
        typer.Option(help="A head that a receipt or a commit's `Evolve-Journal` told (64 digits)."),
    ] = None,
) -> None:
    """Walk the chain of hashes; exits 1 and names the first row that does not fit.

    That the last rows are gone cannot be seen inside: a published head shows it.
    """
    if head is not None and not _HASH.fullmatch(head):
        raise typer.BadParameter("a head is 64 hexadecimal digits", param_hint="--head")
    with records_of(usable_settings()) as records:
        verdict = verify(records.journal.stream(), head)
    if as_json:
        print_json(_judged(verdict))
    elif isinstance(verdict, Intact):
        told = "" if head is None else "; the published head is in it"
        typer.echo(f"Intact: {verdict.rows} rows, head {verdict.head}{told}")
    _fail_unless_intact(verdict)


@journal.command("export")
def export_command(
    form: Annotated[Form, typer.Option("--format", help="For people, or for programs.")] = (
        Form.MARKDOWN
    ),
) -> None:
    """Write every entry to standard output, oldest first, row by row; exits 1 at one that was
    altered.

    JSON lines hold every column and both hashes, so that another program can walk the chain.
    """
    write = _markdown if form is Form.MARKDOWN else _json_line
    with records_of(usable_settings()) as records:
        for step in walk(records.journal.stream()):
            if isinstance(step, Row):
                typer.echo(write(step))
            else:
                _fail_unless_intact(step)


def _markdown(row: Row) -> str:
    return journal_section(_view(row))


def _json_line(row: Row) -> str:
    record = _record(row) | {"timestamp": row.entry.timestamp.isoformat()}
    return json.dumps(record, separators=(",", ":"))


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


def _fail_unless_intact(verdict: Verdict) -> None:
    match verdict:
        case Intact():
            return
        case Tampered(row, reason):
            told = f"Row {row} was tampered with: {reason}. Nothing from it on is certain:"
        case Beheaded(rows, published):
            told = (
                f"The head {published} is none of the {rows} rows: the last rows were removed, or"
                " all were written anew. Nothing is certain:"
            )
        case never:
            assert_never(never)
    typer.echo(f"{told} bring the database back from a copy.", err=True)
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
