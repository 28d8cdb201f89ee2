"""The page of metrics and health."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from prometheus_client import CollectorRegistry, Counter

from storage.ledger.sql import open_ledger
from tests.services.ports import free_ports
from tests.world import Clock
from verso.health import Process
from verso.settings import load_settings
from verso.telemetry.interface import SILENT
from verso.telemetry.page import Page
from workers.showing import shown, shown_worker


@pytest.fixture
def ailing() -> list[dict[str, object]]:
    """Give what is wrong, for a test to fill."""
    return []


@pytest.fixture
def opened(ailing: list[dict[str, object]]) -> Iterator[Page]:
    """Give a page with one counter."""
    registry = CollectorRegistry()
    Counter("verso_refusals", "Refused.", registry=registry).inc()
    page = Page("127.0.0.1", 0, registry, lambda: list(ailing))
    yield page
    page.close()


def got(page: Page, path: str) -> str:
    """Fetch something."""
    with urlopen(f"http://127.0.0.1:{page.port}{path}", timeout=60) as answer:
        return str(answer.read().decode())


def test_metrics_are_shown(opened: Page) -> None:
    """In the words of Prometheus."""
    assert "verso_refusals_total 1.0" in got(opened, "/metrics")


def test_health_is_a_status(opened: Page, ailing: list[dict[str, object]]) -> None:
    """200 while work moves, 503 with what is wrong when it does not: what a probe understands."""
    assert json.loads(got(opened, "/health")) == {"ailments": []}
    ailing.append({"ailing": "stage-stuck"})
    with pytest.raises(HTTPError) as refused:
        got(opened, "/health")
    assert refused.value.code == 503
    assert json.loads(refused.value.read()) == {"ailments": [{"ailing": "stage-stuck"}]}
    refused.value.close()


def test_nothing_else_is_shown(opened: Page) -> None:
    """No listing, no console."""
    with pytest.raises(HTTPError) as refused:
        got(opened, "/")
    assert refused.value.code == 404
    refused.value.close()


def test_nobody_is_shown_unless_asked_for(tmp_path: Path) -> None:
    """Embedded, no port is opened and nothing is counted."""
    ledger = open_ledger("sqlite://", Clock().now)
    settings = load_settings(home=tmp_path)
    with shown(Process.COURIER, settings, ledger) as telemetry, shown_worker(settings, ledger) as watch:
        assert telemetry is SILENT
        assert watch() is SILENT


def test_a_port_that_is_taken_stops_no_work(tmp_path: Path) -> None:
    """A second worker of a host works unseen, rather than not at all."""
    ledger = open_ledger("sqlite://", Clock().now)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        settings = load_settings(home=tmp_path, metrics_ports={"courier": port, "worker": port})
        with shown(Process.COURIER, settings, ledger) as telemetry, shown_worker(settings, ledger) as watch:
            assert telemetry is SILENT
            assert watch() is SILENT


def test_a_process_shows_its_metrics_and_its_installations_health(tmp_path: Path) -> None:
    """The port that was asked for answers for as long as the process works."""
    clock = Clock()
    ledger = open_ledger("sqlite://", clock.now)
    (port,) = free_ports(1)
    settings = load_settings(home=tmp_path, metrics_ports={"courier": port})
    with shown(Process.COURIER, settings, ledger) as telemetry:
        telemetry.failed("objects-unavailable", final=False)
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
            assert b'verso_failures_total{code="objects-unavailable",final="false"} 1.0' in answer.read()
        with pytest.raises(HTTPError) as refused:
            urlopen(f"http://127.0.0.1:{port}/health", timeout=60)
        assert b"silent" in refused.value.read()
        refused.value.close()
