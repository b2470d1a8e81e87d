"""Structured logs: one JSON object a line in production, readable lines on one machine."""

import logging
from typing import Any

import structlog


def by_route(record: logging.LogRecord) -> bool:
    """Name the route where Django names the path: paths may hold a name, or the token of a letter."""
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    if isinstance(record.args, tuple) and len(record.args) == 2:
        record.args = (record.args[0], match.route if match else "")
    return True


def logging_config(*, level: str, as_json: bool) -> dict[str, Any]:
    """The LOGGING setting; every record carries what is bound to the request, task or run."""
    renderer = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            }
        },
        "filters": {"by_route": {"()": lambda: by_route}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.server": {"level": "WARNING"},
            # of refusals our own line has the route and the status
            "django.request": {"level": "ERROR", "filters": ["by_route"]},
            "celery.utils.functional": {"level": "WARNING"},
        },
    }
