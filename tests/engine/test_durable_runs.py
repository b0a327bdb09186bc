"""Runs in the real durable queue: each time once, one at a time, and known while under way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dbos import DBOSClient, run_dbos_database_migrations
from sqlalchemy import Engine as Database
from sqlalchemy import MetaData, Table, create_engine, insert, select, update

from bot.domain.run import Order, Run, run_id
from bot.domain.subject import Repo
from bot.engine.durable_queue import CYCLES, WORKFLOW_VERSION, DurableQueue, unfinished
from bot.engine.schedule import start_due
from bot.kernel.values import Usd
from tests.engine.conftest import Found

EIGHT = datetime(2026, 11, 25, 8, tzinfo=UTC)
REPO, OTHER = Repo("octo", "hello", 7), Repo("octo", "hello-world", 7)


def order(repo: Repo, hours: int = 0, breaking: bool = False) -> Order:
    at = EIGHT + timedelta(hours=hours)
    return Order(Run(run_id(repo.full, at), Usd.of("2.00"), breaking), 3)


@dataclass
class Engines:
    """The durable engine's database as several processes see it."""

    url: str
    database: Database

    def __post_init__(self) -> None:
        self.clients = [DBOSClient(system_database_url=self.url, lazy=True) for _ in range(2)]
        self.one, self.two = (DurableQueue(client, WORKFLOW_VERSION) for client in self.clients)

    def table(self, name: str) -> Table:
        return Table(name, MetaData(), autoload_with=self.database)

    def mark(self, run: str, status: str) -> None:
        """What the engine writes down when a run begins, is put back, or is over."""
        table = self.table("workflow_status")
        with self.database.begin() as connection:
            connection.execute(
                update(table).where(table.c.workflow_uuid == run).values(status=status)
            )

    def step(self, run: str) -> None:
        """The run has ended its first step."""
        row = {"workflow_uuid": run, "function_id": 1, "function_name": "begin"}
        with self.database.begin() as connection:
            connection.execute(insert(self.table("operation_outputs")).values(row))

    def queued(self) -> list[tuple[str, str, str]]:
        table = self.table("workflow_status")
        columns = (table.c.workflow_uuid, table.c.queue_name, table.c.queue_partition_key)
        with self.database.connect() as connection:
            return [tuple(row) for row in connection.execute(select(*columns))]


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Engines]:
    url = f"sqlite:///{tmp_path}/evolve.db"
    run_dbos_database_migrations(system_database_url=url)
    built = Engines(url, create_engine(url))
    yield built
    for client in built.clients:
        client.destroy()
    built.database.dispose()


def test_two_workers_and_a_restart_put_each_time_in_once(found: Found, engines: Engines):
    town = found()
    for number, queue in enumerate((engines.one, engines.two, engines.one)):
        at = EIGHT + timedelta(minutes=number)
        assert start_due(town.services, queue, "0 */8 * * *", at) == 1
    name = town.installed.full
    assert engines.queued() == [(run_id(name, EIGHT), CYCLES, name)]
    later = EIGHT + timedelta(hours=8)
    start_due(town.services, engines.two, "0 */8 * * *", later)
    assert {one for one, _, _ in engines.queued()} == {run_id(name, EIGHT), run_id(name, later)}


def test_a_run_has_its_repository_from_its_first_step_to_its_last(engines: Engines):
    wanted = order(REPO, breaking=True)
    engines.one.cycle(REPO, wanted)
    assert engines.two.run_in(REPO) is None, "it was only asked for"
    engines.mark(wanted.run.id, "PENDING")
    assert engines.two.run_in(REPO) == wanted.run
    assert engines.two.run_in(OTHER) is None
    engines.step(wanted.run.id)
    engines.mark(wanted.run.id, "ENQUEUED")
    assert engines.two.run_in(REPO) == wanted.run, "a restart puts it back, in the middle"
    engines.mark(wanted.run.id, "SUCCESS")
    assert engines.two.run_in(REPO) is None


def test_a_run_of_another_version_of_the_engine_has_nothing(engines: Engines):
    old = DurableQueue(engines.clients[0], "0")
    old.cycle(REPO, order(REPO))
    engines.mark(order(REPO).run.id, "PENDING")
    assert engines.one.run_in(REPO) is None


def test_the_oldest_run_that_was_cut_off_is_the_one_to_go_on_with(engines: Engines):
    for hours in (0, 8):
        engines.one.cycle(REPO, order(REPO, hours))
    assert unfinished(engines.url, engines.database, REPO.full) == order(REPO)
    assert unfinished(engines.url, engines.database, OTHER.full) is None


def test_names_that_look_alike_to_a_database_are_not_mixed_up(engines: Engines):
    dashed, scored = Repo("octo", "my-repo", 7), Repo("octo", "my_repo", 7)
    engines.one.cycle(dashed, order(dashed))
    engines.mark(order(dashed).run.id, "PENDING")
    assert engines.one.run_in(scored) is None
    assert engines.one.run_in(dashed) == order(dashed).run


def test_nothing_is_waited_for_that_no_engine_of_this_version_will_ever_do(engines: Engines):
    assert engines.one.wait("ticket:nobody:1") == "the engine does not know it"
    DurableQueue(engines.clients[0], "0").take("ticket:old:1")
    assert engines.one.wait("ticket:old:1") == "it waits for another version of the bot"


def test_where_no_engine_was_ever_started_there_is_no_run(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/new.db"
    database = create_engine(url)
    assert unfinished(url, database, REPO.full) is None
    database.dispose()
