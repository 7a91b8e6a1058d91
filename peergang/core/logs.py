"""Structured logs on standard output, the same for web, workers and commands, and for the libraries that log through stdlib."""

import logging
import sys
from typing import Any, TextIO

import structlog

Processor = Any

SHARED: list[Processor] = [
    # The request id, which web/observe.py binds.
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
"""What every line gets, whoever writes it."""


class _Output(logging.StreamHandler[TextIO]):
    """Standard output as it is at the moment of writing, which a test or a shell may have put elsewhere."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stdout


def configure_logging(log_format: str) -> None:
    """Write JSON in production and readable text elsewhere, with colours only where a person is watching.

    One handler on the root logger writes everything: our own lines come in as they are, those of Flask, Celery, the limiter
    and SQLAlchemy go through the same steps first.
    """
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_writing(log_format)],
    )
    handler = _Output()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for old in [
        one for one in root.handlers if isinstance(one.formatter, structlog.stdlib.ProcessorFormatter)
    ]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _writing(log_format: str) -> list[Processor]:
    if log_format == "json":
        # A traceback as one string: what a program's variables hold has no place in a log.
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), exception_formatter=plain)]
