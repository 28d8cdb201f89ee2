"""Master keys by back end: what one wrap, one unwrap and one pseudonym cost, one after the other in one process."""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from storage.keys.interface import MasterKeys
from storage.keys.keyfile import KeyFile, create
from storage.keys.kms import KmsKeys
from storage.keys.memory import MemoryKeys
from storage.keys.pkcs11 import Pkcs11Keys
from storage.keys.transit import TransitKeys
from tests.services import kms, openbao
from tests.services.softhsm import SoftHsm

_VERBS: Final = ("wrap", "unwrap", "pseudonym")


def main(argv: Sequence[str]) -> int:
    """Measure and print the figures. There is no goal to miss: the service and the way to it decide."""
    parser = argparse.ArgumentParser(prog="bench masters", description=__doc__)
    parser.add_argument("--calls", type=int, default=500, help="calls of each verb")
    calls = parser.parse_args(argv).calls
    table = Table(
        "keeper", *(f"{verb}, ms" for verb in _VERBS), "bytes wrapped", title="median (95th of 100) of each call"
    )
    with tempfile.TemporaryDirectory() as folder, keepers(Path(folder)) as kept:
        for name, keys in kept.items():
            costs = costs_of(keys, calls)
            shown = (f"{statistics.median(cost):.3f} ({_late(cost):.3f})" for cost in costs.values())
            table.add_row(name, *shown, str(len(keys.wrap(bytes(32), b"document"))))
    Console().print(table)
    return 0


@contextmanager
def keepers(folder: Path) -> Iterator[dict[str, MasterKeys]]:
    """Give a keeper of each kind, its service running."""
    with ExitStack() as running:
        bao = running.enter_context(openbao.running(folder / "openbao"))
        bao.create_keys()
        hsm = SoftHsm(folder=folder / "softhsm")
        hsm.prepare()
        hsm.create_token("verso")
        hsm.add_secret("verso", "verso", "00000001")
        hsm.add_secret("verso", "verso-pseudonyms", "00000001")
        running.enter_context(hsm.in_this_process())
        service = running.enter_context(kms.running())
        service.kms.create("verso")
        service.kms.create("pseudonyms", "GENERATE_VERIFY_MAC")
        create(folder / "master.key")
        yield {
            "memory": MemoryKeys(),
            "key file": KeyFile(folder / "master.key"),
            "SoftHSM 2, PKCS#11": Pkcs11Keys(hsm.way("verso")),
            "OpenBao Transit, TLS on loopback": TransitKeys(bao.vault()),
            "KMS, emulated": KmsKeys(service.service()),
        }


def costs_of(keys: MasterKeys, calls: int) -> dict[str, list[float]]:
    """Return the milliseconds of each call, by verb, after a first one that opens the connection."""
    wrapped = keys.wrap(os.urandom(32), b"document")
    verbs: tuple[Callable[[], bytes], ...] = (
        lambda: keys.wrap(bytes(32), b"document"),
        lambda: keys.unwrap(wrapped, b"document"),
        lambda: keys.pseudonym("patient", b"value"),
    )
    return {name: [_milliseconds(verb) for _ in range(calls)] for name, verb in zip(_VERBS, verbs, strict=True)}


def _milliseconds(call: Callable[[], bytes]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1e3


def _late(cost: Sequence[float]) -> float:
    return statistics.quantiles(cost, n=20)[-1]
