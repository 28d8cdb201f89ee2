"""Sealed storage against bare AES-256-GCM and bare boto3: speed, memory and the price of a key for each document."""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from rich.console import Console
from rich.table import Table

from documents.document import DocumentId, PatientRef
from documents.role import Role
from storage.archive import Archive
from storage.envelope import opening, sealing
from storage.envelope.header import Binding
from storage.keys.memory import MemoryKeys
from storage.objects.memory import MemoryObjects
from storage.objects.s3 import Bucket, S3Objects
from tests.services.seaweedfs import running

#: Share of bare AES-256-GCM to be reached from this size on; below it the derivation of keys weighs more than sealing.
_CIPHER_GOAL: Final = 0.80
_CIPHER_GOAL_FROM: Final = 2_000_000
_SIZES: Final = (50_000, 200_000, 2_000_000, 16_000_000, 64_000_000)
#: Bytes that a stream of any length may add to a process.
_MEMORY_GOAL: Final = 64 * 2**20
#: Share of bare boto3 with the same calls.
_S3_GOAL: Final = 0.70
#: Seconds of CPU for the key of a small document: made, wrapped, stored, read back, unwrapped.
_KEY_GOAL: Final = 0.001

#: Documents kept in a turn, and at once: the slots of a worker of four cores.
_TURN: Final = 100
_THREADS: Final = 4

_BINDING: Final = Binding(document=DocumentId("ab" * 16), role=Role.ORIGINAL, part=0, revision=1)

#: Run in a process of its own: seals and opens a stream, prints the bytes of memory that this added at the most.
_STREAM: Final = "import sys; from benchmarks.storage import stream; print(stream(int(sys.argv[1])))"


def main(argv: Sequence[str]) -> int:
    """Measure, print the figures, and say whether every goal is met."""
    parser = argparse.ArgumentParser(prog="bench storage", description=__doc__)
    parser.add_argument("--objects", type=int, default=10_000, help="objects of 50 kB to store and read back over S3")
    parser.add_argument("--stream", type=int, default=10**9, help="bytes to stream")
    arguments = parser.parse_args(argv)
    ciphers = {size: cipher_shares(size) for size in _SIZES}
    figures: dict[str, object] = {
        f"{verb}_share_{size}": round(share, 3)
        for size, shares in ciphers.items()
        for verb, share in zip(("seal", "open"), shares, strict=True)
    }
    added = int(subprocess.check_output([sys.executable, "-c", _STREAM, str(arguments.stream)]))
    key_seconds = seconds_of_cpu_for_a_key()
    s3_share = share_of_boto3(arguments.objects)
    goals = {
        "seal and open, at least, of bare AES-256-GCM": (
            min(min(shares) for size, shares in ciphers.items() if size >= _CIPHER_GOAL_FROM),
            _CIPHER_GOAL,
            1,
        ),
        "memory added by a stream, MiB": (added / 2**20, _MEMORY_GOAL / 2**20, -1),
        "CPU for the key of a small document, ms": (key_seconds * 1000, _KEY_GOAL * 1000, -1),
        "store and read back over S3, of bare boto3": (s3_share, _S3_GOAL, 1),
    }
    met = all((value - goal) * direction >= 0 for value, goal, direction in goals.values())
    show(ciphers, goals)
    figures |= {"stream_added_bytes": added, "key_cpu_seconds": key_seconds, "s3_share": round(s3_share, 3)}
    print(json.dumps(figures | {"stream_bytes": arguments.stream, "s3_objects": arguments.objects, "met": met}))
    return 0 if met else 1


def show(ciphers: dict[int, tuple[float, float]], goals: dict[str, tuple[float, float, int]]) -> None:
    """Print the figures for people."""
    speeds = Table("plaintext, bytes", "seal / bare", "open / bare")
    for size, (seal, open_) in ciphers.items():
        speeds.add_row(f"{size:,}", f"{seal:.2f}", f"{open_:.2f}")
    outcome = Table("what", "measured", "goal")
    for what, (value, goal, direction) in goals.items():
        outcome.add_row(what, f"{value:.2f}", f"{'≥' if direction > 0 else '≤'} {goal:.2f}")
    console = Console()
    console.print(speeds, outcome)


def cipher_shares(size: int) -> tuple[float, float]:
    """Return sealing's and opening's share of bare AES-256-GCM over the same bytes."""
    key, plaintext = os.urandom(32), os.urandom(size)
    bare, nonce = AESGCM(key), bytes(12)
    encrypted = bare.encrypt(nonce, plaintext, None)
    envelope = sealing.seal(key, _BINDING, plaintext)
    rounds = max(16, min(400, 400_000_000 // size))
    encrypting, sealing_ = race(
        [lambda: bare.encrypt(nonce, plaintext, None), lambda: sealing.seal(key, _BINDING, plaintext)], rounds
    )
    decrypting, opening_ = race(
        [lambda: bare.decrypt(nonce, encrypted, None), lambda: opening.open(key, _BINDING, envelope)], rounds
    )
    return encrypting / sealing_, decrypting / opening_


def race(runners: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Return each runner's best CPU time in seconds, all taking turns so that the machine's moods hit all alike."""
    best = [float("inf")] * len(runners)
    for _ in range(rounds):
        for index, run in enumerate(runners):
            start = time.thread_time()
            run()
            best[index] = min(best[index], time.thread_time() - start)
    return best


def stream(size: int) -> int:
    """Seal and open a stream of so many bytes; return the bytes that this added to the process's peak."""
    piece, key = bytes(250_000), os.urandom(32)
    before = peak_memory()
    sealed = sealing.seal_stream(key, _BINDING, (piece for _ in range(size // len(piece))))
    opened = sum(len(part) for part in opening.open_stream(key, _BINDING, sealed))
    if opened != size // len(piece) * len(piece):
        raise AssertionError
    return peak_memory() - before


def peak_memory() -> int:
    """Return the most bytes that this program held resident; unlike getrusage's figure, none of its parent's."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def seconds_of_cpu_for_a_key(documents: int = 500) -> float:
    """Return the CPU time that a document of 1 kB costs, all in all, in memory: kept, and handed to its patient."""
    archive = Archive(objects=MemoryObjects(), keyring=MemoryObjects(), masters=MemoryKeys())
    contents = [os.urandom(1000) for _ in range(documents)]
    start = time.process_time()
    for content in contents:
        document = archive.identify("hospital", content)
        archive.keep(document, Role.ORIGINAL, content)
        archive.entrust(document, PatientRef(hashlib.sha256(content[:1]).hexdigest()))
    return (time.process_time() - start) / documents


def share_of_boto3(objects: int) -> float:
    """Return how fast new documents are kept on SeaweedFS, against boto3 alone making the same calls.

    Both work with as many threads as a worker has slots, in turns of a hundred documents, so that the moods of the
    machine and the growing server hit both alike; who begins changes with every turn.
    """
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server:
        envelopes, keyring = server.bucket("envelopes"), server.bucket("keyring")
        archive = Archive(objects=S3Objects(envelopes), keyring=S3Objects(keyring), masters=MemoryKeys())
        alone = BareBoto3(envelopes, keyring)
        rivals: list[tuple[int, Callable[[bytes], None]]] = [(0, alone.keep), (1, partial(keep_in, archive))]
        seconds = [0.0, 0.0]
        with ThreadPoolExecutor(_THREADS) as pool:
            for _ in range(max(1, objects // _TURN)):
                contents = [os.urandom(50_000) for _ in range(_TURN)]
                rivals.reverse()
                for index, keep in rivals:
                    start = time.perf_counter()
                    list(pool.map(keep, contents))
                    seconds[index] += time.perf_counter() - start
    return seconds[0] / seconds[1]


def keep_in(archive: Archive, content: bytes) -> None:
    """Keep a new document."""
    archive.keep(archive.identify("hospital", content), Role.ORIGINAL, content)


class BareBoto3:
    """Makes the calls that the archive makes, and nothing else: no digest, no key, no envelope."""

    def __init__(self, envelopes: Bucket, keyring: Bucket) -> None:
        """Use these buckets."""
        self._client = envelopes.client()
        self._envelopes, self._keyring = envelopes.name, keyring.name

    def keep(self, content: bytes) -> None:
        """Look for a key, store one and read it back, store the content and read it back."""
        name = os.urandom(16).hex()
        folder = f"{name[:2]}/{name}"
        self._client.list_objects_v2(Bucket=self._keyring, Prefix=folder)
        self._client.put_object(Bucket=self._keyring, Key=f"{folder}/000001", Body=bytes(127), IfNoneMatch="*")
        self._client.list_objects_v2(Bucket=self._keyring, Prefix=folder)
        self._client.get_object(Bucket=self._keyring, Key=f"{folder}/000001")["Body"].read()
        key = f"documents/{folder}/original-0-1"
        self._client.put_object(Bucket=self._envelopes, Key=key, Body=content, IfNoneMatch="*")
        self._client.get_object(Bucket=self._envelopes, Key=key)["Body"].read()
