"""What happens in the demo, and what came of it, read from the forge and the bot's own records."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot.cli.demo.sample import BUG_BODY, BUG_TITLE, POISON_BODY, POISON_TITLE
from bot.cli.demo.stage import Stage
from bot.compose import Records, open_records
from bot.domain.task import Ending, Task, TaskState
from bot.kernel.values import Usd
from bot.memory.journal import Tampered, verify
from bot.memory.tasks import StageMark
from bot.settings import BadSettings, read_settings
from forge.world.entities import Issue
from forge.world.issues import open_issue
from forge.world.labels import add_label

POLL_S = 0.2
PATIENCE_S = 240.0


class StoryFailed(Exception):
    """The story did not come to its end; the message says where it stood."""


@dataclass(frozen=True, slots=True)
class ProofOutcome:
    """Whether the new test failed on the base and passed on the change, as the receipt says."""

    red_on_base: bool
    green_on_change: bool


@dataclass(frozen=True, slots=True)
class RefusedOutcome:
    """How the poisoned issue ended."""

    issue: int
    ended: str
    rules: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `--json` writes. Dollars are decimal text; shas are hexadecimal."""

    issue: int
    issue_closed: bool
    pull_request: int
    merged: bool
    merged_sha: str
    tested_sha: str
    ci_green_sha: str
    merge_commit: str
    proof: ProofOutcome
    dollars: str
    billed: str
    refused: RefusedOutcome
    improvement_issue: int | None
    journal: str
    journal_rows: int
    seconds: float
    database: str
    pages: str

    def as_json(self) -> str:
        """One JSON object, indented."""
        return json.dumps(asdict(self), indent=2)


Tell = Callable[[str, StageMark], None]


@dataclass(frozen=True, slots=True)
class Issues:
    """The two issues of the story."""

    bug: Issue
    poison: Issue


def look_into(stage: Stage) -> Records:
    """The bot's records, opened a second time beside the running bot."""
    settings = read_settings(stage.environment())
    if isinstance(settings, BadSettings):
        raise StoryFailed(str(settings))
    return open_records(settings)


def open_issues(stage: Stage) -> Issues:
    """A maintainer writes two issues and labels them."""
    world, person, repo = stage.forge.world, stage.maintainer, stage.repo
    bug = open_issue(world, person, repo, BUG_TITLE, BUG_BODY)
    poison = open_issue(world, person, repo, POISON_TITLE, POISON_BODY)
    for issue in (bug, poison):
        add_label(world, person, issue, "self-proposed")
    return Issues(bug, poison)


class News:
    """The marks of the tasks' stories that nobody was told yet."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._told: dict[int, int] = {}

    def of(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, StageMark]]:
        """Each new mark once, in the order of these tasks."""
        for task in tasks:
            story = self._records.tasks.story(task.id)
            for mark in story[self._told.get(task.id, 0) :]:
                yield task, mark
            self._told[task.id] = len(story)


def follow(stage: Stage, records: Records, issues: Issues, tell: Tell) -> None:
    """Tell each new mark of both stories until both have ended. Raises StoryFailed."""
    news = News(records)
    deadline = time.monotonic() + PATIENCE_S
    while True:
        tasks = {task.subject.number: task for task in records.tasks.all()}
        for task, mark in news.of(tasks[number] for number in sorted(tasks)):
            told = replace(mark, detail=task.reason) if mark.stage == task.ending else mark
            tell(f"#{task.subject.number}", told)
        if _over(records, tasks, issues):
            return
        if not stage.running():
            raise StoryFailed(f"the bot's process ended; its log is {stage.log}")
        if time.monotonic() > deadline:
            states = ", ".join(f"#{n} {t.state} {t.stage}" for n, t in sorted(tasks.items()))
            raise StoryFailed(f"not over after {PATIENCE_S:.0f} s ({states}); log: {stage.log}")
        time.sleep(POLL_S)


def _over(records: Records, tasks: dict[int, Task], issues: Issues) -> bool:
    bug, poison = tasks.get(issues.bug.number), tasks.get(issues.poison.number)
    if bug is None or poison is None:
        return False
    if bug.state is not TaskState.ENDED or poison.state is not TaskState.ENDED:
        return False
    if bug.ending is not Ending.MERGED:
        return True
    return any(mark.stage == "propose" for mark in records.tasks.story(bug.id))


def outcome_of(stage: Stage, records: Records, issues: Issues, since: datetime) -> Outcome:
    """Read what came of it. Raises StoryFailed when there is no pull request to speak of."""
    bug = next(t for t in records.tasks.all() if t.subject.number == issues.bug.number)
    poison = next(t for t in records.tasks.all() if t.subject.number == issues.poison.number)
    if bug.published is None:
        raise StoryFailed(f"no pull request: {bug.ending}: {bug.reason}")
    world = stage.forge.world
    with world.lock:
        pull = world.pull(stage.repo, bug.published.pull)
        green = [
            run.head_sha
            for suite in stage.repo.suites
            for run in suite.runs
            if run.app.id == stage.forge.ci.app.id and str(run.conclusion) == "success"
        ]
        head, body = pull.head_sha, pull.issue.body or ""
        merged, merge_commit = pull.merged_at is not None, pull.merge_commit_sha or ""
        closed = issues.bug.closed_at is not None
        own = [
            issue.number
            for issue in stage.repo.issues.values()
            if issue.pull is None and issue.author.id == stage.app.bot.id
        ]
    failures = records.failures.of(poison.subject)
    verdict = verify(records.journal.rows())
    return Outcome(
        issue=issues.bug.number,
        issue_closed=closed,
        pull_request=bug.published.pull,
        merged=merged,
        merged_sha=head,
        tested_sha=bug.published.tested,
        ci_green_sha=next((sha for sha in green if sha == head), ""),
        merge_commit=merge_commit,
        proof=ProofOutcome("| ❌ failed |" in body, "| ✅ passed |" in body),
        dollars=_dollars(records.ledger.total()),
        billed=str(stage.model.ledger.total),
        refused=RefusedOutcome(
            issue=issues.poison.number,
            ended=str(poison.ending),
            rules=failures[-1].rules if failures else (),
            reason=poison.reason,
        ),
        improvement_issue=own[0] if own else None,
        journal=f"row {verdict.id}: {verdict.reason}"
        if isinstance(verdict, Tampered)
        else "intact",
        journal_rows=len(records.journal.rows()),
        seconds=(stage.forge.world.now() - since).total_seconds(),
        database=str(stage.database),
        pages=f"{stage.forge.web_url}/{stage.repo.full_name}/pull/{bug.published.pull}",
    )


def _dollars(amount: Usd) -> str:
    return str(Decimal(amount.nano).scaleb(-9))
