"""Running: the processes of an installation, each alone in its loop: worker, courier, watcher, caretaker."""

import signal
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Final

import structlog
from celery.signals import worker_process_shutdown

from documents.lane import Lane
from pipelines.services import Services
from verso.bootstrap import (
    build_archive,
    build_ledger,
    build_services,
    close_skills,
    now,
    prepare_ledger,
    prepare_to_stay,
)
from verso.intake import open_inboxes
from verso.release import release_of
from verso.settings import Settings
from workers.app import make_app
from workers.breaking import breakers_of
from workers.caretaking import caretaker_of
from workers.courier import Courier
from workers.lanes import queue_of
from workers.listening import keep_listening
from workers.owner import this_owner
from workers.performing import Performer
from workers.retrying import patience_of
from workers.spool import is_spool
from workers.submit import open_counter
from workers.tasks import register
from workers.watching import Watcher

#: How long a message may be on its way before a worker with nothing to do asks itself whether it is deaf.
_UNHEARD_AFTER: Final = timedelta(seconds=15)

_log = structlog.get_logger(__name__)


class Station:
    """What one process of the pool works with; built at its first task, so that nothing crosses the fork."""

    def __init__(self, settings: Settings) -> None:
        """Remember the settings. Opens nothing."""
        self._settings = settings

    @cached_property
    def performer(self) -> Performer:
        """The performer of this process."""
        services = build_services(self._settings)
        return Performer(
            services=services,
            patience=patience_of(self._settings),
            owner=this_owner(),
            lease=self._settings.lease,
            breakers=breakers_of(services),
            release=release_of(self._settings, services.archive),
            made_due=self.courier_of(services).hurry,
        )

    def courier_of(self, services: Services) -> Courier:
        """Return a courier that sends on what a task has made due, without waiting for the next round."""
        return Courier(app=make_app(self._settings), ledger=services.ledger, settings=self._settings, now=services.now)

    def close(self) -> None:
        """End the confined readers of this process, if it ever started any."""
        if "performer" in self.__dict__:
            close_skills(self.performer.services.skills)


def run_worker(settings: Settings, lanes: Sequence[Lane] = tuple(Lane)) -> None:
    """Work on some lanes until told to stop: SIGTERM finishes what is at hand and gives the rest back."""
    prepare_to_stay(settings)
    app = make_app(settings)
    station = Station(settings)
    register(app, lambda: station.performer)
    ledger = build_ledger(settings)
    keep_listening(app, lambda: ledger.unheard(_UNHEARD_AFTER, lanes))
    if is_spool(settings.broker):
        # The embedded broker forgets what a killed worker had taken and not begun: all that nobody works on is sent
        # again. What still waits there is then sent twice, which does nothing.
        Courier(app=app, ledger=ledger, settings=settings, now=now).deliver(resend_after=timedelta(0))
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
    prepare_ledger(settings)
    courier = Courier(app=make_app(settings), ledger=build_ledger(settings), settings=settings, now=now)
    _log.info("courier-started", mode=settings.mode)
    courier.run(_until_told())


def run_watcher(settings: Settings) -> None:
    """Watch the inboxes until told to stop."""
    prepare_to_stay(settings)
    services = build_services(settings)
    watcher = Watcher(
        inboxes=open_inboxes(settings, services.ledger),
        counter=open_counter(services, settings),
        answers=settings.answers,
        every=settings.scan_seconds,
        longest_wait=timedelta(seconds=settings.longest_wait_seconds),
    )
    _log.info("watcher-started", count=len(watcher.inboxes), mode=settings.mode)
    watcher.run(_until_told())


def run_caretaker(settings: Settings) -> None:
    """Look after what rests until told to stop."""
    prepare_to_stay(settings)
    archive = build_archive(settings)
    caretaker = caretaker_of(build_ledger(settings, archive.masters), archive, now, settings)
    _log.info("caretaker-started", mode=settings.mode)
    caretaker.run(_until_told())


def _until_told() -> Callable[[], bool]:
    """Return whether SIGTERM or SIGINT has come."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    return told.is_set
