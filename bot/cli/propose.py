"""`evolve propose`: look for improvements now, and file those whose evidence can be seen again."""

import time
from typing import Annotated, NoReturn

import typer

from bot.cli.budget import exact, spent
from bot.cli.control import owner_and_name
from bot.cli.look import AsJson, print_json, records_of
from bot.cli.start import fail_unfit, usable_settings
from bot.compose import NotConfigured, Records, compose, now
from bot.domain.subject import Repo
from bot.domain.wording.quoting import flatten
from bot.engine.at_once import StepsAtOnce
from bot.engine.occasion import (
    MOST,
    Dropped,
    Filed,
    IdeaEnd,
    NotNow,
    Occasion,
    Proposed,
    Proposing,
    WouldFile,
)
from bot.engine.proposing import propose_for
from bot.engine.services import Services
from bot.engine.steps import GivenUp
from bot.kernel.text import redact, strip_hidden
from bot.kernel.values import Usd
from bot.stages.github import NotAllowed, TryLater
from bot.stages.workspace import Unusable

LINE_CHARS = 300


def _dollars(text: str | None) -> str | None:
    try:
        if text is not None and Usd.of(text) <= Usd():
            raise ValueError
    except ValueError as error:
        raise typer.BadParameter(f"write dollars, such as 0.50, not {text!r}") from error
    return text


def propose_command(
    repo: Annotated[str, typer.Option(callback=owner_and_name, help="OWNER/NAME.")],
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Print what would be filed; file nothing. The model is paid all the same.",
        ),
    ] = False,
    budget: Annotated[
        str | None,
        typer.Option(
            callback=_dollars,
            help="At most so many dollars for the model; else what the repository allows for one"
            " change.",
        ),
    ] = None,
    most: Annotated[int, typer.Option(help="File at most so many.", min=1, max=MOST)] = MOST,
    as_json: AsJson = False,
) -> None:
    """Look for improvements: evidence by tools first, a cheap model chooses, the sandbox decides.

    Exits 0 also when there was nothing worth filing, 1 when it could not look.
    """
    settings = usable_settings()
    with records_of(settings) as records:
        try:
            services = compose(settings, records)
        except NotConfigured as unfit:
            fail_unfit(str(unfit))
        moment = f"{now():%Y%m%dT%H%M%S.%f}"
        occasion = Occasion(
            key=f"command-{moment}",
            run=f"propose:{repo}:{moment}",
            cap=None if budget is None else Usd.of(budget),
            most=most,
            dry=dry_run,
        )
        try:
            told = propose_for(
                StepsAtOnce(time.sleep), services, _served(services, repo), occasion, _progress
            )
        except (NotAllowed, TryLater, GivenUp, Unusable) as failed:
            _fail(str(failed))
        cost = _cost(records, occasion)
    if as_json:
        print_json(document_of(told, occasion, cost))
    else:
        for line in lines_of(told, cost):
            typer.echo(line)
    if isinstance(told, NotNow) and told.fault:
        raise typer.Exit(1)


def _served(services: Services, name: str) -> Repo:
    """The repository as an installation sees it; exits 1 when none does."""
    for repo in services.github.repositories():
        if repo.full.lower() == name.lower():
            return repo
    _fail(f"{name} is not among the repositories that the App or token may see: install it there")


def _progress(line: str) -> None:
    """To stderr, so that JSON on stdout stays whole."""
    typer.echo(flatten(line, LINE_CHARS), err=True)


def _fail(why: str) -> NoReturn:
    typer.echo(flatten(why, LINE_CHARS), err=True)
    raise typer.Exit(1)


def _cost(records: Records, occasion: Occasion) -> Usd:
    mine = (one for one in records.ledger.charges() if one.scope.run == occasion.run)
    return spent(mine)


def lines_of(told: Proposing, cost: Usd) -> list[str]:
    """What came of it for people: quota, findings, each idea, the money."""
    lines: list[str] = []
    match told:
        case NotNow(reason=reason):
            lines.append(flatten(f"Nothing was proposed: {reason}.", LINE_CHARS * 2))
        case Proposed(allowance=allowance, found=found, notes=notes, ends=ends):
            lines.append(f"Quota: {allowance.explanation}.")
            lines += [f"Found: {flatten(one, LINE_CHARS)}" for one in found]
            lines += [f"Note: {flatten(one, LINE_CHARS)}" for one in notes]
            for end in ends or (Dropped("", "", "no idea"),):
                lines += _end_lines(end)
    return [*lines, f"The model cost {cost}."]


def _end_lines(end: IdeaEnd) -> list[str]:
    match end:
        case Filed(number, title):
            return [f"Filed #{number}: {flatten(title, LINE_CHARS)}"]
        case WouldFile(title, body):
            shown = redact(strip_hidden(body)).strip().splitlines()
            return [f"Would file: {flatten(title, LINE_CHARS)}", *(f"  | {one}" for one in shown)]
        case Dropped(title, _, reason):
            what = f"{flatten(title, LINE_CHARS)}: " if title else ""
            return [f"Not filed: {what}{flatten(reason, LINE_CHARS)}"]


def document_of(told: Proposing, occasion: Occasion, cost: Usd) -> dict[str, object]:
    """The same for scripts."""
    common: dict[str, object] = {"dry_run": occasion.dry, "usd": exact(cost)}
    match told:
        case NotNow(reason=reason, fault=fault):
            return {**common, "reason": reason, "fault": fault, "ideas": []}
        case Proposed(allowance=allowance, found=found, notes=notes, ends=ends):
            return {
                **common,
                "quota": {"most_open": allowance.most, "explanation": allowance.explanation},
                "findings": list(found),
                "notes": list(notes),
                "ideas": [_document(end) for end in ends],
            }


def _document(end: IdeaEnd) -> dict[str, object]:
    match end:
        case Filed(number, title):
            return {"outcome": "filed", "issue": number, "title": title}
        case WouldFile(title, body):
            return {"outcome": "would file", "title": title, "body": body}
        case Dropped(title, rule, reason):
            return {"outcome": "dropped", "title": title, "rule": rule, "reason": reason}
