"""Logs with ids only: an event's name, known keys, and nothing that a document or a person could have written."""

import logging
import sys
import traceback
from json import JSONEncoder
from typing import Final, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

#: The only keys that a log line may carry. Values are ids, codes, counts and durations.
KNOWN_KEYS: Final = frozenset(
    {
        "action",
        "attempts",
        "batch",
        "claims",
        "code",
        "count",
        "digest",
        "document",
        "error",
        "event",
        "exit_code",
        "feeder",
        "frames",
        "layers",
        "level",
        "logger",
        "mode",
        "name",
        "owner",
        "part",
        "pid",
        "problem",
        "retry_seconds",
        "seconds",
        "setting",
        "slots",
        "stage",
        "timestamp",
    }
)

_ENCODER: Final = JSONEncoder(default=repr)


def configure_logging(
    *, json: bool, stream: TextIO | None = None, level: int = logging.INFO, for_good: bool = False
) -> None:
    """Send structlog's and the standard library's records to one stream, through the same filters.

    Verso's own lines go there by themselves: the standard library's road costs a line twice as much.

    Args:
        json: One JSON object a line; otherwise columns for people.
        stream: Where to; standard error by default.
        level: Lowest level that is written.
        for_good: Whether this process goes on so until it ends: then a line costs half as much.
    """
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        where_not_what,
        only_known_keys,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(_as_json) if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=for_good,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[only_the_template, *shared],
            use_get_message=False,
            pass_foreign_args=True,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    for talkative in ("celery", "kombu", "alembic", "pikepdf"):
        logging.getLogger(talkative).setLevel(logging.WARNING)


def _as_json(event: EventDict, **_settings: object) -> str:
    """Return a line by an encoder that is made once, where the library makes one for each."""
    return _ENCODER.encode(event)


def only_known_keys(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop every key that is not known to carry ids, codes or numbers, so that a slip cannot leak a name."""
    kept = {key: value for key, value in event.items() if key in KNOWN_KEYS or key.startswith("_")}
    if len(kept) < len(event):
        kept["problem"] = "unknown-log-key"
    return kept


def only_the_template(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace a foreign library's message by its template: its arguments may quote what they were given."""
    record: logging.LogRecord = event["_record"]
    event["logger"] = record.name
    if not event.pop("positional_args", None):
        event["event"] = "foreign-message"
    return event


def where_not_what(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Turn an exception into its class and the places it passed: its message may quote what it was given."""
    exc_info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if exc_info is True else exc_info
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["error"] = type(error).__qualname__
        event["frames"] = [f"{frame.name}:{frame.lineno}" for frame in frames]
    return event
