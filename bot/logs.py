"""Logging for the whole process: plain lines for people or JSON lines, never with a secret."""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

from bot.kernel.text import redact
from bot.settings import LogStyle

QUIET = ("httpx", "httpx2", "httpcore", "anthropic", "dbos", "alembic", "githubkit", "uvicorn")
"""Libraries whose ordinary chatter is not news."""


def configure(style: LogStyle) -> None:
    """Send everything to standard error in one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without_secrets,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if style is LogStyle.JSON
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _without_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    del logger, method
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}
