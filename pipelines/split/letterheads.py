"""Letterheads: the head of a page that says which house writes, and whether two are of different houses."""

import re
from dataclasses import dataclass, field
from typing import Final

from documents.page import Page
from pipelines.identify.folding import distance, fold

#: Lines of a page among which its letterhead stands.
_LINES: Final = 10
_PHONE: Final = re.compile(r"(?<![\dO])[0O][1-9](?:[ .\-]?\d\d){4}(?!\d)")
_REGISTERED: Final = re.compile(r"\b(?:F[I1L]NESS|R\.?P\.?P\.?S|AM|ADELI)\b[^\n0-9]{0,14}(\d(?:[ .]?[\dAB]){7,11})")
_POSTCODE: Final = re.compile(r"(?<![\d.,/])(\d{5}) +[A-Z][A-Z'\-]{2,}")
_HOUSE: Final = re.compile(
    r"\b(?:CENTRE|CLINIQUE|HOPITAL|HOPITAUX|POLYCLINIQUE|LABORATOIRES?|CABINET|MAISON DE SANTE|INSTITUT|SERVICE|POLE|"
    r"DEPARTEMENT|IMAGERIE|DOCTEUR|DR|PROFESSEUR|PR)\b"
)
#: Words after which what stands there is the patient's or the addressee's.
_OTHERS: Final = re.compile(
    r"\b(?:DOMICILE|DEMEURANT|ADRESSE|PATIENTE?|N[EF]E? ?(?:\(E\))? LE|CHERE?|CONFRERE|TRAITANT|MME|MONSIEUR|MADAME)\b"
)
#: Of so few digits that differ, one number may be the other misread.
_MISREAD: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What the head of a page says of the house that writes."""

    #: Numbers that are a house's own: telephone, registers.
    numbers: frozenset[str] = field(repr=False)
    postcodes: frozenset[str] = field(repr=False)

    def differs(self, other: "Letterhead") -> bool:
        """Whether it is another house's: nothing that both give is the same or one misread of the other."""
        pairs = [*_pairs(self.numbers, other.numbers), *_pairs(self.postcodes, other.postcodes)]
        return bool(pairs) and not any(distance(a, b, _MISREAD) <= _MISREAD for a, b in pairs)


def letterhead(page: Page) -> Letterhead | None:
    """Return the letterhead of a page; None when its head names no house, or gives nothing to tell it by."""
    lines = [line for line in fold(page.text).splitlines() if line.strip()][:_LINES]
    own = next((number for number, line in enumerate(lines) if _OTHERS.search(line)), len(lines))
    head = "\n".join(lines[:own])
    numbers = frozenset(_digits(m[0]) for m in _PHONE.finditer(head)) | frozenset(
        _digits(m[1]) for m in _REGISTERED.finditer(head)
    )
    postcodes = frozenset(m[1] for m in _POSTCODE.finditer(head))
    named = _HOUSE.search(head) is not None
    return Letterhead(numbers=numbers, postcodes=postcodes) if named and numbers and postcodes else None


def _pairs(left: frozenset[str], right: frozenset[str]) -> list[tuple[str, str]]:
    return [(a, b) for a in left for b in right]


def _digits(printed: str) -> str:
    return re.sub(r"[ .\-]", "", printed).replace("O", "0")
