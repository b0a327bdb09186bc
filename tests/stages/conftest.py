"""A workshop for each test that asks for one."""

from pathlib import Path

import pytest

from tests.stages.lab import Workshop, workshop


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return workshop(tmp_path)
