"""Where a document seems to begin in the middle of a scan: another patient's number, a first page, another house."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from documents.page import Page
from pipelines.identify import datamatrix, matricule
from pipelines.identify.folding import fold
from pipelines.split.division import Ground
from pipelines.split.letterheads import letterhead

#: ``Page 1/3``, ``Page : 1 sur 3``, ``P. 2/3``; the number is the page's own.
_NUMBERED: Final = re.compile(r"\bP(?:AGE|\.) ?:? ?(?:N° ?)?(\d{1,3}) ?(?:/|SUR|DE) ?\d{1,3}\b")
#: ``Paris, le 4 mars 2026``, ``Le 04/03/2026``.
_DATED: Final = re.compile(r"\bLE:? (?:\d{1,2}|1ER) ?(?:[A-Z]{3,9}\.? |[/.-]\d{1,2}[/.-])\d{2,4}\b")
#: A line of its own that addresses a reader, as ``Cher confrère,`` does. Folding makes one letter of ``œ``.
_ADDRESSED: Final = re.compile(
    r"^ *(?:CHERE?S? (?:CONFRERE|CONSO?EUR|COLLEGUE|AMIE?|DOCTEUR|MADAME|MONSIEUR)|MON CHER|MA CHERE|"
    r"(?:MADAME|MONSIEUR|DOCTEUR)\b)[^\n.:]{0,40}, *$",
    re.MULTILINE,
)


def beginnings(pages: Sequence[Page]) -> Mapping[int, Ground]:
    """Return the numbers of the pages, the first left out, on which a document seems to begin, and why.

    A patient who changes between two pages counts where the change is first seen, unless a page that calls itself
    first stands between the last page of the one and the first of the other: then the document begins there.
    """
    found = _other_houses(pages) | {page.number: Ground.FIRST_PAGE for page in pages[1:] if opens(page)}
    last_named, patient = 0, None
    for page in pages:
        named = patients_on(page)
        if len(named) != 1:
            continue
        if patient is not None and named != patient and not any(last_named < n <= page.number for n in found):
            found[page.number] = Ground.OTHER_PATIENT
        last_named, patient = page.number, named
    return found


def _other_houses(pages: Sequence[Page]) -> dict[int, Ground]:
    """Return the pages with another house's letterhead than the one before; a page numbered 2 or more goes on."""
    found, last = {}, None
    for page in pages:
        head = letterhead(page) if not _numbers(page) - {1} else None
        if head is not None:
            if last is not None and head.differs(last):
                found[page.number] = Ground.OTHER_LETTERHEAD
            last = head
    return found


def _numbers(page: Page) -> set[int]:
    """Return the numbers that a page gives itself."""
    return {int(number) for number in _NUMBERED.findall(fold(page.text))}


def opens(page: Page) -> bool:
    """Tell whether a page calls itself the first of its document, or is dated and addresses a reader as letters do."""
    folded = fold(page.text)
    numbers = _numbers(page)
    if numbers:
        return 1 in numbers
    dated = _DATED.search(folded)
    return dated is not None and _ADDRESSED.search(folded, dated.end()) is not None


def patients_on(page: Page) -> frozenset[str]:
    """Return the matricules that a page names as its patient's: proven ones alone, those of relatives left out."""
    printed = {n.characters[:13] for n in matricule.find(fold(page.text)) if n.proven and not n.other_person}
    coded = (datamatrix.parse(symbol.payload) for symbol in page.symbols)
    return frozenset(printed | {said.ins.number[:13] for said in coded if said is not None})
