"""`evolve run --dry-run`: what a run would begin with. Nothing is written, no model is asked."""

import typer

from bot.cli.look import print_json, records_of
from bot.cli.run_ground import restored, served
from bot.compose import compose, now
from bot.domain.priority import best
from bot.domain.run import Order, Purse, kept_by_run
from bot.domain.task import TaskState
from bot.domain.wording.quoting import flatten
from bot.engine.order import shown_experience
from bot.engine.subjects import subjects_of
from bot.settings import Settings

LINE_CHARS = 400


def foresee(
    settings: Settings, name: str, wanted: Order, branch: str | None, as_json: bool
) -> None:
    """Print the issues that a run would look at, and the queue as it is known now."""
    if branch is not None:
        restored(settings, name, branch, lambda line: typer.echo(line, err=as_json))
    with records_of(settings) as records:
        services = compose(settings, records)
        repo = served(services, name)
        subjects = subjects_of(services, repo)
        queued = [one for one in records.tasks.open_in(repo) if one.state is TaskState.QUEUED]
        ranked = best(queued, now(), {}, shown_experience(services))
    kept = [kept_by_run(one.task, wanted.run, Purse(wanted.run.cap)) for one in ranked]
    if as_json:
        considered = [
            {"issue": one.task.subject.number, "why": one.why, "left": why and why.said}
            for one, why in zip(ranked, kept, strict=True)
        ]
        looked = [subject.number for subject in subjects]
        print_json({"repo": repo.full, "looks_at": looked, "considered": considered})
        return
    numbers = ", ".join(f"#{subject.number}" for subject in subjects)
    typer.echo(f"A run would look at {numbers or 'nothing'}.")
    for one, why in zip(ranked, kept, strict=True):
        typer.echo(flatten(f"{one.why}{f'; left: {why.said}' if why else ''}", LINE_CHARS))
