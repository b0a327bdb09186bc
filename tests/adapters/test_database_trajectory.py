"""What was said in an attempt is kept once, in its order, and found by its issue."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.adapters.database.engine import open_database
from bot.adapters.database.migrate import migrate
from bot.adapters.database.tasks import SqlTasks
from bot.adapters.database.trajectory import SqlTrajectory
from bot.domain.subject import Repo, Subject
from bot.kernel.values import Usd
from bot.memory.tasks import Admittance
from bot.memory.trajectory import Said

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path):
    url = f"sqlite:///{tmp_path / 'evolve.db'}"
    migrate(url)
    engine = open_database(url)
    yield engine
    engine.dispose()


def test_messages_come_back_in_order_and_a_repeated_step_adds_none(engine):
    subject = Subject(Repo("octo", "hello", 7), 12)
    task = SqlTasks(engine).admit(
        Admittance(subject, "pin", "Sum is wrong", 1, "ada", NOW, 0, Usd.of("1"))
    )
    first = Said(task.id, 1, "turn-1.1:asked", "implement", "claude-opus-5-5", '{"a": 1}', NOW)
    second = replace(first, key="turn-1.1:answered", text='{"b": 2}')
    trajectory = SqlTrajectory(engine)
    for said in (first, second, first):
        trajectory.record(said)
    assert trajectory.of("octo/hello", 12, 1) == (first, second)
    assert trajectory.of("octo/hello", 12, 2) == ()
    assert trajectory.of("octo/other", 12, 1) == ()
