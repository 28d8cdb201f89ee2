"""Brokers that need no server, under the same worker: messages a second, and what SIGKILL costs each."""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from celery import Celery
from rich.console import Console
from rich.table import Table

from verso.settings import Settings
from workers.app import make_app

#: Program of the worker: its arguments are the kind of broker and the folder.
_WORKER: Final = "import sys; from benchmarks.brokers import work; work(sys.argv[1], sys.argv[2])"
_KINDS: Final = ("spool", "sqlalchemy")
#: Seconds without a new message after which a worker is taken to have nothing left.
_QUIET: Final = 6.0
_KILLS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a run's messages."""

    published_per_second: float
    consumed_per_second: float
    lost: int
    doubled: int


def main(argv: Sequence[str]) -> int:
    """Measure each broker, undisturbed and under kills, in turn; print the figures."""
    parser = argparse.ArgumentParser(prog="bench brokers", description=__doc__)
    parser.add_argument("--messages", type=int, default=600, help="messages in each run")
    messages = parser.parse_args(argv).messages
    outcomes = {(kind, kills): run(kind, messages, kills) for kills in (0, _KILLS) for kind in _KINDS}
    table = Table("broker", "SIGKILLs", "published/s", "consumed/s", "lost", "doubled", title=f"{messages} messages")
    for (kind, kills), found in outcomes.items():
        rates = (f"{found.published_per_second:.0f}", f"{found.consumed_per_second:.0f}")
        table.add_row(kind, str(kills), *rates, str(found.lost), str(found.doubled))
    Console(width=100).print(table)
    ratio = outcomes["spool", 0].consumed_per_second / outcomes["sqlalchemy", 0].consumed_per_second
    figures = {
        "consumed_ratio": round(ratio, 2),
        "lost_under_kills": {kind: outcomes[kind, _KILLS].lost for kind in _KINDS},
        "doubled_under_kills": {kind: outcomes[kind, _KILLS].doubled for kind in _KINDS},
        "met": ratio >= 1.0,
    }
    print(json.dumps(figures))
    return 0 if figures["met"] else 1


def application(kind: str, folder: Path) -> Celery:
    """Return Verso's own application on one of the brokers, with a task that notes its number and nothing else."""
    app = make_app(Settings(broker_url=f"filesystem://{folder / 'spool'}", slots=2))  # type: ignore[arg-type]
    if kind == "sqlalchemy":
        app.conf.update(
            broker_transport="sqlalchemy",
            broker_url=f"sqla+sqlite:///{folder / 'broker.db'}",
            broker_transport_options={},
        )

    @app.task(name="bench.note")  # type: ignore[untyped-decorator]  # Celery is not annotated
    def note(number: int) -> None:
        descriptor = os.open(folder / "notes", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(descriptor, f"{number} {time.monotonic()}\n".encode())
        os.close(descriptor)

    return app


def work(kind: str, folder: str) -> None:
    """Be the worker: runs in a process of its own."""
    options = ["--pool=prefork", "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=ERROR"]
    application(kind, Path(folder)).worker_main(["--quiet", "worker", *options])


def run(kind: str, messages: int, kills: int) -> Outcome:
    """Publish messages to a worker that is killed now and then, until nothing more comes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = application(kind, folder)
        worker = _start(kind, folder)
        app.send_task("bench.note", args=[-1])
        while not _notes(folder):
            time.sleep(0.1)
        started = time.monotonic()
        for number in range(messages):
            app.send_task("bench.note", args=[number])
        published = messages / (time.monotonic() - started)
        last, done, killed = time.monotonic(), 1, 0
        while time.monotonic() - last < _QUIET and done <= messages:
            time.sleep(0.02)
            found = len(_notes(folder))
            if killed < kills and found > messages * (killed + 1) / (kills + 1):
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()
                worker, killed, last = _start(kind, folder), killed + 1, time.monotonic()
            if found > done:
                done, last = found, time.monotonic()
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        return _outcome(_notes(folder), messages, published)


def _start(kind: str, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-W", "ignore", "-c", _WORKER, kind, str(folder)]
    return subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)


def _notes(folder: Path) -> list[tuple[int, float]]:
    try:
        lines = (folder / "notes").read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []
    return [(int(number), float(at)) for number, at in map(str.split, lines)]


def _outcome(notes: list[tuple[int, float]], messages: int, published: float) -> Outcome:
    times = [at for number, at in notes if number >= 0]
    numbers = [number for number, _ in notes if number >= 0]
    return Outcome(
        published_per_second=published,
        consumed_per_second=len(times) / (max(times) - min(times)),
        lost=messages - len(set(numbers)),
        doubled=len(numbers) - len(set(numbers)),
    )
