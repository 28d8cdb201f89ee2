"""Running: the processes of an installation, each alone in its loop: worker, courier, watcher, caretaker, scheduler."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Final

import structlog
from celery import Celery
from celery.signals import worker_process_shutdown

from documents.errors import KeysUnavailable, ObjectsUnavailable, Tampered, WrongSetting
from documents.lane import Lane
from feeders.inbox.interface import Inbox, InboxState
from storage.ledger.interface import Ledger
from verso.bootstrap import (
    build_antivirus,
    build_archive,
    build_ledger,
    build_services,
    now,
    prepare_ledger,
    prepare_to_stay,
    ready_to_stay,
)
from verso.health import Process
from verso.intake import open_inboxes, open_outbox
from verso.settings import Settings
from verso.telemetry.gauges import AntivirusGauges, InboxGauges, LedgerGauges, NightGauges
from workers.app import make_app
from workers.caretaking import Caretaker, caretaker_of
from workers.courier import Courier
from workers.lanes import queue_of
from workers.listening import keep_listening
from workers.nightly import gate_of
from workers.pulsing import Pulse
from workers.scheduling import register_nights, scheduled
from workers.showing import shown, shown_worker
from workers.spool import is_spool
from workers.starting import once_ready
from workers.station import Station
from workers.submit import open_counter
from workers.tasks import register
from workers.watching import Watcher

#: How long a message may be on its way before a worker with nothing to do asks itself whether it is deaf.
_UNHEARD_AFTER: Final = timedelta(seconds=15)

_log = structlog.get_logger(__name__)


def run_worker(settings: Settings, lanes: Sequence[Lane] = tuple(Lane)) -> None:
    """Work on some lanes until told to stop: SIGTERM finishes what is at hand and gives the rest back.

    Where stores or keys are out it starts all the same, and its work is parked: what they must show, they show before
    the first piece of it. For the ledger it waits.
    """
    app = make_app(settings)
    ledger, owed = once_ready(Process.WORKER, settings, partial(_ready_to_work, settings, app))
    if settings.antivirus_url is None:
        _log.warning("antivirus-is-off", setting="VERSO_ANTIVIRUS_URL")
    with shown_worker(settings, ledger) as watch, Pulse(vitals=ledger, process=Process.WORKER).beating():
        _work(settings, app, ledger, Station(settings, watch, owed), lanes)


def _ready_to_work(settings: Settings, app: Celery) -> tuple[Ledger, Callable[[], None] | None]:
    """Return a worker's ledger, and what it owes before its first work.

    Raises:
        LedgerUnavailable: Nothing can be parked without it.
        BrokerUnavailable: The embedded broker's folder takes nothing.
    """
    owed = None
    try:
        prepare_to_stay(settings)
    except (ObjectsUnavailable, KeysUnavailable) as error:
        _log.error("starts-parked", name=Process.WORKER, code=error.code)
        owed = partial(_prepare_late, settings)
    ledger = build_ledger(settings)
    if is_spool(settings.broker):
        # The embedded broker forgets what a killed worker had taken and not begun: all that nobody works on is sent
        # again. What still waits there is then sent twice, which does nothing.
        courier = Courier(app=app, ledger=ledger, settings=settings, now=now, gate=gate_of(settings))
        courier.deliver(resend_after=timedelta(0))
    return ledger, owed


def _prepare_late(settings: Settings) -> None:
    """Do what could not be done at the start. What would have kept the worker from starting keeps it from working.

    Raises:
        WrongSetting: As for `prepare_to_stay`, or what rests of an erasure was altered: no document is at fault.
        Interrupted: As for `prepare_to_stay`.
    """
    try:
        prepare_to_stay(settings)
    except Tampered as error:
        raise WrongSetting(error.subject) from error


def _work(settings: Settings, app: Celery, ledger: Ledger, station: Station, lanes: Sequence[Lane]) -> None:
    register(app, lambda: station.performer)
    register_nights(app, station.tend_nights)
    keep_listening(app, lambda: ledger.unheard(_UNHEARD_AFTER, lanes))
    worker_process_shutdown.connect(lambda **_: station.close(), weak=False)
    _log.info("worker-started", slots=settings.concurrency, mode=settings.mode)
    app.worker_main(
        [
            "--quiet",
            "worker",
            "--pool=prefork",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            f"--queues={','.join(map(queue_of, lanes))}",
        ]
    )


def run_courier(settings: Settings) -> None:
    """Carry due work to the broker until told to stop."""
    ledger = once_ready(Process.COURIER, settings, partial(_ready_to_carry, settings))
    with shown(Process.COURIER, settings, ledger) as telemetry:
        courier = Courier(
            app=make_app(settings),
            ledger=ledger,
            settings=settings,
            now=now,
            telemetry=telemetry,
            gate=gate_of(settings),
        )
        _log.info("courier-started", mode=settings.mode)
        courier.run(_until_told(), Pulse(vitals=ledger, process=Process.COURIER).beat)


def run_watcher(settings: Settings) -> None:
    """Watch the inboxes until told to stop."""
    ledger, inboxes = once_ready(Process.WATCHER, settings, partial(_ready_to_watch, settings))
    states: dict[str, InboxState] = {}
    with shown(Process.WATCHER, settings, ledger, InboxGauges(states)) as telemetry:
        services = build_services(settings, telemetry, ledger)
        watcher = Watcher(
            inboxes=inboxes,
            counter=open_counter(services, settings, telemetry),
            outbox=partial(open_outbox, settings),
            every=settings.scan_seconds,
            longest_wait=timedelta(seconds=settings.longest_wait_seconds),
            windowed=settings.window is not None,
            noted=states if settings.metrics_ports else None,
        )
        _log.info("watcher-started", count=len(watcher.inboxes), mode=settings.mode)
        watcher.run(_until_told(), Pulse(vitals=ledger, process=Process.WATCHER).beat)


def _ready_to_watch(settings: Settings) -> tuple[Ledger, Sequence[Inbox]]:
    ledger = ready_to_stay(settings)
    return ledger, open_inboxes(settings, ledger)


def _ready_to_carry(settings: Settings) -> Ledger:
    prepare_ledger(settings)
    return build_ledger(settings)


def run_scheduler(settings: Settings) -> None:
    """Send a message for each round of what is done by the clock, until told to stop."""
    ledger = once_ready(Process.SCHEDULER, settings, partial(_ready_to_carry, settings))
    beat = scheduled(make_app(settings), settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: beat.stop())
    with shown(Process.SCHEDULER, settings, ledger), Pulse(vitals=ledger, process=Process.SCHEDULER).beating():
        _log.info("scheduler-started", mode=settings.mode)
        beat.start()


def run_caretaker(settings: Settings) -> None:
    """Look after what rests until told to stop."""
    ledger = once_ready(Process.CARETAKER, settings, partial(ready_to_stay, settings))
    with caretaking(settings, ledger) as caretaker:
        _log.info("caretaker-started", mode=settings.mode)
        caretaker.run(_until_told())


@contextmanager
def caretaking(settings: Settings, ledger: Ledger) -> Iterator[Caretaker]:
    """Give a caretaker that shows what stands in the ledger."""
    nights = NightGauges(ledger, now, settings.insurers, settings.expected)
    antivirus = AntivirusGauges(build_antivirus(settings), now)
    with shown(Process.CARETAKER, settings, ledger, LedgerGauges(ledger, now), nights, antivirus) as telemetry:
        archive = build_archive(settings, telemetry)
        pulse = Pulse(vitals=ledger, process=Process.CARETAKER)
        yield caretaker_of(ledger, archive, now, settings, pulse)


def _until_told() -> Callable[[], bool]:
    """Return whether SIGTERM or SIGINT has come."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    return told.is_set
