"""A real S3 server for the tests: SeaweedFS, from its PyPI wheel, on free ports of loopback."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from storage.objects.s3 import Bucket
from tests.services.ports import free_ports
from tests.services.processes import dying_with_us

#: Seconds until the first write must have succeeded; it takes about four.
PATIENCE = 90.0
#: Strangers may read this bucket; no other.
PUBLIC_BUCKET = "open-to-anyone"

#: Bytes of an entry of a volume's index.
_ENTRY = 17

_KEYS = ("seaweed-access", "seaweed-secret-of-tests")
_IDENTITIES = {
    "identities": [
        {
            "name": "verso",
            "credentials": [{"accessKey": _KEYS[0], "secretKey": _KEYS[1]}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        },
        {"name": "anonymous", "actions": [f"Read:{PUBLIC_BUCKET}"]},
    ]
}
#: Every port that the server opens, each with its flag: what is left out it takes from fixed numbers.
_PORTS = (
    "-master.port",
    "-master.port.grpc",
    "-volume.port",
    "-volume.port.grpc",
    "-filer.port",
    "-filer.port.grpc",
    "-s3.port.grpc",
    "-s3.port.iceberg",
    "-s3.port.lance",
    "-s3.port",
)


class DidNotStart(Exception):
    """SeaweedFS ended or stayed mute; its log says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeaweedFs:
    """A running server."""

    endpoint: str
    #: How it is started.
    command: Sequence[str] = field(repr=False)
    #: Where it runs, with its log.
    folder: Path
    #: Its process, while it runs.
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list, repr=False)

    def start(self) -> None:
        """Start it, on its ports and with what it had stored."""
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder)
        self.processes.append(process)

    def recover(self) -> None:
        """Start it as its operator would after its disk was full: what `weed fix` is for comes first.

        An index that was cut off within an entry keeps the whole volume, and everything in it, from being served.
        """
        for index in (self.folder / "data").glob("*.idx"):
            if index.stat().st_size % _ENTRY:
                index.with_suffix(".sdx").unlink(missing_ok=True)
                mend = [self.command[self.command.index("server") - 1], "fix", str(index.with_suffix(".dat"))]
                subprocess.run(mend, check=False, capture_output=True)
        self.start()

    def kill(self) -> None:
        """Kill it, as the system does when memory runs out."""
        while self.processes:
            process = self.processes.pop()
            process.kill()
            process.wait()

    def bucket(self, name: str, *, create: bool = True, locked: bool = False) -> Bucket:
        """Return a bucket of it, made now unless it is there; with versions and locks or without."""
        bucket = Bucket(name=name, endpoint=self.endpoint, region="us-east-1", access_key=_KEYS[0], secret_key=_KEYS[1])
        if create:
            bucket.client().create_bucket(Bucket=name, ObjectLockEnabledForBucket=locked)
        return bucket


@contextmanager
def running(folder: Path) -> Iterator[SeaweedFs]:
    """Run a server with its data and its log in a folder, for as long as the context lasts.

    Between choosing a port and using it somebody else may take it: then it is started again on others.
    """
    for attempt in range(3):
        with _process(folder / str(attempt)) as (process, server):
            if _takes_writes(process, server):
                yield server
                return
    log = (folder / "2" / "log").read_text(errors="replace")[-2000:]
    raise DidNotStart(log)


@contextmanager
def _process(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], SeaweedFs]]:
    """Start the program, and end it in any case."""
    data = folder / "data"
    data.mkdir(parents=True)
    (folder / "s3.json").write_text(json.dumps(_IDENTITIES))
    ports = free_ports(len(_PORTS))
    command = [
        *dying_with_us(),
        str(Path(sys.executable).with_name("weed")),
        "server",
        f"-dir={data}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-s3",
        f"-s3.config={folder / 's3.json'}",
        "-s3.iam=false",
        "-volume.max=100",
        "-master.volumeSizeLimitMB=64",
        "-master.telemetry=false",
        *(f"{flag}={port}" for flag, port in zip(_PORTS, ports, strict=True)),
    ]
    server = SeaweedFs(endpoint=f"http://127.0.0.1:{ports[-1]}", command=command, folder=folder)
    server.start()
    try:
        yield server.processes[0], server
    finally:
        server.kill()
        for port in ports:
            _remove_sockets(port)


def _takes_writes(process: subprocess.Popen[bytes], server: SeaweedFs) -> bool:
    """Wait until a write succeeds, which is later than the first answer; False when the program ends before."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            client = server.bucket("first-write", create=False).client()
            client.create_bucket(Bucket="first-write")
            client.put_object(Bucket="first-write", Key="probe", Body=b"probe")
            server.bucket(PUBLIC_BUCKET)
        except (BotoCoreError, ClientError):
            time.sleep(0.2)
        else:
            return True
    return False


def _remove_sockets(port: int) -> None:
    """Remove the sockets that the server leaves in the system's temporary folder, each named for a port."""
    for left in Path(tempfile.gettempdir()).glob(f"seaweedfs-*-{port}.sock"):
        left.unlink(missing_ok=True)
