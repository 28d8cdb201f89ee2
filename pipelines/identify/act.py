"""When: the dates of a document, typed by the words before them, plausible, absent rather than wrong (P10)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from typing import Final

from documents.identification import DateKind, DocumentDate
from pipelines.identify import dates
from pipelines.identify.sheet import Sheet


class Otherwise(Enum):
    """What a date is that is none of the document's own."""

    #: Something else: the beginning of a stay, an earlier examination, an appointment to come.
    ELSEWHEN = auto()
    #: Nothing says what it is the date of.
    UNTYPED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedDate:
    """A date on a page and what it is the date of."""

    kind: DateKind | Otherwise
    day: date = field(repr=False)
    #: Where it stands in the text: first character, and one past the last.
    start: int
    end: int


_LINK: Final = r"[ (E)S]{0,5}(?: ?(?:DU|LE|EN DATE DU|AU|A|DATE|REALISEE?|EFFECTUEE?|CE JOUR|[:,.])){0,3}[ :\n]{0,3}$"
#: Words that end right before a date, and what they make of it. The first that fits decides.
_WORDS: Final[tuple[tuple[DateKind | Otherwise, tuple[str, ...]], ...]] = (
    (
        DateKind.BIRTH,
        (
            r"\bN[EF][E(){}\[\]CF]{0,4} (?:LE|1E|IE)",
            r"NAISS(?:ANCE|\b)",
            r"\bD\.? ?D\.? ?N\b",
            r"\bNEE? [A-Z'\- ]{2,40}",
        ),
    ),
    (
        Otherwise.ELSEWHEN,
        (
            r"PREVUE?S?|PROGRAMMEE?S?|REVERR\w+|REVOIR|JUSQU'AU?|RENDEZ-VOUS|\bRDV|PROCHAINE?|VALABLE|EXPIR\w+|PEREMPTION",
            r"(?:COMPARAISON|RAPPORT|PRECEDENTE?S?|ANTERIEURE?S?|DERNIERE?S?)[^\n]{0,30}|DEPUIS",
            r"NOUVE(?:LLE|AU|L) [^\n]{0,30}",
            r"D'ENTREE|ENTREE?|ADMISE?|ADMISSION|DEMANDE[^\n]{0,8}|RECU",
        ),
    ),
    (
        DateKind.PRINT,
        (r"EDITEE?|EDITION|IMPRIMEE?|IMPRESSION|TIRAGE|GENEREE?|EXTRAIT|DICTEE?|TAPEE?|SAISIE?|FRAPPE",),
    ),
    (DateKind.SAMPLING, (r"PRELEVEE?S?|PRELEVEMENTS?|RECUEILLIE?|DOSSIER ENREGISTRE",)),
    (
        DateKind.ACT,
        (
            r"\bACTE|EXAMEN|EXAMINEE?|CONSULTATION|INTERVENTION|HOSPITALIS\w+|SEJOUR|SORTIE?|REALISEE?|EFFECTUEE?",
            r"PRATIQUEE?|SCANNER|IRM|\w+GRAPHIES?|\w+SCOPIES?|COMPTE[- ]RENDU|VISITE|PASSAGE|REUNION",
            r"VUE?(?: AUX URGENCES)?|VACCIN\w*|INJECT\w+|ADMINISTRE\w*|DEPISTAGE|PRESCRI\w+|ORDONNANCE",
        ),
    ),
    (
        DateKind.SIGNATURE,
        (
            r"SIGNEE?|VALIDEE?|VALIDATION|MISE A JOUR|FAIT(?: A [A-Z' \-]{2,40},?)?",
            r"(?:^|\n)[A-Z][A-Z' \-]{1,40},",
            r"(?:^|\n)(?:DATE|LE)?",
        ),
    ),
)
_TYPES: Final = tuple((kind, re.compile(f"(?:{'|'.join(words)}){_LINK}")) for kind, words in _WORDS)
#: A stay is dated by its end: only then is what was done complete.
_STAY_BEGINS: Final = re.compile(r" ?(?:AU|A|-) (?:[0-9OIL]{1,2}[ /.\-]|1ER )")
_STAY_ENDS: Final = re.compile(r"\b(?:HOSPITALIS|SEJOUR)[^\n]{0,60}[0-9]\s(?:AU|A) $")
#: An entry of a list tells the past, and so does a row of a table: nothing leads from the line above to its date.
_ENTRY: Final = re.compile(r"(?:^|\n) ?[-*•] [^\n]*$|(?<!\bDU)(?<!\bLE)(?<!\bDATE)(?<![:,.]) ?\n+ *$")
_LOOK_BACK: Final = 70
_DONE: Final = frozenset({DateKind.ACT, DateKind.SAMPLING})
_WRITTEN: Final = frozenset({DateKind.SIGNATURE, DateKind.PRINT})
#: No act that anybody files today is older, no patient of today either.
_OLDEST: Final = date(1950, 1, 1)
_EARLIEST_BIRTH: Final = date(1890, 1, 1)


def find(sheets: Sequence[Sheet], *, born: date | None, received: date) -> tuple[DocumentDate, ...]:
    """Return the dates that a document gives, at most one of each kind, in the order of the kinds.

    A day before birth or after receipt, and the birth date itself but as such, is none. Where a kind has several days,
    the document does not say which: none. Of several births printed the patient's is the one that is known. What is
    said to be done later than the document was written or printed is an appointment.
    """
    typed = [(sheet, t) for sheet in sheets for t in typed_dates(sheet, received) if _plausible(t, born, received)]
    found = [one for kind in DateKind if (one := _only([(s, t) for s, t in typed if t.kind is kind]))]
    closed = max((one.day for one in found if one.kind in _WRITTEN), default=received)
    return tuple(one for one in found if one.kind not in _DONE or one.day <= closed)


def act_day(found: Sequence[DocumentDate]) -> date | None:
    """Return the day of the act, or else of the sampling."""
    return day_of(DateKind.ACT, found) or day_of(DateKind.SAMPLING, found)


def day_of(kind: DateKind, found: Sequence[DocumentDate]) -> date | None:
    """Return the day of a kind, if the document gives it."""
    return next((one.day for one in found if one.kind is kind), None)


def _only(typed: Sequence[tuple[Sheet, TypedDate]]) -> DocumentDate | None:
    """Return the one day that dates of a kind tell, where it stands first."""
    if len({t.day for _, t in typed}) != 1:
        return None
    sheet, first = typed[0]
    if not isinstance(first.kind, DateKind):
        return None
    return DocumentDate(kind=first.kind, day=first.day, page=sheet.page.number, box=sheet.box(first.start, first.end))


def typed_dates(sheet: Sheet, received: date) -> Iterator[TypedDate]:
    """Say of each full date on a page what it is the date of."""
    for printed in sheet.dates:
        before = sheet.folded[max(0, printed.start - _LOOK_BACK) : printed.start]
        kind = next((kind for kind, pattern in _TYPES if pattern.search(before)), Otherwise.UNTYPED)
        if _STAY_BEGINS.match(sheet.folded, printed.end) or (kind is DateKind.ACT and _ENTRY.search(before)):
            kind = Otherwise.ELSEWHEN
        elif _STAY_ENDS.search(before):
            kind = DateKind.ACT
        latest = date.max if kind is not DateKind.BIRTH else received
        day = dates.in_century(printed, latest) or printed.day
        yield TypedDate(kind=kind, day=day, start=printed.start, end=printed.end)


def _plausible(typed: TypedDate, born: date | None, received: date) -> bool:
    """Whether a date may be what it is called: a birth is the known one; nothing else is as early, none is to come."""
    if typed.kind is DateKind.BIRTH:
        return _EARLIEST_BIRTH <= typed.day <= received and born in {None, typed.day}
    return _OLDEST <= typed.day <= received and (born is None or typed.day > born)
