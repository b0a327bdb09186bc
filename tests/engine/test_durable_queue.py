"""The durable queue's own view of what is in it."""

from pathlib import Path

import pytest
from dbos import DBOSClient, run_dbos_database_migrations

from bot.domain.subject import Repo, Subject
from bot.engine.durable_queue import DurableQueue


@pytest.fixture
def client(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'evolve.db'}"
    run_dbos_database_migrations(system_database_url=url)
    opened = DBOSClient(system_database_url=url, lazy=True)
    yield opened
    opened.destroy()


def test_what_another_version_began_is_left_behind_until_it_is_over(client: DBOSClient):
    old, new = DurableQueue(client, "1"), DurableQueue(client, "2")
    subject = Subject(Repo("octo", "hello", 7), 12)
    old.reconcile(subject, "a")
    old.reconcile(subject, "b")
    new.reconcile(subject, "c")
    assert (old.left_behind(), new.left_behind()) == (1, 2)
    client.cancel_workflow(f"reconcile:{subject}:a")
    assert new.left_behind() == 1
