"""A page laid out for searching: its text, the same folded, its labels, its dates."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from documents.page import Box, Page, Source
from pipelines.identify import dates, labels
from pipelines.identify.dates import PrintedDate
from pipelines.identify.folding import fold
from pipelines.identify.labels import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page made ready, once, for everything that looks for evidence on it."""

    page: Page
    #: The page's text, folded: as long as the text itself.
    folded: str = field(repr=False)
    labels: Sequence[Label]
    dates: Sequence[PrintedDate]

    @property
    def noisy(self) -> bool:
        """Whether reading errors are to be expected."""
        return self.page.source is Source.OCR

    def date_after(self, place: int, reach: int) -> PrintedDate | None:
        """Return the first date shortly after a place, at most one line further."""
        for printed in self.dates:
            if place <= printed.start <= place + reach:
                return printed if self.folded.count("\n", place, printed.start) <= 1 else None
        return None

    def birth_after(self, label: Label, latest: date, reach: int = 48) -> tuple[date, int] | None:
        """Return the birth date that a label announces, and where it ends."""
        printed = self.date_after(label.end, reach)
        day = dates.in_century(printed, latest) if printed else None
        return (day, printed.end) if printed and day else None

    def box(self, start: int, end: int) -> Box | None:
        """Return where a piece of the text stands on the page; None when its words were not placed."""
        boxes, cursor = [], 0
        for word in self.page.words:
            at = self.page.text.find(word.text, cursor, cursor + 400)
            if at < 0 or not word.text:
                continue
            cursor = at + len(word.text)
            if at < end and cursor > start:
                boxes.append(word.box)
            if at >= end:
                break
        if not boxes:
            return None
        return Box(
            left=min(b.left for b in boxes),
            top=min(b.top for b in boxes),
            right=max(b.right for b in boxes),
            bottom=max(b.bottom for b in boxes),
        )


def lay_out(page: Page) -> Sheet:
    """Make a page ready for searching."""
    folded = fold(page.text)
    return Sheet(page=page, folded=folded, labels=labels.find(folded), dates=dates.find(folded))
