"""`evolve demo`: build the stage, let the story run, tell it, and say what came of it."""

import os
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.demo.cast import cast
from bot.cli.demo.stage import LiveModel, NotStarted, Stage
from bot.cli.demo.story import (
    Outcome,
    StoryFailed,
    follow,
    look_into,
    open_issues,
    outcome_of,
)
from bot.memory.tasks import StageMark


def demo_command(
    stay: Annotated[bool, typer.Option(help="Keep the forge and the bot up at the end.")] = False,
    live: Annotated[bool, typer.Option(help="A real model; needs ANTHROPIC_API_KEY.")] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the outcome to this file.")
    ] = None,
    home: Annotated[
        Path | None, typer.Option(help="Where the state lies (default: a new directory).")
    ] = None,
) -> None:
    """The whole story on this machine: an issue becomes a tested, merged pull request."""
    console = Console()
    where = home or Path(tempfile.mkdtemp(prefix="evolve-demo-"))
    try:
        with Stage(where, cast(), _live_model(live)) as stage:
            outcome = _play(stage, console)
            if json_file is not None:
                json_file.write_text(outcome.as_json() + "\n")
            _closing(console, outcome, where)
            if stay:
                _stay(console, outcome, stage)
    except (StoryFailed, NotStarted) as failed:
        console.print(Text(f"The story did not end well: {failed}", style="red"), soft_wrap=True)
        raise typer.Exit(1) from failed
    if not (outcome.merged and outcome.refused.ended == "refused"):
        raise typer.Exit(1)


def _live_model(live: bool) -> LiveModel | None:
    if not live:
        return None
    key = os.environ.get("ANTHROPIC_API_KEY")
    if not key:
        typer.echo("--live needs ANTHROPIC_API_KEY in the environment.", err=True)
        raise typer.Exit(3)
    return LiveModel(key, os.environ.get("ANTHROPIC_BASE_URL"))


def _play(stage: Stage, console: Console) -> Outcome:
    began = time.monotonic()
    since = stage.forge.world.now()

    def say(who: str, what: str, detail: str) -> None:
        line = Text(f"{time.monotonic() - began:6.1f} s  ")
        line.append(f"{who:<6}", style="bold cyan").append(f"{what:<15}", style="bold")
        console.print(line.append(detail), soft_wrap=True)

    def tell(who: str, mark: StageMark) -> None:
        say(who, mark.stage, " ".join(mark.detail.split())[:110])

    say("forge", "up", f"{stage.forge.web_url}: a GitHub with one repository, CI, and the App")
    stage.start()
    say("bot", "up", f"{stage.bot_url}: `evolve serve`, a process of its own")
    issues = open_issues(stage)
    say(f"#{issues.bug.number}", "labelled", issues.bug.title)
    say(f"#{issues.poison.number}", "labelled", f"{issues.poison.title} (poisoned)")
    records = look_into(stage)
    try:
        follow(stage, records, issues, tell)
        return outcome_of(stage, records, issues, since)
    finally:
        records.database.dispose()


def _closing(console: Console, outcome: Outcome, where: Path) -> None:
    proof = outcome.proof
    same = outcome.merged_sha == outcome.tested_sha == outcome.ci_green_sha
    rows = (
        ("issue", f"#{outcome.issue}, {'closed' if outcome.issue_closed else 'still open'}"),
        ("pull request", f"#{outcome.pull_request}"),
        ("proof", f"red on base: {proof.red_on_base}, green on change: {proof.green_on_change}"),
        ("CI", f"green on {outcome.ci_green_sha[:12] or 'no commit'}"),
        ("merge", f"{outcome.merged_sha[:12]}, tested = green = merged: {same}"),
        ("dollars", f"{outcome.dollars} on the ledger, {outcome.billed} billed by the model"),
        ("refused", f"#{outcome.refused.issue}: {', '.join(outcome.refused.rules)}"),
        ("filed", f"improvement issue #{outcome.improvement_issue}"),
        ("journal", f"{outcome.journal}, {outcome.journal_rows} rows"),
        ("time", f"{outcome.seconds:.1f} s"),
        ("state", str(where)),
    )
    table = Table(title="What came of it", show_header=False, title_justify="left")
    for name, text in rows:
        table.add_row(name, Text(text))
    console.print(table)


def _stay(console: Console, outcome: Outcome, stage: Stage) -> None:
    console.print(f"Look around: {outcome.pages}", soft_wrap=True)
    console.print(f"The bot:     {stage.bot_url}   (Ctrl-C ends both)", soft_wrap=True)
    try:
        while stage.running():
            time.sleep(0.5)
    except KeyboardInterrupt:
        console.print("Stopping.")
