"""When the act took place: dates typed by the words before them, plausible, absent rather than wrong."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Final

from pipelines.identify import dates
from pipelines.identify.sheet import Sheet


class DateKind(IntEnum):
    """What a date is the date of; the lower the number, the sooner it dates the act."""

    ACT = 0
    SAMPLING = 1
    SIGNATURE = 2
    PRINT = 3
    BIRTH = 4
    #: Something else: the beginning of a stay, an earlier examination, an appointment to come.
    ELSEWHEN = 5
    #: Nothing says what it is the date of.
    UNTYPED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedDate:
    """A date on a page and what it is the date of."""

    kind: DateKind
    day: date = field(repr=False)


_LINK: Final = r"[ (E)S]{0,5}(?: ?(?:DU|LE|EN DATE DU|AU|A|DATE|REALISEE?|EFFECTUEE?|CE JOUR|[:,.])){0,3}[ :\n]{0,3}$"
#: Words that end right before a date, and what they make of it. The first that fits decides.
_WORDS: Final[tuple[tuple[DateKind, tuple[str, ...]], ...]] = (
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
        DateKind.ELSEWHEN,
        (
            r"PREVUE?S?|PROGRAMMEE?S?|REVERR\w+|REVOIR|JUSQU'AU?|RENDEZ-VOUS|\bRDV|PROCHAINE?|VALABLE|EXPIR\w+|PEREMPTION",
            r"(?:COMPARAISON|RAPPORT|PRECEDENTE?S?|ANTERIEURE?S?|DERNIERE?S?)[^\n]{0,30}|DEPUIS",
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
            r"PRATIQUEE?|SCANNER|IRM|\w+GRAPHIES?|\w+SCOPIES?|COMPTE[- ]RENDU|VISITE|PASSAGE|REUNION|MISE A JOUR",
            r"VUE?(?: AUX URGENCES)?|VACCIN\w*|INJECT\w+|ADMINISTRE\w*|DEPISTAGE|PRESCRI\w+|ORDONNANCE",
        ),
    ),
    (
        DateKind.SIGNATURE,
        (
            r"SIGNEE?|VALIDEE?|VALIDATION|FAIT(?: A [A-Z' \-]{2,40},?)?",
            r"(?:^|\n)[A-Z][A-Z' \-]{1,40},",
            r"(?:^|\n)(?:DATE|LE)?",
        ),
    ),
)
_TYPES: Final = tuple((kind, re.compile(f"(?:{'|'.join(words)}){_LINK}")) for kind, words in _WORDS)
#: A stay is dated by its end: only then is what was done complete.
_STAY_BEGINS: Final = re.compile(r" ?(?:AU|A|-) (?:[0-9OIL]{1,2}[ /.\-]|1ER )")
_STAY_ENDS: Final = re.compile(r"\b(?:HOSPITALIS|SEJOUR)[^\n]{0,60}[0-9]\s(?:AU|A) $")
#: An entry of a list tells the past.
_ENTRY: Final = re.compile(r"(?:^|\n) ?[-*•] [^\n]*$")
_LOOK_BACK: Final = 70
_OLDEST: Final = date(1950, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days that a document gives for itself."""

    #: When the act took place.
    act: date | None = field(default=None, repr=False)
    #: When it was dated or signed.
    written: date | None = field(default=None, repr=False)


def find(sheets: Sequence[Sheet], *, born: date | None, today: date) -> Days:
    """Return the day of the act, or else of the sampling, and the day of signature.

    A date before birth, after today, or the birth date itself is none. Where a kind has several days, the document
    does not say which: None.
    """
    typed = [t for sheet in sheets for t in typed_dates(sheet) if _plausible(t, born, today)]
    days = {kind: {t.day for t in typed if t.kind is kind} for kind in DateKind}
    return Days(act=_only(days[DateKind.ACT] or days[DateKind.SAMPLING]), written=_only(days[DateKind.SIGNATURE]))


def _only(days: set[date]) -> date | None:
    return next(iter(days)) if len(days) == 1 else None


def typed_dates(sheet: Sheet) -> Iterator[TypedDate]:
    """Say of each full date on a page what it is the date of."""
    for printed in sheet.dates:
        before = sheet.folded[max(0, printed.start - _LOOK_BACK) : printed.start]
        kind = next((kind for kind, pattern in _TYPES if pattern.search(before)), DateKind.UNTYPED)
        if _STAY_BEGINS.match(sheet.folded, printed.end) or (kind is DateKind.ACT and _ENTRY.search(before)):
            kind = DateKind.ELSEWHEN
        elif _STAY_ENDS.search(before):
            kind = DateKind.ACT
        yield TypedDate(kind=kind, day=dates.in_century(printed, date.max) or printed.day)


def _plausible(typed: TypedDate, born: date | None, today: date) -> bool:
    return _OLDEST <= typed.day <= today and (born is None or typed.day > born)
