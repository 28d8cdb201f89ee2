"""Two S3 servers that say yes and do otherwise: `rclone serve s3` and moto. What passes on them was not looked at."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from storage.objects.s3 import Bucket
from tests.services.ports import free_ports
from tests.services.processes import dying_with_us
from tests.services.seaweedfs import DidNotStart

_ACCESS, _SECRET = "liars-access", "liars-secret-of-tests"
#: Seconds until a server must have answered.
_PATIENCE: Final = 60.0


@contextmanager
def running_rclone(folder: Path, name: str = "envelopes") -> Iterator[Bucket]:
    """Run rclone over a folder, and give a bucket of it. It ignores conditions, checksums, versions and locks."""
    (folder / name).mkdir(parents=True)
    (port,) = free_ports(1)
    keys = f"{_ACCESS},{_SECRET}"
    command = [_program("rclone"), "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key", keys, str(folder)]
    with _running(command, _bucket(name, port)) as bucket:
        yield bucket


@contextmanager
def running_moto(folder: Path, name: str = "envelopes") -> Iterator[Bucket]:
    """Run moto, and give a bucket with versions and locks. It takes any checksum and any signature."""
    folder.mkdir(parents=True, exist_ok=True)
    (port,) = free_ports(1)
    with _running([_program("moto_server"), "-H", "127.0.0.1", "-p", str(port)], _bucket(name, port)) as bucket:
        bucket.client().create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
        yield bucket


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _bucket(name: str, port: int) -> Bucket:
    return Bucket(
        name=name,
        endpoint=f"http://127.0.0.1:{port}",
        region="us-east-1",
        access_key=_ACCESS,
        secret_key=_SECRET,
        versions=True,
    )


@contextmanager
def _running(command: Sequence[str], bucket: Bucket) -> Iterator[Bucket]:
    """Run a server until the block ends."""
    process = subprocess.Popen(
        [*dying_with_us(), *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(bucket)
        yield bucket
    finally:
        process.kill()
        process.wait()


def _wait_for(bucket: Bucket) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            bucket.client().list_buckets()
        except (BotoCoreError, ClientError):
            time.sleep(0.2)
        else:
            return
    raise DidNotStart(str(bucket.endpoint))
