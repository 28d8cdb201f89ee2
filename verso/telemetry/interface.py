"""What telemetry promises: it watches, holds ids and codes only, and never makes an act fail or wait."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from documents.document import DocumentId


class Act(StrEnum):
    """Something that takes time. Stands in the names of metrics and spans."""

    #: An arrival is taken in.
    RECEIPT = "receipt"
    #: A message for work is handed to the broker.
    SENDING = "sending"
    #: A piece of work is done, from its claim to its end.
    WORK = "work"
    #: A step moves a document on; the detail is the stage from which.
    STEP = "step"
    #: A part of a document's pages is read.
    PART = "part"
    #: The object store is asked; the detail is for what.
    OBJECT = "object"
    #: The keeper of the master keys is asked; the detail is for what.
    KEY = "key"


@dataclass(slots=True)
class Doing:
    """An act under way. Whoever does it says how it came out; one that raises has failed."""

    outcome: str = "done"
    #: The document, where it is known only once the act is done.
    document: DocumentId | None = None


class Telemetry(Protocol):
    """Watches acts. Safe in many threads; an instance is used in the process that made it."""

    def doing(self, act: Act, detail: str = "", document: DocumentId | None = None) -> AbstractContextManager[Doing]:
        """Watch an act for as long as the block lasts.

        Args:
            act: What is done.
            detail: A code of a short list: it is a label of metrics.
            document: The document that it is done to. Stands in traces, never in metrics.
        """
        ...

    def refused(self, code: str) -> None:
        """Count a document that was refused for a code."""
        ...

    def failed(self, code: str, *, final: bool) -> None:
        """Count an attempt that failed for a code; final when the document is dead of it."""
        ...

    def message(self) -> Mapping[str, str]:
        """Return headers by which whoever takes a message goes on with the present trace."""
        ...

    def following(self, headers: Mapping[str, str]) -> AbstractContextManager[None]:
        """Go on, for as long as the block lasts, with the trace that a message's headers name, if they name one."""
        ...

    def flush(self) -> None:
        """Hand on what is held back; before the process ends."""
        ...


class Silent:
    """Watches nothing: what an installation has that set nothing up."""

    @contextmanager
    def doing(self, act: Act, detail: str = "", document: DocumentId | None = None) -> Iterator[Doing]:
        """Let the act be done."""
        del act, detail, document
        yield Doing()

    def refused(self, code: str) -> None:
        """Count nothing."""

    def failed(self, code: str, *, final: bool) -> None:
        """Count nothing."""

    def message(self) -> Mapping[str, str]:
        """Return no headers."""
        return MappingProxyType({})

    @contextmanager
    def following(self, headers: Mapping[str, str]) -> Iterator[None]:
        """Follow nothing."""
        del headers
        yield

    def flush(self) -> None:
        """Do nothing."""


#: Watches nothing.
SILENT: Final = Silent()
