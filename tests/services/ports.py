"""Free ports for the servers of the tests, such as the system gives to nobody of itself."""

import os
import socket
from collections.abc import Iterator
from itertools import count, islice
from typing import Final

#: Below what Linux gives to whoever asks for any port, or for none in particular: a server that is down for a while, or
#: takes its time to begin, finds its own still free.
_FIRST: Final = 20_000
#: Ports from which one process of the test program takes its own, and how many such processes have some to themselves.
_SLICE: Final = 2_000
_SLICES: Final = 6


def free_ports(wanted: int) -> list[int]:
    """Return ports that are free now, and that this process was not given shortly before."""
    return list(islice(_COMING, wanted))


def _own() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))  # noqa: TID251  pytest-xdist says it
    # Another run of the tests on this machine begins elsewhere.
    for step in count(os.getpid()):
        yield _FIRST + worker % _SLICES * _SLICE + step % _SLICE


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


_COMING: Final = filter(_is_free, _own())
