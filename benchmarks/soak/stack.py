"""The production stack of the soak: three servers behind proxies, and Verso's processes in front of them."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from benchmarks.soak.disk import Disk
from benchmarks.soak.processes import Processes
from benchmarks.soak.proxy import Proxy
from tests.services.postgresql import Postgresql, running_postgresql
from tests.services.rabbitmq import running_rabbitmq
from tests.services.seaweedfs import SeaweedFs
from tests.services.seaweedfs import running as running_seaweedfs
from verso.settings import Settings
from workers.app import make_app
from workers.rabbitmq import FAULTS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: The feeder of the soak.
FEEDER = "hospital"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that can be killed, behind its proxy."""

    proxy: Proxy
    kill: Callable[[], None]
    start: Callable[[], None]
    #: Held while it is down: it is not killed twice.
    down: threading.Lock
    #: Starts servers: they die with the thread that started them, so it is one that lives as long as the stack.
    starter: Executor

    def restart(self) -> Future[None]:
        """Kill it without warning, and start it again in the background."""

        def again() -> None:
            with self.down:
                self.kill()
                self.start()

        return self.starter.submit(again)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Everything that the soak disturbs and the checker looks into."""

    folder: Path
    #: By what they are to Verso: broker, ledger, objects.
    servers: Mapping[str, Server]
    processes: Processes
    disk: Disk
    #: Where Verso finds its broker, without a proxy: for the faults that are messages.
    broker_url: str
    postgresql: Postgresql
    s3: SeaweedFs
    #: Folders in which nothing readable may rest.
    rests: tuple[Path, ...]

    @property
    def inbox(self) -> Path:
        """The feeder's folder."""
        return self.folder / "inbox"

    @property
    def outbox(self) -> Path:
        """The feeder's answers."""
        return self.folder / "outbox" / FEEDER

    @property
    def key_file(self) -> Path:
        """The master key."""
        return self.folder / "keys" / "master.key"


@contextmanager
def production_stack(folder: Path) -> Iterator[Stack]:
    """Run the servers and Verso in a folder, prepared as an operator would, for as long as the block lasts."""
    for name in ("inbox", "outbox", "keys", "home", "tmp", "logs"):
        (folder / name).mkdir()
    with ExitStack() as stack:
        disk = stack.enter_context(Disk.of(folder / "s3", megabytes=1500))
        postgresql = stack.enter_context(running_postgresql())
        rabbitmq = stack.enter_context(running_rabbitmq())
        s3 = stack.enter_context(running_seaweedfs(disk.folder))
        s3.bucket("envelopes", locked=True)
        s3.bucket("keyring")
        starter = stack.enter_context(ThreadPoolExecutor(1))
        behind: Mapping[str, tuple[int | Path, Callable[[], None], Callable[[], None]]] = {
            "broker": (_port(rabbitmq.url()), rabbitmq.kill, rabbitmq.start),
            "ledger": (postgresql.folder / ".s.PGSQL.5432", postgresql.kill, postgresql.start),
            "objects": (_port(s3.endpoint), s3.kill, s3.recover),
        }
        servers = {name: _server(stack, *server, starter) for name, server in behind.items()}
        environment = _environment(folder, servers, s3)
        for words in (("keys", "create", environment["VERSO_KEY_FILE"]), ("migrate",)):
            subprocess.run([sys.executable, "-m", "verso", *words], env=environment, check=True, capture_output=True)
        verbs = {name: [name, "--with-parent"] for name in ("worker", "courier", "watcher")}
        processes = Processes(verbs, environment, folder / "logs")
        stack.callback(processes.end)
        yield Stack(
            folder=folder,
            servers=servers,
            processes=processes,
            disk=disk,
            broker_url=rabbitmq.url(),
            postgresql=postgresql,
            s3=s3,
            rests=(rabbitmq.folder, postgresql.folder, disk.folder, folder / "home", folder / "logs", folder / "tmp"),
        )


def with_channel(stack: Stack, act: Callable[[object, str], None]) -> None:
    """Let something be done to every queue of Verso's that is there, each over a channel of its own."""
    app = make_app(Settings(broker_url=stack.broker_url))  # type: ignore[arg-type]
    with app.connection_for_write() as connection:
        for queue in app.amqp.queues:
            # A queue that an earlier fault has deleted is not there to be harmed again.
            with suppress(*FAULTS), connection.channel() as channel:
                act(channel, queue)
    app.close()


def client(stack: Stack) -> "S3Client":
    """Return a client of the S3, without a proxy."""
    return stack.s3.bucket("envelopes", create=False).client()


def _server(
    stack: ExitStack, upstream: int | Path, kill: Callable[[], None], start: Callable[[], None], starter: Executor
) -> Server:
    proxy = Proxy(upstream)
    stack.callback(proxy.close)
    return Server(proxy=proxy, kill=kill, start=start, down=threading.Lock(), starter=starter)


def _port(url: str) -> int:
    return int(urlsplit(url).netloc.rpartition(":")[2])


def _environment(folder: Path, servers: Mapping[str, Server], s3: SeaweedFs) -> dict[str, str]:
    bucket = s3.bucket("envelopes", create=False)
    at = f"?endpoint=http://127.0.0.1:{servers['objects'].proxy.port}&region={bucket.region}&style=path&connect=2&read=10"
    own = {
        "HOME": folder / "home",
        "INBOXES": f'{{"{FEEDER}": "{folder / "inbox"}"}}',
        "OUTBOX": folder / "outbox",
        "KEY_FILE": folder / "keys" / "master.key",
        "LEDGER_URL": f"postgresql+psycopg://verso@127.0.0.1:{servers['ledger'].proxy.port}/postgres?sslmode=disable",
        "BROKER_URL": f"amqp://guest:guest@127.0.0.1:{servers['broker'].proxy.port}/verso",
        "OBJECTS_URL": f"s3://envelopes{at}",
        "KEYRING_URL": f"s3://keyring{at}",
        "S3_ACCESS_KEY": bucket.access_key,
        "S3_SECRET_KEY": bucket.secret_key,
        "SLOTS": "2",
        "SETTLE_SECONDS": "0.3",
        "SCAN_SECONDS": "0.5",
        "PATIENCE_SECONDS": "2",
        "LEASE_SECONDS": "15",
        # What was in a queue that is gone is sent again after this: minutes in production.
        "RESEND_SECONDS": "10",
        # Previews and searchable PDFs are reading's business, and most of its time.
        "DERIVE": "false",
    }
    return {
        **os.environ,  # noqa: TID251  a child needs PATH and the like
        **{f"VERSO_{name}": str(value) for name, value in own.items()},
        "TMPDIR": str(folder / "tmp"),
    }
