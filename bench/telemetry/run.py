"""How long telemetry takes, by the number of attempts.

    python -m bench.telemetry.run [--sizes 1000,10000,100000]

A database is filled with attempts as the bot itself leaves them: an assignment, four rows of the
ledger, two of the journal, and the story's mark of the admission, each. Then the first use of the
chronicle reads all of it; after that one attempt more is told, as at the next ticket or scrape.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, insert

from bot.adapters.database.assignments import SqlAssignments, assignment_columns
from bot.adapters.database.engine import open_database, writing
from bot.adapters.database.journal import SqlJournal, journal_columns
from bot.adapters.database.ledger import SqlLedger
from bot.adapters.database.migrate import migrate
from bot.adapters.database.tables import assignments, charges, journal, story, tasks
from bot.adapters.database.tasks import SqlTasks
from bot.domain.experiment import Arms, Experiment, Tuning, drawn, drawn_by
from bot.domain.subject import Repo, Subject
from bot.kernel.values import Kind, Risk, Usd
from bot.memory.assignments import Assignment
from bot.memory.journal import GENESIS, Entry, Row, entry_hash, verify
from bot.memory.telemetry import By, Chronicle, effects, grouped

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
AT_ONCE = 5_000
ROLES = (("triage", "small"), ("implement", "large"), ("implement", "large"), ("review", "small"))


def main() -> None:
    """Print one line for each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", default="1000,10000,100000", help="attempts")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    print(
        f"{'attempts':>9}{'verify':>10}{'first use':>11}{'one more':>10}{'no news':>10}"
        f"{'by kind':>10}{'arms':>9}"
    )
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            measured(Path(folder), size)


def measured(folder: Path, size: int) -> None:
    """One line."""
    url = f"sqlite:///{folder}/evolve.db"
    migrate(url)
    engine = open_database(url)
    head = filled(engine, size)
    kept, assigned = SqlJournal(engine), SqlAssignments(engine)
    chronicle = Chronicle(kept, assigned, SqlLedger(engine), SqlTasks(engine))
    verified = took(lambda: verify(kept.stream()))
    first = took(chronicle.courses)
    more = assignment(size + 1)
    assigned.record(more)
    kept.append(replace(head.entry, key="one more", issue=more.subject.number, attempt=1))
    one_more = took(chronicle.courses)
    no_news = took(chronicle.courses)
    courses = chronicle.courses()
    assert len(courses) == size + 1
    by_kind = took(lambda: grouped(courses, By.KIND, NOW))
    arms = took(lambda: effects(courses, NOW))
    print(
        f"{size:>9}{verified:>9.2f}s{first:>10.2f}s{1000 * one_more:>8.1f}ms{1000 * no_news:>8.1f}"
        f"ms{1000 * by_kind:>8.0f}ms{1000 * arms:>7.0f}ms"
    )
    engine.dispose()


def took(work: Callable[[], object]) -> float:
    """Seconds."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def assignment(number: int) -> Assignment:
    """The conditions of one attempt, at an issue of its own."""
    repo = Repo("octo", f"tool-{number % 20}", number % 5)
    return Assignment(
        task=number,
        attempt=1,
        subject=Subject(repo, number),
        ordinal=number // 20,
        at=BEGIN + timedelta(minutes=4 * number),
        kind=list(Kind)[number % len(Kind)],
        area=f"area-{number % 7}",
        risk=Risk.LOW,
        expected=Usd.of("0.20"),
        arms=Arms(
            drawn(Experiment.LESSONS, repo.full, number // 20),
            drawn(Experiment.TABLE, repo.full, number // 20),
            drawn_by(f"ticket-{number}"),
        ),
        tuning=Tuning(),
        lessons=(number % 9, 10 + number % 4),
        lines=number % 60,
    )


def filled(engine: Engine, size: int) -> Row:
    """Fill the tables; the newest row of the journal."""
    chance = random.Random(4)
    row = Row(0, entry(assignment(1), "", BEGIN), GENESIS, GENESIS)
    for start in range(1, size + 1, AT_ONCE):
        made = [assignment(number) for number in range(start, min(start + AT_ONCE, size + 1))]
        paid, told, marks = [], [], []
        for one in made:
            marks.append(
                {
                    "task": one.task,
                    "attempt": 1,
                    "stage": "queued",
                    "detail": "",
                    "at": one.at - timedelta(minutes=5),
                }
            )
            for number, (role, model) in enumerate(ROLES):
                paid.append(charge(one, number, role, model, chance.randrange(10**7, 10**8)))
            ending = "merged" if chance.random() < 0.7 else "failed"
            for outcome in ("awaiting review: #1", f"{ending}: as it is"):
                later = one.at + timedelta(minutes=10)
                previous = row.hash
                told_now = entry(one, outcome, later)
                number = row.id + 1
                row = Row(number, told_now, previous, entry_hash(previous, number, told_now))
                told.append(journal_columns(row))
        with writing(engine) as connection:
            connection.execute(insert(tasks), [task(one) for one in made])
            connection.execute(insert(assignments), [assignment_columns(one) for one in made])
            connection.execute(insert(charges), paid)
            connection.execute(insert(journal), told)
            connection.execute(insert(story), marks)
    return row


def task(one: Assignment) -> dict[str, object]:
    """The issue, as far as telemetry asks for it."""
    repo = one.subject.repo
    return {
        "id": one.task, "owner": repo.owner, "name": repo.name,
        "installation": repo.installation, "number": one.subject.number, "state": "ended",
        "pinned": "", "title": "", "admitted_by": 1, "admitted_login": "ada",
        "admitted_at": one.at, "attempt": 1, "cap_nano": 0, "extra_nano": 0, "votes": 0,
        "open_prs": 3, "files": (), "reason": "", "stage": "", "wish": "change", "parts": (),
        "touches": (),
    }  # fmt: skip


def charge(one: Assignment, number: int, role: str, model: str, nano: int) -> dict[str, object]:
    """One settled call."""
    repo = one.subject.repo
    return {
        "key": f"{one.task}/{number}",
        "owner": repo.owner,
        "name": repo.name,
        "installation": repo.installation,
        "task": one.task,
        "attempt": 1,
        "run": "run",
        "model": model,
        "role": role,
        "state": "settled",
        "reserved_nano": nano,
        "charged_nano": nano,
        "input_tokens": 1,
        "output_tokens": 1,
        "cache_read_tokens": 0,
        "cache_write_tokens": 0,
        "at": one.at,
    }


def entry(one: Assignment, outcome: str, at: datetime) -> Entry:
    """A row of the journal."""
    return Entry(
        key=f"{one.subject}/1/{outcome.partition(':')[0]}",
        timestamp=at,
        repo=one.subject.repo.full,
        issue=one.subject.number,
        attempt=1,
        observation="The last page is lost.",
        proposed_action="Round up.",
        outcome=outcome,
        lessons=(),
        agent="0.1.0+abc",
        prompt_hash="f" * 64,
        models=("small", "large"),
        tokens=20_000,
        cost_nano=10**8,
        diff_hash="",
        pull=1,
    )


if __name__ == "__main__":
    main()
