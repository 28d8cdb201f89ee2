"""Who wrote a document: what it says and check digits prove, absent rather than wrong."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from documents.identification import Author
from pipelines.identify import specialties
from pipelines.identify.sheet import Sheet

_GAP: Final = r"[ .\-]?"
_RPPS: Final = re.compile(rf"R\.?P\.?P\.?S\b[^\n0-9]{{0,14}}((?:[0-9OIL]{_GAP}){{10,11}}[0-9OIL])(?![0-9])")
_FINESS: Final = re.compile(
    rf"F[I1L]NESS\b[^\n0-9]{{0,24}}(?<![0-9])((?:[0-9OIL]{_GAP})[0-9OILAB]{_GAP}(?:[0-9OIL]{_GAP}){{6}}[0-9OIL])(?![0-9])"
)
_GLYPHS: Final = str.maketrans("OIL", "011")
_CORSICA: Final = {"A": "1", "B": "2"}
_DOCTOR: Final = re.compile(r"\b(?:Dr|DR|Docteur|DOCTEUR|Pr|PR|Professeur|PROFESSEUR)\b\.?\s{1,2}")
_NAME: Final = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’\-]+(?:[ ]+(?:(?:de|du|des|la|le|van|von)[ ]+)?[A-ZÀ-ÖØ-Þ][\w'’\-]+){0,3}")
#: Words before a person who is somebody else than the author.
_SOMEBODY_ELSE: Final = re.compile(
    r"\bLE \d[^\n]{4,24}\n+$|DATE ?:[^\n]{6,24}\n+$|\bPAR(?: LE)? $|"
    r"(?:TRAITANT|REFERENT|PRESCRIPTEUR|PRESCRIT PAR|DESTINATAIRE|CORRESPONDANT|ADRESSEE? PAR|A L'ATTENTION|CHER|CHERE|"
    r"COPIE|ENVOYEE? PAR|DEMANDE PAR|DEMANDEUR|REMPLACANT DU)[^\n]{0,30}$"
)


#: How far beside and below a name its specialty may stand, in characters; and who begins there instead.
_BESIDE: Final = 120
_ANOTHER: Final = re.compile(r"\b(?:DR|DOCTEUR|PR|PROFESSEUR)\b")
_NO_NAMES: Final = frozenset({"LE", "LA", "CHER", "EN", "ET"})


def find(sheets: Sequence[Sheet]) -> Author:
    """Return the author: each part only where the pages give exactly one."""
    signed = [(sheet, *named) for sheet in sheets for named in _names(sheet)]
    name = _agreed([name for _, name, _ in signed])
    beside = (specialties.find(_beside(sheet, end)) for sheet, _, end in signed if name)
    return Author(
        rpps=_only(number for sheet in sheets for number in _rpps(sheet)),
        name=name,
        specialty=_only(specialty for found in beside for specialty in found),
        finess=_only(number for sheet in sheets for number in _finess(sheet)),
    )


def luhn_is_right(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of those before it."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _only(found: Iterable[str]) -> str | None:
    distinct = set(found)
    return distinct.pop() if len(distinct) == 1 else None


def _agreed(names: Sequence[str]) -> str | None:
    """The only full name, when nobody signs with another family name alone. Capitals first are a family name."""
    full = {name for name in names if " " in name and not name.split()[0].isupper()}
    alone = {name for name in names if name not in full}
    only = full.pop() if len(full) == 1 else None
    return only if only and all(only.endswith(name) for name in alone) else None


def _rpps(sheet: Sheet) -> Iterator[str]:
    for match in _RPPS.finditer(sheet.folded):
        number = _digits(match[1])
        if len(number) == 12 and number.startswith("8"):
            number = number[1:]  # the national form IDNPS writes an 8 before an RPPS
        if len(number) == 11 and luhn_is_right(number) and not _of_somebody_else(sheet, match.start()):
            yield number


def _finess(sheet: Sheet) -> Iterator[str]:
    for match in _FINESS.finditer(sheet.folded):
        number = _digits(match[1])
        if luhn_is_right(number[:1] + _CORSICA.get(number[1], number[1]) + number[2:]):
            yield number


def _digits(printed: str) -> str:
    return re.sub(r"[ .\-]", "", printed).translate(_GLYPHS)


def _names(sheet: Sheet) -> Iterator[tuple[str, int]]:
    """The names of doctors who may be the author, and where each ends."""
    for title in _DOCTOR.finditer(sheet.page.text):
        name = _NAME.match(sheet.page.text, title.end())
        if name and name[0].upper() not in _NO_NAMES and not _of_somebody_else(sheet, title.start()):
            yield " ".join(name[0].split()), name.end()


def _beside(sheet: Sheet, end: int) -> str:
    """What stands beside and right under a name: the rest of its line, and the next line unless another doctor's."""
    line, _, below = sheet.folded[end : end + _BESIDE].partition("\n")
    under = below.lstrip("\n").partition("\n")[0]
    return line if _ANOTHER.search(under) else f"{line}\n{under}"


def _of_somebody_else(sheet: Sheet, place: int) -> bool:
    return _SOMEBODY_ELSE.search(sheet.folded[max(0, place - 60) : place]) is not None
