"""A way: how far a document got under one claim, committed where somebody would miss it and no more often."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from documents.document import Document
from documents.event import Event
from documents.stage import WORKABLE, Stage
from documents.work import Claim
from pipelines.services import Services

#: Where a document never stands without the ledger knowing: what comes next takes long and may kill its worker
#: (reading), or hands the key to a patient whom the ledger must name first (`pipelines.entrusting`).
_KEPT: Final = frozenset({Stage.INSPECTED, Stage.IDENTIFIED})
#: Seconds of work that a death may cost beside the step under way.
_LONGEST: Final = 0.5


class Way:
    """The stages that one claim takes a document through.

    Quick stages that follow each other are one transaction, with an event for each: a worker that dies between them
    loses some milliseconds of work, and the next one finds what was derived at rest.
    """

    def __init__(self, services: Services, claim: Claim) -> None:
        """Begin where the ledger had the document when it was claimed."""
        self._ledger, self._archive, self._claim = services.ledger, services.archive, claim
        #: As it stands now.
        self.document = self._known = claim.document
        self._passed: list[tuple[Stage, Event]] = []
        self._spent = 0.0
        self._since = time.monotonic()

    def go(self, after: Document, event: Event, seconds: float) -> None:
        """Take the document to its next stage, on which so much work was spent.

        Raises:
            LeaseLost: The claim or the document is another's by now.
            Overtaken: As for `commit`.
            Interrupted: As for `commit`.
        """
        self.document = after
        self._passed.append((after.stage, event))
        self._spent += seconds
        late = time.monotonic() - self._since > _LONGEST
        if late or after.stage in _KEPT or after.stage not in WORKABLE:
            self.commit()

    def commit(self) -> Document:
        """Write down how far the document got, once what was derived on the way rests; return it as the ledger has it.

        Raises:
            LeaseLost: As for `go`.
            Overtaken: As for `Archive.send`.
            Interrupted: As for `Archive.send`.
        """
        if self._passed:
            self._archive.send()
            *passed, (_, event) = self._passed
            after = replace(self.document, seconds=self._known.seconds + self._spent)
            self.document = self._known = self._ledger.move(self._claim, self._known, after, event, passed)
            self._passed, self._spent = [], 0.0
        self._since = time.monotonic()
        return self.document

    @contextmanager
    def committed_if_it_ends_here(self) -> Iterator[None]:
        """Let something be tried; where it fails, it fails at the stage that the document had reached."""
        try:
            yield
        except Exception:
            self.commit()
            raise
