"""Towns for the stories that are told here."""

from tests.engine.conftest import found

__all__ = ["found"]
