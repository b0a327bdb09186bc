"""What a period came to: a merged change, a refused one, a proposal, and the figures of each."""

import json
import sqlite3

import pytest

from bot.cli.demo.sample import POISON_BODY, POISON_TITLE
from bot.domain.pathway import Pathway
from bot.domain.seed import Period, SeedPhase
from bot.domain.task import Ending
from bot.domain.wording.seed import seed_document, seed_rows
from bot.engine.seed import close_run, seed_record
from bot.kernel.values import Risk
from tests.adapters.sandboxes import needs_sandbox
from tests.cli.commands import evolve
from tests.engine.conftest import Found
from tests.engine.world import Town

pytestmark = [pytest.mark.sandbox, needs_sandbox]


def counted(town: Town, question: str) -> int:
    """What the database itself says."""
    connection = sqlite3.connect(town.home / "evolve.db")
    (found,) = connection.execute(question).fetchone()
    connection.close()
    return found or 0


def test_the_record_of_a_period_holds_the_figures_that_the_database_holds(found: Found):
    town = found()
    began = town.clock.now()
    good = town.labelled_issue()
    town.settle()
    bad = town.issue(POISON_TITLE, POISON_BODY)
    town.label(bad)
    town.settle()
    assert town.task(good).ending is Ending.MERGED
    assert town.task(bad).ending is Ending.REFUSED

    repo = "maintainer/shelf"
    record = close_run(town.services, "run-1", repo, began, filed=(77,))

    def figure(phase: SeedPhase, name: str) -> int:
        return record.figure(phase, name)

    journal = "SELECT count(*) FROM journal_entries WHERE key LIKE "
    marks = "SELECT count(*) FROM task_story WHERE "
    assert figure(SeedPhase.PERCEIVED, "issues looked at") == 2
    assert figure(SeedPhase.PERCEIVED, "webhooks read") == counted(
        town, "SELECT count(*) FROM inbox"
    )
    assert figure(SeedPhase.PERCEIVED, "tokens read") == 0, "nothing was paid in this run's name"
    assert figure(SeedPhase.PERCEIVED, "files weighed") == counted(
        town, "SELECT sum(indexed) FROM assignments"
    )
    assert figure(SeedPhase.PERCEIVED, "files shown") > 2
    assert figure(SeedPhase.LEARNED, "rows in the journal") == counted(town, journal + "'%'") == 3
    assert figure(SeedPhase.LEARNED, "failures remembered") == 1
    learned = figure(SeedPhase.LEARNED, "lessons learned")
    assert learned == counted(town, "SELECT count(*) FROM lessons") > 0
    assert figure(SeedPhase.LEARNED, "counters of lessons moved") == counted(
        town, "SELECT count(*) FROM lesson_uses WHERE credit IN ('good', 'bad')"
    )
    assert figure(SeedPhase.LEARNED, "kinds with a new success rate") == counted(
        town, "SELECT count(DISTINCT kind) FROM assignments"
    )
    assert figure(SeedPhase.QUESTIONED, "refused by patch") == counted(
        town, "SELECT count(DISTINCT rtrim(key, replace(key, '/', ''))) FROM refusals"
    )
    assert figure(SeedPhase.QUESTIONED, "refused by patch") > 0
    assert figure(SeedPhase.EXPANDED, "pull requests opened") == len(town.pulls()) == 1
    proposed = counted(town, marks + "stage = 'propose' AND detail LIKE 'filed #%'")
    assert proposed == 1, "after the merge"
    assert figure(SeedPhase.EXPANDED, "issues proposed") == proposed + 1
    assert figure(SeedPhase.SHARED, "receipts published") == 1
    assert figure(SeedPhase.RECEIVED, "merges") == counted(town, journal + "'%/merged'") == 1
    assert figure(SeedPhase.IMPROVED, "parameters moved") == 0

    shared = next(one for one in record.phases if one.phase is SeedPhase.SHARED)
    assert shared.told == (f"journal head {town.records.journal.head()}",)
    improved = next(one for one in record.phases if one.phase is SeedPhase.IMPROVED)
    assert improved.told == ("no parameter moved: nothing is being tried",)

    assert close_run(town.services, "run-1", repo, began) == record, "once told, it stays"
    assert dict(seed_rows(record))["improved"].startswith("0; no parameter moved")

    tokens = counted(
        town, "SELECT sum(input_tokens + cache_read_tokens + cache_write_tokens) FROM charges"
    )
    everything = seed_record(town.records, Period(began, town.clock.now()))
    assert everything.figure(SeedPhase.PERCEIVED, "tokens read") == tokens > 0
    before = seed_record(town.records, Period(began.replace(year=2000), began))
    assert all(one.total == 0 for one in before.phases)

    shown = evolve(town.home, "seed", "--run", "run-1", "--json")
    assert json.loads(shown.stdout) == seed_document(record)
    lines = evolve(town.home, "seed", "--run", "run-1").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(SeedPhase)
    assert evolve(town.home, "seed", "--run", "run-2").exit_code == 2


def test_the_pull_request_and_its_commit_tell_what_the_change_evolves(found: Found):
    town = found()
    issue = town.labelled_issue()
    town.settle()

    body = town.pull().issue.body or ""
    assert "**fix** · tool evolution · 2 files" in body
    assert "| parameters | 3 lessons at most, a stronger model after 2 failed proofs" in body
    commits = town.forge.world.git(town.repo).log(town.repo.default_branch)
    assert "Evolve-Pathway: tool" in commits[0].message
    assigned = town.records.assignments.of(town.task(issue).id, 1)
    assert assigned is not None
    assert assigned.pathway is Pathway.TOOL
    assert assigned.indexed > assigned.shown > 0


def test_a_workflow_change_waits_for_a_person_even_where_the_bot_may_merge(found: Found):
    """The three files make the repository a copy of the bot's own; all else in it is workflow."""
    marks = ("bot/kernel/prompt.py", "bot/engine/attempt.py", "webhooks/receive.py")
    town = found(files=dict.fromkeys(marks, "ONE = 1\n"))
    issue = town.labelled_issue()
    town.settle()

    assert "merge: bot" in town.file(".github/evolve.yml")
    published = town.task(issue).published
    assert published is not None
    assert published.risk is Risk.MEDIUM
    assert not town.pull().merged
    body = town.pull().issue.body or ""
    assert "**fix** · workflow evolution" in body
    assert "workflow: it changes how changes are made and judged" in body
