"""Logs carry ids only, whatever is handed to them."""

import io
import json
import logging
import warnings
from collections.abc import Iterator

import pytest
import structlog

from verso.logging import configure_logging

CANARY = "MARTIN Camille"


@pytest.fixture(params=[False, True], ids=["for now", "for good"])
def lines(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What is logged during a test."""
    stream = io.StringIO()
    kept = logging.getLogger().handlers[:]
    configure_logging(json=True, stream=stream, for_good=request.param)
    yield stream
    logging.getLogger().handlers[:] = kept
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def test_an_event_and_its_ids_are_written(lines: io.StringIO) -> None:
    """One JSON object a line."""
    structlog.get_logger("verso").info("moved", document="ab12", stage="read")
    line = json.loads(lines.getvalue())
    assert (line["event"], line["document"], line["stage"], line["level"]) == ("moved", "ab12", "read", "info")


def test_a_key_that_nobody_vouched_for_is_dropped(lines: io.StringIO) -> None:
    """A slip in a log call cannot leak a name."""
    structlog.get_logger("verso").warning("moved", document="ab12", patient=CANARY)
    assert CANARY not in lines.getvalue()
    assert json.loads(lines.getvalue())["problem"] == "unknown-log-key"


def test_an_exception_is_written_without_its_message(lines: io.StringIO) -> None:
    """Class and places are enough to find a fault; a message may quote a document."""
    try:
        int(CANARY)
    except ValueError as error:
        structlog.get_logger("verso").error("failed", exc_info=error)
    line = json.loads(lines.getvalue())
    assert CANARY not in lines.getvalue()
    assert line["error"] == "ValueError"
    assert line["frames"]


def test_a_library_s_message_is_written_without_its_arguments(lines: io.StringIO) -> None:
    """Celery, kombu and the rest may be handed anything."""
    logging.getLogger("some.library").warning("could not open %s", CANARY)
    logging.getLogger("some.library").error(f"could not open {CANARY}")  # noqa: G004  as careless as libraries are
    assert CANARY not in lines.getvalue()
    assert "could not open %s" in lines.getvalue()


def test_a_warning_of_a_library_is_a_line_like_any_other(
    lines: io.StringIO, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No plain text stands between the JSON objects."""
    monkeypatch.setattr("warnings.filters", [])
    warnings.warn(CANARY, RuntimeWarning, stacklevel=1)
    line = json.loads(lines.getvalue())
    assert (line["logger"], line["level"]) == ("py.warnings", "warning")
    assert CANARY not in lines.getvalue() + capsys.readouterr().err
