"""`evolve telemetry`: what became of attempts, by what they have in common, and what helped."""

from typing import Annotated

import typer

from bot.cli.look import AsJson, print_json, records_of, show
from bot.cli.start import usable_settings
from bot.cli.telemetry_json import (
    chances_document,
    effect_document,
    results_document,
    role_document,
)
from bot.cli.telemetry_rows import (
    ROLE_COLUMNS,
    ROLE_NOTE,
    effect_line,
    results_row,
    role_row,
    sent_back_line,
)
from bot.compose import Records, now
from bot.memory.journal import sound, verify
from bot.memory.telemetry import By, Course, RoleReport, effects, grouped, telemetry

COLUMNS = (
    "attempts",
    "proven",
    "merged",
    "reverted",
    "7 days",
    "dollars a merge",
    "admission to merge",
)
NOTE = (
    "Each figure has its 95% interval. Merged is of the attempts that are decided, reverted of the"
    " merges, 7 days of the merges that are as old or were taken back. Groups differ in more than"
    " their name; only what is drawn by chance, below, tells what helped. Each verdict may be wrong"
    " once in twenty times, and more often for who looks every day."
)
ByOption = Annotated[By, typer.Option("--by", help="What attempts are grouped by.")]
RepoOption = Annotated[str, typer.Option("--repo", help="Only this repository, as OWNER/NAME.")]


def telemetry_command(
    by: ByOption = By.KIND, as_json: AsJson = False, repo: RepoOption = ""
) -> None:
    """Show what became of attempts by kind, size, area, model, role, lesson, version or prompt."""
    with records_of(usable_settings()) as records:
        courses = courses_in(records, repo)
        roles = reports_of(records, repo) if by is By.ROLE else ()
        experience = records.chronicle.experience()
    at = now()
    groups, measured = grouped(courses, by, at), effects(courses, at)
    if as_json:
        document: dict[str, object] = {
            "by": by,
            "groups": {key: results_document(one) for key, one in groups.items()},
            "experiments": {one.experiment: effect_document(one) for one in measured},
            "success": chances_document(experience, repo),
            "note": NOTE,
        }
        if by is By.ROLE:
            document["roles"] = {one.role: role_document(one) for one in roles}
            document["role_note"] = ROLE_NOTE
        print_json(document)
        return
    show((by, *COLUMNS), [results_row(*one) for one in groups.items()], "Nothing was tried yet.")
    if courses:
        show((), [(NOTE,)], "")
        show((), [(effect_line(one),) for one in measured], "")
    if by is By.ROLE:
        _show_roles(roles)


def courses_in(records: Records, repo: str) -> tuple[Course, ...]:
    """Those of a repository, by `owner/name` in any case; of all when none is named."""
    wanted = repo.lower()
    courses = records.chronicle.courses()
    return tuple(one for one in courses if wanted in ("", one.subject.repo.full.lower()))


def _show_roles(reports: tuple[RoleReport, ...]) -> None:
    show(ROLE_COLUMNS, [role_row(report) for report in reports], "Nothing was paid for yet.")
    for report in reports:
        if report.sent_back.attempts:
            show((), [(sent_back_line(report),)], "")
    if reports:
        show((), [(ROLE_NOTE,)], "")


def reports_of(records: Records, repo: str) -> tuple[RoleReport, ...]:
    """From the ledger, the story, and the journal up to the first row that was tampered with."""
    wanted, rows = repo.lower(), records.journal.rows()
    charges = [
        charge
        for charge in records.ledger.charges()
        if wanted in ("", charge.scope.repo.full.lower())
    ]
    entries = [row.entry for row in sound(rows, verify(rows))]
    tasks = {charge.scope.task for charge in charges if charge.scope.task > 0}
    subjects = {task: records.tasks.get(task).subject for task in tasks}
    story = [mark for task in tasks for mark in records.tasks.story(task)]
    return telemetry(charges, entries, story, subjects)
