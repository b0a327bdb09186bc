"""What holds for every test."""

import pytest
from hypothesis import HealthCheck, settings

# Both measure by the clock on the wall, which on a busy machine says nothing of the code.
settings.register_profile(
    "busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy machine")

WAITING = frozenset({"test_the_run", "test_kill_and_resume"})
"""They wait for processes of their own for most of their time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What mostly waits begins first, so that at the end nobody is waited for."""
    items.sort(key=lambda item: item.path.stem not in WAITING)
