"""Traces: the spans of a document from arrival to object, under a trace that is named like the document."""

import hashlib
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from opentelemetry import context as contexts
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    Status,
    StatusCode,
    TraceFlags,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from documents.document import DocumentId
from verso.telemetry.interface import Act, Doing

_PROPAGATOR: Final = TraceContextTextMapPropagator()
_DETAIL: Final = "verso.detail"
_OUTCOME: Final = "verso.outcome"


class Traces:
    """Makes spans. They hold a document's id, stages and codes, and nothing else.

    A document's id is its trace's: whoever comes across the document, in whatever process, adds to the one trace, and
    nothing has to be kept for it. Which documents are traced follows from their ids too, so that all processes agree.
    """

    def __init__(self, processor: SpanProcessor, share: float, process: str) -> None:
        """Hand spans to a processor.

        Args:
            processor: Where they go.
            share: Share of the documents that are traced, 0 to 1.
            process: The kind of this process.
        """
        self._ids = _Ids()
        self._sampler = TraceIdRatioBased(share)
        self._provider = TracerProvider(
            sampler=self._sampler,
            resource=Resource({"service.name": f"verso-{process}"}),
            id_generator=self._ids,
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("verso")

    @contextmanager
    def span(self, act: Act, detail: str, document: DocumentId | None, doing: Doing) -> Iterator[None]:
        """Make the span of an act for as long as the block lasts; none where no document is known to be meant."""
        if document is not None and not self._is_traced(document):
            # What is asked of the stores for it must not pass for another document's.
            token = contexts.attach(Context())
            try:
                yield
            finally:
                contexts.detach(token)
            return
        parent = _parent_of(document)
        if parent is None:
            started = time.time_ns()
            yield
            if act is Act.RECEIPT and doing.document is not None and self._is_traced(doing.document):
                self._receipt(detail, doing, doing.document, started)
            return
        span = self._tracer.start_span(_name(act, detail), parent)
        token = contexts.attach(set_span_in_context(span, parent))
        try:
            yield
        except BaseException:
            span.set_status(Status(StatusCode.ERROR))
            raise
        finally:
            contexts.detach(token)
            _finish(span, detail, doing, time.time_ns())

    def _is_traced(self, document: DocumentId) -> bool:
        """Tell what the sampler will say, without making a span for it."""
        return _trace_id(document) & TraceIdRatioBased.TRACE_ID_LIMIT < self._sampler.bound

    def message(self) -> Mapping[str, str]:
        """Return the headers that name the present span."""
        headers: dict[str, str] = {}
        _PROPAGATOR.inject(headers)
        return headers

    @contextmanager
    def following(self, headers: Mapping[str, str]) -> Iterator[None]:
        """Go on under the span that headers name."""
        token = contexts.attach(_PROPAGATOR.extract(headers, Context()))
        try:
            yield
        finally:
            contexts.detach(token)

    def flush(self) -> None:
        """Hand on what is held back."""
        self._provider.force_flush(5000)

    def _receipt(self, detail: str, doing: Doing, document: DocumentId, started: int) -> None:
        """Make the span of a receipt afterwards: only then is it known of what. A document's first is its root."""
        if doing.outcome != "new":
            span = self._tracer.start_span(_name(Act.RECEIPT, detail), _root_of(document), start_time=started)
        else:
            with self._ids.being(_trace_id(document), _root_id(document)):
                span = self._tracer.start_span(_name(Act.RECEIPT, detail), Context(), start_time=started)
        _finish(span, detail, doing, time.time_ns())


class _Ids(RandomIdGenerator):
    """Random ids, but for the root of a document's trace."""

    def __init__(self) -> None:
        self._given = threading.local()

    @contextmanager
    def being(self, trace: int, span: int) -> Iterator[None]:
        """Let the next span of this thread be that one."""
        self._given.ids = (trace, span)
        try:
            yield
        finally:
            self._given.ids = None

    def generate_trace_id(self) -> int:
        """Return the id of a trace."""
        given = getattr(self._given, "ids", None)
        return given[0] if given else super().generate_trace_id()

    def generate_span_id(self) -> int:
        """Return the id of a span."""
        given = getattr(self._given, "ids", None)
        return given[1] if given else super().generate_span_id()


def _finish(span: Span, detail: str, doing: Doing, ended: int) -> None:
    if detail:
        span.set_attribute(_DETAIL, detail)
    span.set_attribute(_OUTCOME, doing.outcome)
    span.end(ended)


def _parent_of(document: DocumentId | None) -> Context | None:
    """Return under what a span belongs: the present span, unless that is another document's."""
    present = get_current_span().get_span_context()
    if document is None:
        return contexts.get_current() if present.is_valid else None
    return contexts.get_current() if present.trace_id == _trace_id(document) else _root_of(document)


def _root_of(document: DocumentId) -> Context:
    """Return the root of a document's trace, wherever its span was made."""
    root = SpanContext(
        trace_id=_trace_id(document),
        span_id=_root_id(document),
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )
    return set_span_in_context(NonRecordingSpan(root), Context())


def _trace_id(document: DocumentId) -> int:
    return int(document, 16)


def _root_id(document: DocumentId) -> int:
    return int.from_bytes(hashlib.sha256(document.encode()).digest()[:8])


def _name(act: Act, detail: str) -> str:
    return f"{act} {detail}".strip()
