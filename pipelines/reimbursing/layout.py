"""The layout of a line of care: its columns in their order, and which tables a section's codes are taken from."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from documents.care import CodeSystem, Section

#: Columns of a line, in the order in which a CSV has them; names of the members of an NDJSON line.
COLUMNS: Final = (
    "reference",
    "action",
    "section",
    "ins",
    "ins_oid",
    "birth_name",
    "first_names",
    "sex",
    "birth_date",
    "birth_place",
    "day",
    "until",
    "system",
    "code",
    "label",
    "atc",
    "prescriber",
    "performer",
    "establishment",
    "quantity",
)
#: What stands between two columns of a CSV.
SEPARATOR: Final = ";"
#: What a line does: says something, says it anew, or takes it back.
ADD: Final = "add"
CORRECT: Final = "correct"
DELETE: Final = "delete"

#: Columns that say whose care it is.
WHOSE: Final = ("ins", "ins_oid", "birth_name", "first_names", "sex", "birth_date", "birth_place")

#: Number of each section, in the order in which a history shows them.
SECTIONS: Final[Mapping[str, int]] = MappingProxyType({section.value: index for index, section in enumerate(Section)})

#: Tables that a section's codes may be taken from.
SYSTEMS: Final[Mapping[Section, tuple[CodeSystem, ...]]] = MappingProxyType(
    {
        Section.MEDICINES: (CodeSystem.CIP13, CodeSystem.UCD),
        Section.VACCINATIONS: (CodeSystem.CIP13, CodeSystem.UCD, CodeSystem.ATC),
        Section.DEVICES: (CodeSystem.LPP,),
        Section.STAYS: (CodeSystem.STAY,),
        Section.CARE: (CodeSystem.CCAM, CodeSystem.NGAP),
        Section.RADIOLOGY: (CodeSystem.CCAM, CodeSystem.NGAP),
        Section.BIOLOGY: (CodeSystem.NABM,),
    },
)

#: The shape of a code of each table.
SHAPES: Final[Mapping[CodeSystem, str]] = MappingProxyType(
    {
        CodeSystem.CIP13: r"\d{13}",
        CodeSystem.UCD: r"\d{7}|\d{13}",
        CodeSystem.ATC: r"[A-Z]\d{2}(?:[A-Z](?:[A-Z](?:\d{2})?)?)?",
        CodeSystem.LPP: r"\d{7}",
        CodeSystem.STAY: r"[0-9A-Z]{1,10}",
        CodeSystem.CCAM: r"[A-Z]{4}\d{3}",
        CodeSystem.NGAP: r"[A-Z]{1,6}(?: ?\d{1,3}(?:[.,]\d{1,2})?)?",
        CodeSystem.NABM: r"\d{4}",
    },
)

#: Most characters of each column.
LONGEST: Final[Mapping[str, int]] = MappingProxyType(
    {
        "birth_name": 100,
        "first_names": 200,
        "label": 255,
        "prescriber": 100,
        "performer": 255,
        "establishment": 255,
    },
)
