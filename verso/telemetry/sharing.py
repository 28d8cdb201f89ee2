"""Sharing: the children of a worker count in files that its main process adds up, a file for each slot."""

from collections.abc import Callable
from pathlib import Path

from prometheus_client import CollectorRegistry, values
from prometheus_client.multiprocess import MultiProcessCollector

from verso.settings import name_shared_metrics


def count_in_files(folder: Path, slot: Callable[[], object]) -> None:
    """Let every metric that this process makes from now on be counted in files of a folder.

    A child that takes the place of another counts on in its files: a name for each process would leave files without
    end behind, since children are replaced all day long.

    Args:
        folder: Where the files are, in memory if possible.
        slot: Tells which of the children this one is.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name_shared_metrics(folder)
    values.ValueClass = values.MultiProcessValue(process_identifier=slot)  # type: ignore[no-untyped-call]


def shared_registry(folder: Path) -> CollectorRegistry:
    """Return a registry whose page is the sum of all files of a folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
    return registry
