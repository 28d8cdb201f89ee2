"""Starting: a process that meets a service which is out waits for it, parked, and says so, instead of ending."""

import gc
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, TypeVar

import structlog

from documents.errors import Interrupted, VersoError
from storage.ledger.interface import Ledger
from verso.bootstrap import build_ledger
from verso.health import Process
from verso.settings import Settings
from workers.owner import this_owner
from workers.showing import shown_parked

#: First and longest time between two tries, in seconds: what has come back is used within the latter.
_FIRST: Final = 1.0
_LONGEST: Final = 10.0

_Ready = TypeVar("_Ready")

_log = structlog.get_logger(__name__)


def once_ready(
    process: Process, settings: Settings, prepare: Callable[[], _Ready], pause: Callable[[float], object] = time.sleep
) -> _Ready:
    """Return what a process starts with, as soon as the services that this needs answer.

    What it holds by then it holds for good: that is not looked through for garbage again, which took a fifteenth of
    what a document costs. Until they answer it says in the ledger, if that answers, on its page and in its log what it
    waits for. SIGTERM and SIGINT end it at once: it holds nothing yet.

    Args:
        process: What is starting.
        settings: What the installation sets.
        prepare: Makes what is returned. Tried again and again while it raises `Interrupted`; whatever else it raises
            is not mended by waiting.
        pause: Lets seconds pass.
    """
    try:
        ready = prepare()
    except Interrupted as error:
        ready = _when_it_answers(process, settings, prepare, pause, error.code)
    gc.freeze()
    return ready


def _when_it_answers(
    process: Process,
    settings: Settings,
    prepare: Callable[[], _Ready],
    pause: Callable[[float], object],
    waits_for: str,
) -> _Ready:
    tell = _telling(process, settings)
    with _ending_at_once(), shown_parked(process, settings, lambda: waits_for):
        for tried in range(sys.maxsize):
            seconds = min(_LONGEST, _FIRST * 2.0 ** min(tried, 10)) * random.uniform(0.5, 1.0)
            tell(waits_for)
            _log.error("starts-parked", name=process, code=waits_for, retry_seconds=round(seconds, 1))
            pause(seconds)
            try:
                ready = prepare()
            except Interrupted as error:
                waits_for = error.code
            else:
                break
    _log.warning("starts-at-last", name=process, attempts=tried + 1)
    return ready


def _telling(process: Process, settings: Settings) -> Callable[[str], None]:
    """Return what gives a sign of life that says what is waited for; where the ledger is out the log alone has it."""
    opened: list[Ledger] = []

    def tell(waits_for: str) -> None:
        with suppress(VersoError):
            if not opened:
                opened.append(build_ledger(settings))
            opened[0].beat(process, this_owner(), waits_for)

    return tell


@contextmanager
def _ending_at_once() -> Iterator[None]:
    """Let SIGTERM and SIGINT end the process wherever it is, as an exit without a fault."""
    before = {number: signal.signal(number, lambda *_: sys.exit()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
