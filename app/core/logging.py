"""Logs: one JSON object a line, or plain lines on a terminal. No personal data, and no values that an error carries."""

import logging
import sys
import traceback
from typing import Any, TextIO

import structlog

from app.core.contention import sqlstate

QUIET = ("httpx", "httpcore", "sqlalchemy.engine", "asyncio", "pgqueuer", "alembic")


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send all loggers, the libraries' too, to one handler on standard error. `level` is a logging level's name."""
    out = stream or sys.stderr
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _errors_without_values,
    ]
    shown: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=True) if out.isatty() else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shown]
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _errors_without_values(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """An error is told by its kind, its SQLSTATE and where it rose: its text may quote a row or a parameter."""
    event.pop("color_message", None)  # uvicorn's second wording of the same
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else given if isinstance(given, BaseException) else None
    if error is None:
        return event
    chain: list[dict[str, Any]] = []
    seen: BaseException | None = error
    while seen is not None:
        frames = traceback.extract_tb(seen.__traceback__)
        chain.append(
            {"kind": type(seen).__qualname__, "at": [f"{f.filename}:{f.lineno} {f.name}" for f in frames[-12:]]}
        )
        seen = seen.__cause__
    event["error"] = chain
    if (state := sqlstate(error)) is not None:
        event["sqlstate"] = state
    return event
