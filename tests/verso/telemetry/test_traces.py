"""The trace of a document."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from documents.arrival import Arrival, Declaration
from documents.document import DocumentId
from storage.archive import Archive
from storage.ledger.sql import open_ledger
from tests.fakes import INS, paper
from tests.world import HOSPITAL, Clock, World
from verso.telemetry.interface import Act, Telemetry
from verso.telemetry.traces import Traces
from verso.telemetry.watched import WatchedKeys, WatchedObjects
from verso.telemetry.watching import Watch
from workers.performing import Performer


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    """Give what keeps spans."""
    kept = InMemorySpanExporter()
    yield kept
    kept.shutdown()


def watch_of(exporter: InMemorySpanExporter, share: float = 1.0) -> Telemetry:
    """Return what traces as one process does."""
    return Watch(traces=Traces(SimpleSpanProcessor(exporter), share, "worker"))


def worked(exporter: InMemorySpanExporter, share: float = 1.0, pages: int = 1, count: int = 1) -> list[DocumentId]:
    """Receive documents, send and do their work, each as if in a process of its own."""
    clock = Clock()
    world = World(ledger=open_ledger("sqlite://", clock.now), clock=clock)
    watcher, courier, worker = (watch_of(exporter, share) for _ in range(3))
    ids = []
    for number in range(count):
        with watcher.doing(Act.RECEIPT, "hospital") as doing:
            receipt = world.hand_over(paper(str(number), pages=pages))
            doing.outcome, doing.document = "new", receipt.document.id
        ids.append(receipt.document.id)
    while due := world.ledger.due(50, timedelta(days=1)):
        for work in due:
            with courier.doing(Act.SENDING, document=work.document):
                headers = courier.message()
            with worker.following(headers):
                performer_of(world, worker).perform(work)
    return ids


def performer_of(world: World, telemetry: Telemetry) -> Performer:
    """Return a worker whose stores are watched too."""
    world_performer = world.performer(telemetry=telemetry)
    archive = Archive(
        objects=WatchedObjects(world.objects, telemetry),
        keyring=WatchedObjects(world.keyring, telemetry),
        masters=WatchedKeys(world.masters, telemetry),
    )
    object.__setattr__(world_performer.services, "archive", archive)
    return world_performer


def tree(spans: tuple[ReadableSpan, ...]) -> list[tuple[str, str | None]]:
    """Return each span's name with its parent's."""
    names = {span.context.span_id: span.name for span in spans if span.context}
    return [(span.name, names.get(span.parent.span_id) if span.parent else None) for span in spans]


def test_a_document_is_one_trace_across_processes_and_the_broker(exporter: InMemorySpanExporter) -> None:
    """Its receipt is the root; what was sent leads to the work, the work to its steps, and steps to objects."""
    (document,) = worked(exporter)
    spans = exporter.get_finished_spans()
    assert {f"{span.context.trace_id:032x}" for span in spans if span.context} == {document}
    found = tree(spans)
    assert ("receipt hospital", None) in found
    assert ("sending", "receipt hospital") in found
    assert ("work document", "sending") in found
    for stage in ("received", "inspected", "read", "identified", "classified"):
        assert (f"step {stage}", "work document") in found
    assert ("object put", "work document") in found


def test_pages_that_are_read_apart_stand_in_the_same_trace(exporter: InMemorySpanExporter) -> None:
    """However many hands read a document."""
    (document,) = worked(exporter, pages=5)
    found = tree(exporter.get_finished_spans())
    assert found.count(("work part", "sending")) == 3
    assert found.count(("part", "work part")) == 3
    assert len({span.context.trace_id for span in exporter.get_finished_spans() if span.context}) == 1
    assert document


def test_spans_hold_ids_and_codes_only(exporter: InMemorySpanExporter) -> None:
    """Neither a name of an object, nor anything of a paper, nor an error's message."""
    worked(exporter)
    watch = watch_of(exporter)
    with pytest.raises(ValueError, match="Dupont"), watch.doing(Act.STEP, "read", DocumentId("ab" * 16)):
        raise ValueError("M. Dupont")
    spans = exporter.get_finished_spans()
    text = "".join(span.to_json() for span in spans)
    assert INS not in text
    assert "Dupont" not in text
    assert {key for span in spans for key in span.attributes or {}} == {"verso.detail", "verso.outcome"}
    values = {str(value) for span in spans for value in (span.attributes or {}).values()}
    assert all(re.fullmatch(r"[a-z-]{2,20}", value) for value in values)


def test_all_processes_agree_on_which_documents_are_traced(exporter: InMemorySpanExporter) -> None:
    """A share of the documents, each of them whole."""
    ids = worked(exporter, share=0.5, count=40)
    spans = exporter.get_finished_spans()
    traced = {f"{span.context.trace_id:032x}" for span in spans if span.context}
    assert 5 < len(traced) < 35
    assert traced < set(ids)
    roots = [name for name, parent in tree(spans) if parent is None]
    assert roots == ["receipt hospital"] * len(traced)


def test_a_document_handed_over_again_adds_to_its_trace(exporter: InMemorySpanExporter) -> None:
    """The first receipt stays the root."""
    watch = watch_of(exporter)
    clock = Clock()
    world = World(ledger=open_ledger("sqlite://", clock.now), clock=clock)
    arrival = Arrival(feeder=HOSPITAL, content=paper(), declaration=Declaration())
    for outcome in ("new", "known"):
        with watch.doing(Act.RECEIPT, arrival.feeder.kind) as doing:
            receipt = world.hand_over(arrival.content)
            doing.outcome, doing.document = outcome, receipt.document.id
    assert tree(exporter.get_finished_spans()) == [("receipt hospital", None), ("receipt hospital", "receipt hospital")]


def test_what_belongs_to_no_document_makes_no_span(exporter: InMemorySpanExporter) -> None:
    """A caretaker's calls would be a trace of nothing."""
    watch = watch_of(exporter)
    with watch.doing(Act.OBJECT, "get"):
        pass
    assert not exporter.get_finished_spans()
