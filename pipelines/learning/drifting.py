"""Drift: the share of documents that a person is asked about, or the mix of themes, is no longer what it was.

Reads the ledger's rows and events and nothing else: no seal is broken to watch over the model.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from documents.document import Document
from documents.role import Role
from documents.stage import Stage
from documents.theme import Theme
from pipelines.history import history
from storage.ledger.interface import Ledger

#: How many times longer the time before is than the time that is compared with it.
BEFORE = 4
#: Standard deviations that a shift must exceed: with a dozen shares looked at, fewer than one quiet week in a hundred
#: is called a drift.
CERTAINTY = 3.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """From when on a shift counts."""

    #: Fewest classified documents in either time; below, nothing is said.
    least_documents: int = 50
    #: Least difference between the two shares, 0 to 1.
    least_shift: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of the documents received in some time, as far as they were classified."""

    documents: int
    #: Of how many the pipeline asked a person for the type.
    doubted: int
    themes: Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One share, before and lately."""

    #: ``asked`` for documents that a person was asked about, else the theme.
    what: str
    before: float
    lately: float
    #: Whether it is more than chance and more than the tolerance.
    moved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The two times and every share in them."""

    before: Tally
    lately: Tally
    #: Empty where either time holds too few documents to say anything.
    shifts: Sequence[Shift]

    @property
    def moved(self) -> Sequence[Shift]:
        """What a person should look at."""
        return [shift for shift in self.shifts if shift.moved]


def drift(ledger: Ledger, now: datetime, lately: timedelta, tolerance: Tolerance) -> Drift:
    """Compare the documents received lately with those received before, in a time `BEFORE` times as long.

    Raises:
        LedgerUnavailable: The ledger did not answer.
    """
    border = now - lately
    recent: list[Document] = []
    earlier: list[Document] = []
    for document in history(ledger, since=border - BEFORE * lately):
        (recent if document.received_at >= border else earlier).append(document)
    before, after = tally(earlier, ledger), tally(recent, ledger)
    enough = min(before.documents, after.documents) >= tolerance.least_documents
    return Drift(before=before, lately=after, shifts=_shifts(before, after, tolerance) if enough else ())


def tally(documents: Iterable[Document], ledger: Ledger) -> Tally:
    """Count what became of documents. Those that were not classified, or not yet, are left out."""
    count, doubted, themes = 0, 0, Counter[str]()
    for document in documents:
        if document.object(Role.CLASSIFICATION) is not None and document.theme is not None:
            count += 1
            doubted += was_doubted(document, ledger)
            themes[document.theme] += 1
    return Tally(documents=count, doubted=doubted, themes=themes)


def was_doubted(document: Document, ledger: Ledger) -> bool:
    """Tell whether a person was asked for a document's type, settled since or not.

    A doubt about the patient comes before a document is identified, a doubt about the type right after.
    """
    if document.stage is Stage.REVIEW and document.reason == "type-uncertain":
        return True
    if document.latest(Role.SETTLEMENT) is None:
        return False
    moves = [event.detail for event in ledger.events(document.id) if event.action == "moved"]
    return (Stage.IDENTIFIED, Stage.REVIEW) in pairwise(moves)


def _shifts(before: Tally, lately: Tally, tolerance: Tolerance) -> Sequence[Shift]:
    counts = [("asked", before.doubted, lately.doubted)]
    counts += [(theme, before.themes[theme], lately.themes[theme]) for theme in Theme]
    return [
        _shift(what, (then, before.documents), (now, lately.documents), tolerance)
        for what, then, now in counts
        if then or now
    ]


def _shift(what: str, before: tuple[int, int], lately: tuple[int, int], tolerance: Tolerance) -> Shift:
    """Compare two shares by the two-proportion test, with the pooled share's deviation."""
    then, now = before[0] / before[1], lately[0] / lately[1]
    pooled = (before[0] + lately[0]) / (before[1] + lately[1])
    deviation = math.sqrt(pooled * (1 - pooled) * (1 / before[1] + 1 / lately[1]))
    distance = abs(now - then)
    moved = distance >= tolerance.least_shift and distance > CERTAINTY * deviation
    return Shift(what=what, before=then, lately=now, moved=moved)
