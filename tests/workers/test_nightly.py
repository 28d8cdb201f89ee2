"""The window of insurers' nights: their work is sent within it, or while somebody holds the gate open."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from celery import Celery

from documents.arrival import Arrival
from documents.feeder import Feeder, FeederKind
from documents.lane import Lane
from documents.window import Window
from pipelines.receive import receive
from storage.holdings.interface import NIGHTS, Holdings
from storage.holdings.sql import SqlHoldings
from storage.ledger.sql import open_ledger
from tests.fakes import paper
from tests.services.rabbitmq import Rabbitmq
from tests.world import HOSPITAL, Clock, World
from verso.bootstrap import build_holdings, prepare
from verso.settings import Settings, environment_of, load_settings
from verso.telemetry.interface import SILENT
from workers.app import make_app
from workers.courier import Courier
from workers.lanes import queue_of
from workers.nightly import HeldGate, NightWatch, always_open, gate_of
from workers.scheduling import TEND_NIGHTS
from workers.station import Station

INSURER = Feeder(name="assurance", kind=FeederKind.INSURER)
WINDOW = Window.of("22:00-06:00")
EVERY = timedelta(seconds=60)
#: Midday and midnight in France.
DAY, NIGHT = datetime(2026, 3, 14, 11, tzinfo=UTC), datetime(2026, 3, 14, 23, tzinfo=UTC)


@pytest.fixture
def url(migrated_file: Path, tmp_path: Path) -> str:
    """Give a ledger's database."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands at midday."""
    return Clock(time=DAY)


@pytest.fixture
def world(url: str, clock: Clock) -> Iterator[World]:
    """Give a world with its ledger in a file."""
    with closing(open_ledger(url, clock.now)) as ledger:
        yield World(ledger=ledger, clock=clock)


@pytest.fixture
def holdings(url: str, clock: Clock) -> Iterator[Holdings]:
    """Give the register of holdings."""
    with closing(SqlHoldings.opened(url, clock.now)) as register:
        yield register


def watch(holdings: Holdings, clock: Clock, owner: str = "here", window: Window | None = WINDOW) -> NightWatch:
    """Return a watch that notes when it would send."""
    return NightWatch(holdings=holdings, window=window, every=EVERY, owner=owner, now=clock.now, deliver=lambda: None)


def courier(world: World, holdings: Holdings, folder: Path) -> Courier:
    """Return a courier to an embedded broker."""
    settings = load_settings(home=folder)
    app = make_app(settings)
    return Courier(
        app=app, ledger=world.ledger, settings=settings, now=world.clock.now, gate=HeldGate(holdings=holdings)
    )


def test_nights_wait_for_their_window_and_hospitals_do_not(world: World, holdings: Holdings, tmp_path: Path) -> None:
    """P20: what an insurer hands over at noon is sent at night; a hospital's paper at once."""
    carrying, watching = courier(world, holdings, tmp_path), watch(holdings, world.clock)
    receive(Arrival(feeder=INSURER, content=paper("a")), world.services)
    receive(Arrival(feeder=HOSPITAL, content=paper("b")), world.services)
    assert not watching.round()
    assert (carrying.deliver(), carrying.deliver()) == (1, 0)
    world.clock.time = NIGHT
    assert carrying.deliver(timedelta(days=1)) == 0
    assert watching.round()
    assert carrying.deliver(timedelta(days=1)) == 1


def test_the_gate_shuts_with_the_window_and_without_a_scheduler(holdings: Holdings, clock: Clock) -> None:
    """Rounds that do not come let it fall shut by itself, soon; a late one does not."""
    clock.time = NIGHT
    gate = HeldGate(holdings=holdings)
    watch(holdings, clock).round()
    clock.turn(2 * EVERY.total_seconds())
    assert gate()
    clock.turn(2 * EVERY.total_seconds())
    assert not gate()
    watch(holdings, clock).round()
    clock.time = DAY + timedelta(days=1)
    watch(holdings, clock).round()
    assert not gate()


def test_one_at_a_time_holds_the_gate(holdings: Holdings, clock: Clock) -> None:
    """The other finds it open, and goes away; when the first is gone it takes over."""
    clock.time = NIGHT
    assert watch(holdings, clock, "a").round()
    assert not watch(holdings, clock, "b").round()
    clock.turn(3 * EVERY.total_seconds())
    assert watch(holdings, clock, "b").round()


def test_a_person_may_open_the_gate_by_day(holdings: Holdings, clock: Clock) -> None:
    """Told otherwise: and no round shuts what a person opened."""
    assert holdings.take(NIGHTS, "operator:dim", timedelta(hours=1))
    assert not watch(holdings, clock).round()
    assert HeldGate(holdings=holdings)()
    clock.turn(3600)
    assert not HeldGate(holdings=holdings)()


def test_without_a_window_nights_are_sent_at_any_hour(tmp_path: Path, holdings: Holdings, clock: Clock) -> None:
    """As an installation without insurers does, which asks the ledger nothing more for it."""
    assert gate_of(load_settings(home=tmp_path)) is always_open
    assert not watch(holdings, clock, window=None).round()
    assert holdings.held_until(NIGHTS) is None


def _sent(app: Celery, settings: Settings, process: subprocess.Popen[bytes]) -> str:
    """Return the name of the first task that comes to the queue of rounds, and end its sender."""
    deadline, name, rounds = time.monotonic() + 60, "", app.amqp.queues[queue_of(Lane.UPLOAD)]
    try:
        with app.connection_for_read() as connection, connection.SimpleQueue(rounds) as queue:
            while not name:
                assert time.monotonic() < deadline, "no round was sent"
                message = queue.get(timeout=60)
                name = str(message.headers["task"])
                message.ack()
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
    finally:
        process.kill()
        process.wait()
    assert settings.night_round_seconds > 0
    return name


def _scheduler(settings: Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "verso", "scheduler"], env=environment_of(settings))


def test_the_scheduler_sends_its_rounds_on_the_embedded_broker(tmp_path: Path) -> None:
    """Celery's own beat, as a process; it ends in order when told to."""
    settings = load_settings(home=tmp_path, night_round_seconds=0.5, night_window="22:00-06:00")
    with _scheduler(settings) as process:
        assert _sent(make_app(settings), settings, process) == TEND_NIGHTS


def test_the_scheduler_sends_its_rounds_on_rabbitmq(tmp_path: Path, rabbitmq: Rabbitmq) -> None:
    """The same with the broker of production."""
    settings = load_settings(
        home=tmp_path, broker_url=rabbitmq.url(), night_round_seconds=0.5, night_window="22:00-06:00"
    )
    app = make_app(settings)
    with app.connection_for_write() as connection:
        app.amqp.queues[queue_of(Lane.UPLOAD)](connection.default_channel).declare()
    with _scheduler(settings) as process:
        assert _sent(app, settings, process) == TEND_NIGHTS


def test_a_worker_that_takes_a_round_opens_the_gate(tmp_path: Path) -> None:
    """The task as a worker's process does it, over its own stores, within the window."""
    now = datetime.now(ZoneInfo("Europe/Paris"))
    hours = "-".join(f"{now + timedelta(hours=by):%H:%M}" for by in (-1, 1))
    settings = load_settings(home=tmp_path, night_window=hours)
    prepare(settings)
    station = Station(settings, lambda: SILENT)
    station.tend_nights()
    station.close()
    assert build_holdings(settings).held_until(NIGHTS) is not None
