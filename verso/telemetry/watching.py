"""Watching: acts as they happen become measures and spans."""

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from documents.document import DocumentId
from documents.errors import VersoError
from verso.telemetry.interface import Act, Doing
from verso.telemetry.measures import Measures

if TYPE_CHECKING:
    from verso.telemetry.traces import Traces


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """See `Telemetry`."""

    #: None where nobody counts.
    measures: Measures | None = None
    #: None where nobody traces.
    traces: "Traces | None" = None

    @contextmanager
    def doing(self, act: Act, detail: str = "", document: DocumentId | None = None) -> Iterator[Doing]:
        """Watch an act."""
        doing = Doing()
        with self._measured(act, detail, doing), self._traced(act, detail, document, doing):
            try:
                yield doing
            except BaseException as error:
                doing.outcome = error.code if isinstance(error, VersoError) else "unexpected"
                raise

    def refused(self, code: str) -> None:
        """Count a refusal."""
        if self.measures is not None:
            self.measures.refused(code)

    def failed(self, code: str, *, final: bool) -> None:
        """Count a failed attempt."""
        if self.measures is not None:
            self.measures.failed(code, final=final)

    def message(self) -> Mapping[str, str]:
        """Return headers that name the present span."""
        return {} if self.traces is None else self.traces.message()

    def following(self, headers: Mapping[str, str]) -> AbstractContextManager[None]:
        """Go on under the span that headers name."""
        return nullcontext() if self.traces is None else self.traces.following(headers)

    def flush(self) -> None:
        """Hand on what is held back."""
        if self.traces is not None:
            self.traces.flush()

    @contextmanager
    def _measured(self, act: Act, detail: str, doing: Doing) -> Iterator[None]:
        if self.measures is None:
            yield
            return
        started = time.perf_counter()
        self.measures.begun(act)
        try:
            yield
        finally:
            self.measures.took(act, detail, doing.outcome, time.perf_counter() - started)

    def _traced(self, act: Act, detail: str, document: DocumentId | None, doing: Doing) -> AbstractContextManager[None]:
        return nullcontext() if self.traces is None else self.traces.span(act, detail, document, doing)
