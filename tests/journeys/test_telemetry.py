"""What an operator sees of a document on its way through real processes: its trace, the metrics, and health."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from documents.stage import SETTLED
from tests.journeys.installation import Installation
from tests.services.ports import free_ports
from verso.cli.exits import Exit

PROCESSES = ("worker", "courier", "watcher", "caretaker")


class Collector:
    """Takes spans as an OTLP collector does."""

    def __init__(self) -> None:
        """Listen on a free port."""
        self.spans: list[Span] = []
        collected = self.spans

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = ExportTraceServiceRequest()
                request.ParseFromString(self.rfile.read(int(self.headers["Content-Length"])))
                collected.extend(s for r in request.resource_spans for scope in r.scope_spans for s in scope.spans)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where spans are to be sent."""
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1/traces"

    def parents(self) -> set[tuple[str, str]]:
        """Return each span's name with its parent's."""
        names = {span.span_id: span.name for span in self.spans}
        return {(span.name, names.get(span.parent_span_id, "")) for span in self.spans}


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Give a collector."""
    made = Collector()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def ports() -> dict[str, int]:
    """Give a free port for each process."""
    return dict(zip(PROCESSES, free_ports(len(PROCESSES)), strict=True))


@pytest.fixture
def verso(tmp_path: Path, collector: Collector, ports: dict[str, int]) -> Iterator[Installation]:
    """Give an installation that is watched."""
    settings = {"METRICS_PORTS": json.dumps(ports), "TRACES_URL": collector.url, "DERIVE": "false"}
    made = Installation(tmp_path, settings=settings)
    yield made
    made.end()


def page(port: int, path: str = "/metrics") -> str:
    """Fetch a page."""
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return str(answer.read().decode())


def test_a_document_is_seen_from_arrival_to_object(
    verso: Installation, collector: Collector, ports: dict[str, int]
) -> None:
    """One trace over four processes and the broker, pages that count it, and a health that says that work moves."""
    verso.command("status")
    (verso.inbox / "note.txt").write_text("Compte rendu de consultation, rien à signaler.", encoding="utf-8")
    verso.start(*PROCESSES)
    verso.wait_until(lambda: bool(verso.documents()))
    verso.wait_until(lambda: verso.documents()[0].stage in SETTLED)
    (document,) = verso.documents()
    verso.wait_until(lambda: all(_shows(port) for port in ports.values()))

    assert 'verso_step_seconds_count{detail="received",outcome="inspected"} 1.0' in page(ports["worker"])
    assert "verso_slots " in page(ports["worker"])
    assert 'verso_key_seconds_count{detail="unwrap"' in page(ports["worker"])
    assert 'verso_receipt_seconds_count{detail="hospital",outcome="new"} 1.0' in page(ports["watcher"])
    assert 'verso_inbox_files{feeder="hospital"} 0.0' in page(ports["watcher"])
    assert any("verso_sending_seconds_count" in page(ports[process]) for process in ("watcher", "courier"))
    assert f'stage="{document.stage}"' in page(ports["caretaker"])
    assert not [port for port in ports.values() if document.id in page(port)]

    verso.wait_until(lambda: not _ailing(ports["courier"]))
    assert verso.command("health").returncode == Exit.DONE
    assert verso.command("health", "worker").returncode == Exit.DONE
    verso.end()
    assert {span.trace_id.hex() for span in collector.spans} == {document.id}
    found = collector.parents()
    assert ("receipt hospital", "") in found
    assert ("sending", "receipt hospital") in found
    assert ("work document", "sending") in found
    assert ("step received", "work document") in found
    # What several steps derived is put at once, when the ledger hears of them.
    assert ("object put", "work document") in found


def _shows(port: int) -> bool:
    try:
        page(port)
    except URLError:
        return False
    return True


def _ailing(port: int) -> bool:
    try:
        page(port, "/health")
    except HTTPError as error:
        error.close()
        return True
    return False
