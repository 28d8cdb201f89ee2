"""Persons printed on a page as its patient: labelled blocks and sentences; doctors and relatives are left out."""

import re
from dataclasses import replace
from datetime import date
from typing import Final

from documents.patient import Sex
from pipelines.identify import dates, naming
from pipelines.identify.labels import Announces, Label
from pipelines.identify.person import Person
from pipelines.identify.sheet import Sheet

_VALUE: Final = re.compile(r"[^\n|;,]*")
_FEMALE: Final = re.compile(r"F(?:EM(?:ININ|ME)?)?\b|FEM|FILLE")
_MALE: Final = re.compile(r"M(?:ASC(?:ULIN)?|ALE)?\b|H(?:OMME)?\b|MASC|GARCON")
_PLACE: Final = re.compile(r"(?<![0-9A-Z])(\d{2}|2[AB]) ?(\d{3})(?![0-9])")
_LISTED_SEX: Final = re.compile(r"[ ,\-(/]{1,3}(?:SEXE ?:? ?)?([MFH]|FEMININ|MASCULIN)\b")
_FULL: Final = frozenset({Announces.FULL_NAME, Announces.USED_FULL_NAME})
#: A label so far after the last one of a block belongs to another block, in characters.
_BLOCK_REACH: Final = 400


def find(sheet: Sheet, latest: date) -> list[Person]:
    """Return the persons whom a page names as its patient; none of them was born after ``latest``."""
    return [*_blocks(sheet, latest), *_sentences(sheet, latest)]


def _blocks(sheet: Sheet, latest: date) -> list[Person]:
    """Persons described by labels: a label seen again, or far from the last, begins another person."""
    persons: list[Person] = []
    told: set[Announces] = set()
    for index, label in enumerate(sheet.labels):
        if label.announces is Announces.OTHER or naming.speaks_of_a_relative(sheet.folded, label.start):
            continue
        following = sheet.labels[index + 1 : index + 2]
        read = _read(sheet, label, following[0].start if following else len(sheet.folded), latest)
        if read is None:
            continue
        if not persons or label.announces in told or label.start - persons[-1].end > _BLOCK_REACH:
            addressed = naming.addressed_above(sheet, label.start)
            persons.append(addressed.with_more(read) if addressed else read)
            told = set()
        else:
            persons[-1] = persons[-1].with_more(read)
        told.add(label.announces)
    return persons


def _read(sheet: Sheet, label: Label, limit: int, latest: date) -> Person | None:
    """Read the value that a label announces, up to the next label."""
    if label.announces is Announces.BIRTH_DATE:
        born = sheet.birth_after(label, latest)
        return Person(birth_date=born[0], start=label.start, end=born[1]) if born else None
    start, stop = _value(sheet.folded, label.end, limit)
    if label.announces is Announces.SEX:
        sex = _sex(sheet.folded[start:stop])
        return Person(sex=sex, start=label.start, end=stop) if sex else None
    if label.announces is Announces.BIRTH_PLACE:
        place = _PLACE.search(sheet.folded, start, stop)
        return Person(birth_place=place[1] + place[2], start=label.start, end=place.end()) if place else None
    if label.announces in _FULL:
        line = sheet.folded.find("\n", start, limit)
        return _full_name(sheet, label, start, line if line >= 0 else limit, latest)
    return _labelled_name(sheet, label, start, stop)


def _full_name(sheet: Sheet, label: Label, start: int, stop: int, latest: date) -> Person | None:
    """Read a labelled full name, and the sex and birth date that follow at once."""
    person = naming.full_name(sheet, start, stop)
    if person is None:
        return None
    sex = _LISTED_SEX.match(sheet.folded, person.end)
    end = sex.end() if sex else person.end
    printed = sheet.date_after(end, 3)
    return replace(
        person,
        sex=person.sex or (_sex(sex[1]) if sex else None),
        birth_date=dates.in_century(printed, latest) if printed else None,
        start=label.start,
        end=end,
    )


def _labelled_name(sheet: Sheet, label: Label, start: int, stop: int) -> Person | None:
    found, end = naming.words(sheet, start, stop)
    if not found:
        return None
    joined = " ".join(found)
    match label.announces:
        case Announces.BIRTH_NAME:
            return Person(birth_name=joined, start=label.start, end=end)
        case Announces.USED_NAME:
            return Person(used_name=joined, start=label.start, end=end)
        case Announces.FIRST_NAMES:
            return Person(first_names=found, start=label.start, end=end)
        case _:
            return Person(name=joined, start=label.start, end=end)


def _sentences(sheet: Sheet, latest: date) -> list[Person]:
    """Persons named in running text right before their birth date."""
    persons = []
    for label in sheet.labels:
        if label.announces is Announces.BIRTH_DATE:
            born = sheet.birth_after(label, latest)
            person = naming.named_before(sheet, label.start) if born else None
            if person and born:
                persons.append(replace(person, birth_date=born[0], end=born[1]))
    return persons


def _value(folded: str, start: int, limit: int) -> tuple[int, int]:
    """Where a value stands: the rest of the line, or the next line when the rest is empty."""
    found = _VALUE.match(folded, start, limit)
    stop = found.end() if found else start
    if not folded[start:stop].strip() and stop < limit and folded[stop] == "\n":
        following = _VALUE.match(folded, stop + 1, limit)
        return stop + 1, following.end() if following else stop + 1
    return start, stop


def _sex(value: str) -> Sex | None:
    value = value.strip(" .:()[]")
    if _FEMALE.match(value):
        return Sex.FEMALE
    return Sex.MALE if _MALE.match(value) else None
