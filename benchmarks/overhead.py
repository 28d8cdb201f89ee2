"""What a one-page document costs beside reading, on the production stack, beside a Celery task that does nothing.

Both are done in turns, in several rounds, and the middle one counts: what else runs on a host comes and goes.
"""

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Final

from celery import Celery
from rich.console import Console
from rich.table import Table

from documents.arrival import Arrival
from documents.feeder import Feeder, FeederKind
from documents.lane import Lane
from documents.stage import Stage
from pipelines.receive import receive
from pipelines.services import Services
from storage.ledger.interface import Ledger
from storage.ledger.migration import migrate
from tests.fakes import paper, plain_skills
from tests.services.postgresql import running_postgresql
from tests.services.rabbitmq import running_rabbitmq
from tests.services.seaweedfs import running as running_seaweedfs
from verso.bootstrap import build_archive, build_ledger, create_key, now
from verso.logging import configure_logging
from verso.settings import Settings, environment_of, load_settings
from workers.app import make_app
from workers.breaking import breakers_of
from workers.lanes import queue_of
from workers.owner import this_owner
from workers.performing import Performer
from workers.retrying import patience_of
from workers.running import run_courier
from workers.tasks import register

#: Most CPU that a document may cost beside reading, in milliseconds.
_MOST: Final = 15.0
#: How often documents and tasks that do nothing take turns.
_ROUNDS: Final = 9
#: Tasks that do nothing for each document: what cost one could tell nothing by.
_TASKS_A_DOCUMENT: Final = 4
#: Documents by which everything is made ready before the first round.
_WARM: Final = 10
_NOTHING: Final = "bench.nothing"
_SECONDS_A_TICK: Final = 1 / os.sysconf("SC_CLK_TCK")
_PROGRAM: Final = "import sys; from benchmarks.overhead import work; work(sys.argv[1])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a round cost, for each of its documents or tasks."""

    #: Milliseconds of CPU of Verso's or the peer's own processes, by what they do.
    own: dict[str, float]
    #: Milliseconds of CPU of the three servers together.
    servers: float
    per_second: float

    @property
    def total(self) -> float:
        """Milliseconds of CPU of all processes but the servers."""
        return sum(self.own.values())


def _middle(rounds: Sequence[Cost]) -> Cost:
    """Return, of each figure, what half of the rounds are below."""
    return Cost(
        own={part: median(cost.own[part] for cost in rounds) for part in rounds[0].own},
        servers=median(cost.servers for cost in rounds),
        per_second=median(cost.per_second for cost in rounds),
    )


def main(argv: Sequence[str]) -> int:
    """Run documents without reading and tasks without work in turns, on the same servers; print what each cost."""
    parser = argparse.ArgumentParser(prog="bench overhead", description=__doc__)
    parser.add_argument("--documents", type=int, default=80, help="in each round")
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    options = parser.parse_args(argv)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers, settings = _stack(stack, folder)
        with _running(settings, "worker") as worker, _running(settings, "courier") as courier:
            bench = _Bench(settings=settings, servers=servers, worker=worker, courier=courier)
            bench.documents(_WARM)
            # Whatever was loaded by then is not walked through again: as in a process that takes papers in.
            gc.freeze()
            rounds = [
                (bench.documents(options.documents), bench.nothings(_TASKS_A_DOCUMENT * options.documents))
                for _ in range(options.rounds)
            ]
    return _tell([documents for documents, _ in rounds], [nothing for _, nothing in rounds])


def work(role: str) -> None:
    """Be one of the processes that are measured, writing its log as in production: runs in a process of its own."""
    configure_logging(json=True, for_good=True)
    settings = load_settings()
    if role == "courier":
        run_courier(settings)
        return
    app = _app(settings)
    register(app, _performer_of(settings))
    options = ["--pool=prefork", "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=ERROR"]
    app.worker_main(["--quiet", "worker", *options])


def _app(settings: Settings) -> Celery:
    """Return Verso's own application, with a task that does nothing beside its own."""
    app = make_app(settings)

    @app.task(name=_NOTHING)  # type: ignore[untyped-decorator]  # Celery is not annotated
    def nothing(_number: int) -> None:
        return

    return app


def _performer_of(settings: Settings) -> Callable[[], Performer]:
    """Return what gives each process its performer: everything but reading is real."""

    @cache
    def performer() -> Performer:
        services = _services(settings)
        # As `workers.station` does; and, where documents are received, `workers.starting`.
        gc.freeze()
        return Performer(
            services=services,
            patience=patience_of(settings),
            owner=this_owner(),
            lease=settings.lease,
            breakers=breakers_of(services),
        )

    return performer


def _services(settings: Settings) -> Services:
    return Services(
        skills=plain_skills(),
        archive=build_archive(settings),
        ledger=build_ledger(settings),
        now=now,
        largest_original=settings.largest_original,
        pages_per_part=settings.pages_per_part,
    )


def _stack(stack: ExitStack, folder: Path) -> tuple[Sequence[int], Settings]:
    """Start the servers; return their processes, and settings that lead to them."""
    before = {*_beneath(os.getpid())}
    postgresql = stack.enter_context(running_postgresql())
    rabbitmq = stack.enter_context(running_rabbitmq())
    seaweedfs = stack.enter_context(running_seaweedfs(folder))
    servers = sorted({*_beneath(os.getpid())} - before)
    buckets = [seaweedfs.bucket(name) for name in ("envelopes", "keyring")]
    at = f"?endpoint={seaweedfs.endpoint}&region={buckets[0].region}&style=path"
    create_key(folder / "master.key")
    migrate(postgresql.url())
    settings = load_settings(
        home=folder / "home",
        ledger_url=postgresql.url(),
        broker_url=rabbitmq.url(),
        objects_url=f"s3://envelopes{at}",
        keyring_url=f"s3://keyring{at}",
        s3_access_key=buckets[0].access_key,
        s3_secret_key=buckets[0].secret_key,
        key_file=folder / "master.key",
        slots=2,
    )
    return servers, settings


@contextmanager
def _running(settings: Settings, role: str) -> Iterator[int]:
    """Run one of the processes; give its number."""
    command = [sys.executable, "-W", "ignore", "-c", _PROGRAM, role]
    with subprocess.Popen(command, env=environment_of(settings), stderr=subprocess.DEVNULL) as process:
        try:
            yield process.pid
        finally:
            process.terminate()


class _Bench:
    """A worker and a courier at work, and what gives them some."""

    def __init__(self, settings: Settings, servers: Sequence[int], worker: int, courier: int) -> None:
        """Know whose CPU is counted, by the numbers of their processes."""
        self._services, self._app = _services(settings), _app(settings)
        self._feeder = Feeder(name="hospital", kind=FeederKind.HOSPITAL)
        self._servers, self._worker, self._courier = servers, worker, courier
        self._received = 0

    def documents(self, count: int) -> Cost:
        """Receive documents here, let the courier carry and the worker do them; count every process's time."""

        def give() -> None:
            for number in range(self._received, self._received + count):
                receive(Arrival(feeder=self._feeder, content=paper(f"number {number}")), self._services)
            self._received += count

        here, courier, worker, servers, seconds = self._measured(
            give, lambda: _wait(self._services.ledger, self._received), count
        )
        own = {"receive": here, "courier": courier, "worker": worker}
        return Cost(own=own, servers=servers, per_second=1 / seconds)

    def nothings(self, count: int) -> Cost:
        """Let the same worker on the same broker do nothing so often."""
        lane = queue_of(Lane.INBOX)
        with self._app.producer_or_acquire() as producer:

            def give() -> None:
                for number in range(count):
                    self._app.send_task(_NOTHING, args=[number], queue=lane, producer=producer, mandatory=True)

            here, _, worker, servers, seconds = self._measured(give, lambda: _wait_for_queue(self._app, lane), count)
        return Cost(own={"publish": here, "worker": worker}, servers=servers, per_second=1 / seconds)

    def _measured(self, give: Callable[[], object], wait: Callable[[], object], count: int) -> list[float]:
        """Give work and wait for its end; return what each piece cost: `_spent` in milliseconds, and seconds in all.

        What waiting costs here is not counted.
        """
        before, started = self._spent(), time.monotonic()
        give()
        here = _spent([os.getpid()])
        wait()
        elapsed = time.monotonic() - started
        after = [here, *self._spent()[1:]]
        spent = [(late - early) * 1000 / count for early, late in zip(before, after, strict=True)]
        return [*spent, elapsed / count]

    def _spent(self) -> list[float]:
        """Return the CPU seconds spent here, by the courier, by the worker and by the servers."""
        return [_spent(each) for each in ([os.getpid()], [self._courier], [self._worker], self._servers)]


def _wait(ledger: Ledger, count: int) -> None:
    while ledger.counts()[Stage.STORED] < count:
        time.sleep(0.2)


def _wait_for_queue(app: Celery, queue: str) -> None:
    """Wait until every message is taken and its work done: with late acknowledgement none is left then."""
    with app.connection_for_write() as connection:
        channel = connection.default_channel
        while (declared := channel.queue_declare(queue, passive=True)).message_count or not declared.consumer_count:
            time.sleep(0.05)


def _spent(processes: Sequence[int]) -> float:
    """Return the CPU seconds of processes with all beneath them, those that ended included."""
    total = 0.0
    for process in {*processes, *(child for each in processes if each != os.getpid() for child in _beneath(each))}:
        with suppress(OSError):
            fields = Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()
            total += sum(map(int, fields[11:15])) * _SECONDS_A_TICK
    return total


def _beneath(process: int) -> list[int]:
    """Return the processes beneath one."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, left = [], [process]
    while left:
        children = parents.get(left.pop(), [])
        found += children
        left += children
    return found


def _tell(documents: Sequence[Cost], nothings: Sequence[Cost]) -> int:
    table = Table("", "CPU ms each", "lowest to highest", "of the servers", "each second")
    for name, rounds in (("a document, without reading", documents), ("a Celery task that does nothing", nothings)):
        cost, totals = _middle(rounds), sorted(each.total for each in rounds)
        own = ", ".join(f"{part} {spent:.1f}" for part, spent in cost.own.items())
        span = f"{totals[0]:.1f} to {totals[-1]:.1f}"
        table.add_row(name, f"{median(totals):.1f} ({own})", span, f"{cost.servers:.1f}", f"{cost.per_second:.1f}")
    Console(width=120).print(table)
    cost, nothing = _middle(documents), _middle(nothings)
    total = median(each.total for each in documents)
    figures = {
        "cpu_ms": round(total, 2),
        "cpu_ms_of_rounds": [round(each.total, 2) for each in documents],
        "cpu_ms_by_part": {name: round(spent, 2) for name, spent in cost.own.items()},
        "servers_cpu_ms": round(cost.servers, 2),
        "docs_per_second": round(cost.per_second, 1),
        "noop_per_second": round(nothing.per_second, 1),
        "noop_cpu_ms": round(nothing.total, 2),
        "ratio_to_noop": round(median(d.total / n.total for d, n in zip(documents, nothings, strict=True)), 1),
        "met": total <= _MOST,
    }
    print(json.dumps(figures))
    return 0 if figures["met"] else 1
