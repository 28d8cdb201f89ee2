"""Dates as French papers write them, with the place where each stands."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from pipelines.identify.folding import distance

_MONTHS: Final = {
    "JANVIER": 1, "JANV": 1, "JAN": 1, "FEVRIER": 2, "FEVR": 2, "FEV": 2, "MARS": 3, "MAR": 3, "AVRIL": 4, "AVR": 4,
    "MAI": 5, "JUIN": 6, "JUILLET": 7, "JUIL": 7, "AOUT": 8, "AOU": 8, "SEPTEMBRE": 9, "SEPT": 9, "SEP": 9,
    "OCTOBRE": 10, "OCT": 10, "NOVEMBRE": 11, "NOV": 11, "DECEMBRE": 12, "DEC": 12,
}  # fmt: skip
_GLYPHS: Final = str.maketrans("OQDILZSBG|!", "00011258611")

_D: Final = r"[0-9OQDILZSBG|!]"
_SEPARATOR: Final = r"(?: ?[/.,\-] ?| |[L|!\\])"
#: A stroke read as a digit is known by the stroke that was read beside it and by the century that follows.
_NUMERIC: Final = re.compile(
    rf"(?<![0-9/.,])(?<![A-Z][A-Z]{{2}})({_D}{{1,2}}){_SEPARATOR}({_D}{{1,2}}){_SEPARATOR}"
    rf"({_D}{{4}}|{_D}{{2}}(?! ?\d))(?![0-9/])"
)
_STROKES: Final = re.compile(
    r"(?<!\d)(\d\d)(?:[/.]|[17](?=\d\d[/.]))(\d\d)(?:[/.]|(?<=[/.]\d\d)[17])((?:19|20)\d\d)(?!\d)"
)
_ISO: Final = re.compile(r"(?<![0-9A-Z])((?:19|20)\d\d)-(\d\d)-(\d\d)(?![0-9])")
_COMPACT: Final = re.compile(r"(?<![0-9A-Z])(\d{2})(\d{2})((?:19|20)\d{2})(?![0-9A-Z])")
_WORDED: Final = re.compile(
    rf"(?<![0-9A-Z])({_D}{{1,2}})\s?(?:ER)?[ .\n]{{1,2}}([A-Z0-9|!]{{3,9}})\.?[ \n]{{1,2}}({_D}{{4}})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDate:
    """A date on a page."""

    day: date = field(repr=False)
    #: Whether letters had to be read as digits.
    repaired: bool
    #: Whether the year was printed with two digits: its century is then a guess.
    short: bool
    #: Where it stands in the text: first character, and one past the last.
    start: int
    end: int


def find(folded: str) -> list[PrintedDate]:
    """Return every date in a folded text, in order, none overlapping."""
    found: list[PrintedDate] = []
    for match, numbers in _matches(folded):
        printed = _printed(match, *numbers)
        if printed and all(printed.end <= other.start or other.end <= printed.start for other in found):
            found.append(printed)
    return sorted(found, key=lambda d: d.start)


def _matches(folded: str) -> list[tuple[re.Match[str], tuple[str, str, str]]]:
    matches = [(m, (m[3], m[2], m[1])) for m in _ISO.finditer(folded)]
    matches += [(m, (m[1], m[2], m[3])) for m in _NUMERIC.finditer(folded) if sum(c.isdigit() for c in m[0]) >= 4]
    matches += [(m, (m[1], m[2], m[3])) for m in _STROKES.finditer(folded)]
    for match in _WORDED.finditer(folded):
        month = month_number(match[2])
        if month:
            matches.append((match, (match[1], str(month), match[3])))
    matches += [(m, (m[1], m[2], m[3])) for m in _COMPACT.finditer(folded)]
    return matches


def month_number(word: str) -> int | None:
    """Return the month that a folded word names, one misread letter forgiven where only one month is so near."""
    exact = _MONTHS.get(word)
    if exact or len(word) < 4:
        return exact
    near = {number for name, number in _MONTHS.items() if len(name) >= 4 and distance(name, word, 1) <= 1}
    return near.pop() if len(near) == 1 else None


def _printed(match: re.Match[str], day: str, month: str, year: str) -> PrintedDate | None:
    plain = [part.translate(_GLYPHS) for part in (day, month, year)]
    number = int(plain[2])
    short = len(year) == 2
    try:
        found = date(number + 2000 if short else number, int(plain[1]), int(plain[0]))
    except ValueError:
        return None
    if not short and not 1850 < number < 2150:
        return None
    return PrintedDate(
        day=found, repaired=plain != [day, month, year], short=short, start=match.start(), end=match.end()
    )


def in_century(printed: PrintedDate, latest: date) -> date | None:
    """Return the date with the century that makes it the last one not after ``latest``."""
    day = printed.day
    if not printed.short:
        return day if day <= latest else None
    try:
        return day if day <= latest else day.replace(year=day.year - 100)
    except ValueError:
        return None
