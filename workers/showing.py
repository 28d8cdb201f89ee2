"""Showing: each process opens its page of metrics and health, if the installation wants one."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from billiard.process import current_process
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.registry import Collector

from documents.errors import VersoError
from storage.ledger.interface import Ledger
from verso.bootstrap import now
from verso.health import Limits, Process, ailments, parked
from verso.settings import Settings
from verso.telemetry.interface import SILENT, Telemetry
from verso.telemetry.measures import Measures
from verso.telemetry.page import Ailing, Page
from verso.telemetry.sharing import count_in_files, shared_registry
from verso.telemetry.watching import Watch

if TYPE_CHECKING:
    from verso.telemetry.traces import Traces

_log = structlog.get_logger(__name__)


@contextmanager
def shown(process: Process, settings: Settings, ledger: Ledger, *collectors: Collector) -> Iterator[Telemetry]:
    """Show a process that does its acts itself; give what watches them."""
    port = settings.metrics_ports.get(process)
    registry = CollectorRegistry()
    for collector in collectors:
        registry.register(collector)
    with _page(settings, port, registry, lambda: _ailing(ledger, settings)) as opened:
        telemetry = telemetry_of(settings, process, registry if opened else None)
        try:
            yield telemetry
        finally:
            telemetry.flush()


@contextmanager
def shown_worker(settings: Settings, ledger: Ledger) -> Iterator[Callable[[], Telemetry]]:
    """Show a worker, whose children do the acts; give what makes a child's watch, called in the child."""
    port = settings.metrics_ports.get(Process.WORKER)
    folder = settings.home.absolute() / "metrics" / f"worker-{port}"
    with _shared_page(settings, port, folder, ledger) as opened:
        yield lambda: _of_child(settings, folder if opened else None)


@contextmanager
def shown_parked(process: Process, settings: Settings, waits_for: Callable[[], str]) -> Iterator[None]:
    """Show a process that cannot start yet: nothing is measured, and its health is what it waits for."""
    port = settings.metrics_ports.get(process)
    with _page(settings, port, CollectorRegistry(), lambda: [asdict(parked(process, waits_for()))]):
        yield


@contextmanager
def _shared_page(settings: Settings, port: int | None, folder: Path, ledger: Ledger) -> Iterator[bool]:
    if port is None:
        yield False
        return
    registry = shared_registry(folder)
    slots = Gauge("verso_slots", "Tasks that this worker does at once.", registry=registry)
    slots.set(settings.concurrency)
    with _page(settings, port, registry, lambda: _ailing(ledger, settings)) as opened:
        if opened:
            # Only now it is certain that no other worker of this host counts here.
            shutil.rmtree(folder)
            folder.mkdir(mode=0o700)
        yield opened


def _of_child(settings: Settings, folder: Path | None) -> Telemetry:
    if folder is None:
        return telemetry_of(settings, Process.WORKER, None)
    slot = getattr(current_process(), "index", 0)
    count_in_files(folder, lambda: slot)
    return telemetry_of(settings, Process.WORKER, CollectorRegistry())


def telemetry_of(settings: Settings, process: Process, registry: CollectorRegistry | None) -> Telemetry:
    """Return what watches a process: it counts if there is a registry, and traces if a collector is set."""
    if registry is None and settings.traces_url is None:
        return SILENT
    measures = None if registry is None else Measures(registry)
    return Watch(measures=measures, traces=None if settings.traces_url is None else _traces(settings, process))


def _traces(settings: Settings, process: Process) -> "Traces":
    # Half a second of importing that who has no collector need not wait for.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    from verso.telemetry.traces import Traces  # noqa: PLC0415

    exporter = OTLPSpanExporter(endpoint=settings.traces_url, timeout=5)
    return Traces(BatchSpanProcessor(exporter), settings.traces_share, process)


@contextmanager
def _page(settings: Settings, port: int | None, registry: CollectorRegistry, ailing: Ailing) -> Iterator[bool]:
    """Open a page and tell whether it is open; one that cannot be stops no work."""
    if port is None:
        yield False
        return
    try:
        page = Page(settings.metrics_host, port, registry, ailing)
    except OSError:
        _log.warning("metrics-unavailable", code="port-taken")
        yield False
        return
    try:
        yield True
    finally:
        page.close()


def limits_of(settings: Settings) -> Limits:
    """Return how long what may last in an installation."""
    return Limits(
        stuck=timedelta(seconds=settings.health_seconds),
        anchor=timedelta(seconds=3 * settings.anchor_seconds),
        windowed=settings.window is not None,
    )


def _ailing(ledger: Ledger, settings: Settings) -> list[Mapping[str, object]]:
    try:
        return [asdict(ailment) for ailment in ailments(ledger, now(), limits_of(settings))]
    except VersoError as error:
        return [{"ailing": error.code}]
