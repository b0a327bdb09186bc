"""A run that was cut off goes on, if it may not do more than was asked for this time."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from dbos import DBOSClient, run_dbos_database_migrations

from bot.cli.run_order import NotRun, order_for
from bot.compose import open_records
from bot.domain.run import Order, Run, run_id
from bot.engine.durable_queue import WORKFLOW_VERSION, DurableQueue
from bot.kernel.values import Usd
from bot.settings import Settings, read_settings
from tests.adapters.databases import REPO
from tests.cli.commands import records_in

THEN = datetime(2026, 11, 25, 8, tzinfo=UTC)


def asked(tmp_path: Path, changes: int, dollars: str) -> tuple[Order, list[str]]:
    settings = read_settings({"EVOLVE_HOME": str(tmp_path)})
    assert isinstance(settings, Settings)
    records, said = open_records(settings), list[str]()
    try:
        wanted = Order(Run("", Usd.of(dollars)), changes)
        return order_for(settings, records, REPO, wanted, said.append), said
    finally:
        records.database.dispose()


def cut_off(tmp_path: Path, changes: int, dollars: str, breaking: bool = False) -> Order:
    settings = read_settings({"EVOLVE_HOME": str(tmp_path)})
    assert isinstance(settings, Settings)
    records_in(tmp_path).database.dispose()
    run_dbos_database_migrations(system_database_url=settings.database_url)
    client = DBOSClient(system_database_url=settings.database_url, lazy=True)
    order = Order(Run(run_id(REPO.full, THEN), Usd.of(dollars), breaking), changes)
    DurableQueue(client, WORKFLOW_VERSION).cycle(REPO, order)
    client.destroy()
    return order


def test_without_one_before_it_a_run_is_a_new_one(tmp_path: Path):
    order, said = asked(tmp_path, 3, "2.00")
    assert order.run.id.startswith(f"cycle:{REPO.full}:")
    assert "at most 3 changes and $2.00" in said[0]


@pytest.mark.parametrize(("changes", "dollars"), [(3, "2.00"), (5, "2.50")])
def test_one_that_was_cut_off_goes_on_within_what_is_asked_for_now(tmp_path, changes, dollars):
    before = cut_off(tmp_path, 3, "2.00")
    order, said = asked(tmp_path, changes, dollars)
    assert order == before
    assert "goes on" in said[0]


@pytest.mark.parametrize(("changes", "dollars"), [(3, "1.99"), (2, "2.00")])
def test_one_that_may_do_more_than_is_asked_for_now_does_not_go_on(tmp_path, changes, dollars):
    cut_off(tmp_path, 3, "2.00")
    with pytest.raises(NotRun, match=r"--max-changes 3 --budget 2\.00"):
        asked(tmp_path, changes, dollars)


def test_what_is_breaking_is_not_gone_on_with_unless_a_person_says_so_again(tmp_path: Path):
    cut_off(tmp_path, 3, "2.00", breaking=True)
    with pytest.raises(NotRun, match="--breaking"):
        asked(tmp_path, 3, "2.00")
