"""A statement: one patient's reimbursed care with whose it is, as it rests sealed and as a night's lines say it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Self

from documents.care import Care, CodeSystem, History, Section
from documents.document import PatientRef
from documents.patient import Ins, Sex, Traits

#: What stands between two fields of a text, and between two texts: no field can hold them.
FIELD: Final = "\x1f"
TEXT: Final = "\x1e"

_SECTIONS: Final = tuple(Section)
_INDEX: Final = {section: str(index) for index, section in enumerate(_SECTIONS)}
_FORMAT: Final = "verso history 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What an insurer says of one patient, as of one night."""

    insurer: str
    patient: PatientRef
    night: int
    #: First and last day of the window.
    first: date
    last: date
    #: Number and traits, as one text.
    whose: str = field(repr=False)
    #: The acts, as texts, sorted.
    texts: tuple[str, ...] = field(repr=False)
    #: Lines of that night that said again what was said before, by file and section: who goes on after a kill counts
    #: them as the killed one did.
    repeated: tuple[tuple[int, str, int], ...] = ()

    @property
    def ins(self) -> Ins:
        """The number under which the insurer knows the patient."""
        return whose_from_text(self.whose)[0]

    @property
    def traits(self) -> Traits:
        """The traits as the insurer says them."""
        return whose_from_text(self.whose)[1]

    @property
    def history(self) -> History:
        """What the statement says."""
        return History(
            insurer=self.insurer,
            patient=self.patient,
            night=self.night,
            first=self.first,
            last=self.last,
            cares=tuple(care_from_text(text) for text in self.texts),
        )

    def to_json(self) -> bytes:
        """Return it as it rests sealed."""
        said = {
            "format": _FORMAT,
            "insurer": self.insurer,
            "patient": self.patient,
            "night": self.night,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "whose": self.whose.split(FIELD),
            "cares": [text.split(FIELD) for text in self.texts],
            "repeated": self.repeated,
        }
        return json.dumps(said, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read what rested sealed.

        Raises:
            ValueError: It is of another format.
        """
        said = json.loads(content)
        if said["format"] != _FORMAT:
            raise ValueError("another format")
        return cls(
            insurer=said["insurer"],
            patient=PatientRef(said["patient"]),
            night=said["night"],
            first=date.fromisoformat(said["first"]),
            last=date.fromisoformat(said["last"]),
            whose=FIELD.join(said["whose"]),
            texts=tuple(FIELD.join(fields) for fields in said["cares"]),
            repeated=tuple((file, section, count) for file, section, count in said["repeated"]),
        )


def reference_of(text: str) -> str:
    """Return what the insurer calls an act."""
    return text.split(FIELD, 4)[3]


def ends_of(text: str) -> str:
    """Return the last day on which something of an act was done, as ISO 8601."""
    fields = text.split(FIELD, 5)
    return fields[4] or fields[1]


def care_to_text(care: Care) -> str:
    """Return the one text of an act: texts sort as `Care.place` does, and two acts are alike when their texts are."""
    return FIELD.join(
        (
            _INDEX[care.section],
            care.day.isoformat(),
            care.code,
            care.reference,
            care.until.isoformat() if care.until else "",
            care.system.value,
            care.label,
            care.atc or "",
            care.prescriber or "",
            care.performer or "",
            care.establishment or "",
            "" if care.quantity is None else str(care.quantity),
        )
    )


def care_from_text(text: str) -> Care:
    """Return the act that a text says."""
    section, day, code, reference, until, system, label, atc, prescriber, performer, place, quantity = text.split(FIELD)
    return Care(
        reference=reference,
        section=_SECTIONS[int(section)],
        day=date.fromisoformat(day),
        until=date.fromisoformat(until) if until else None,
        code=code,
        system=CodeSystem(system),
        label=label,
        atc=atc or None,
        prescriber=prescriber or None,
        performer=performer or None,
        establishment=place or None,
        quantity=int(quantity) if quantity else None,
    )


def whose_to_text(ins: Ins, traits: Traits) -> str:
    """Return the one text of a patient's number and traits."""
    return FIELD.join(
        (
            ins.number,
            ins.oid,
            traits.birth_name or "",
            " ".join(traits.first_names),
            traits.sex.value if traits.sex else "",
            traits.birth_date.isoformat() if traits.birth_date else "",
            traits.birth_place or "",
        )
    )


def whose_from_text(text: str) -> tuple[Ins, Traits]:
    """Return the number and traits that a text says."""
    number, oid, birth_name, first_names, sex, birth_date, birth_place = text.split(FIELD)
    traits = Traits(
        birth_name=birth_name or None,
        first_names=tuple(first_names.split()),
        sex=Sex(sex) if sex else None,
        birth_date=date.fromisoformat(birth_date) if birth_date else None,
        birth_place=birth_place or None,
    )
    return Ins(number=number, oid=oid), traits


def merged(texts: Iterable[str]) -> str:
    """Return what a digest of care is made of: all texts in their order."""
    return TEXT.join(texts)
