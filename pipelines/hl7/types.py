"""The data types of HL7 v2 that name patients, professionals and places, wherever they come: messages, XDS metadata."""

from collections.abc import Iterable, Sequence
from typing import Final

from documents.patient import Ins, Traits
from pipelines.cda.identifiers import day_of, finess_of, first_names_of, ins_of, name_of, place_of, rpps_of, sex_of

#: Types of name in an XPN: legal, hence of birth, and of display, hence used (table 0200; IHE France, PAM).
_LEGAL: Final = "L"


def part(parts: Sequence[str], place: int) -> str:
    """Return one of some parts, by its place from 0; nothing where there are not so many."""
    return parts[place] if place < len(parts) else ""


def ins_in(identifiers: Iterable[str]) -> Ins | None:
    """Return the INS among identifiers (CX): ``number^^^name&oid&ISO^type``."""
    for identifier in identifiers:
        parts = identifier.split("^")
        found = ins_of(part(parts, 0), part(part(parts, 3).split("&"), 1))
        if found is not None:
            return found
    return None


def traits_in(names: Iterable[str], born: str, sex: str, birth_place: str = "") -> Traits | None:
    """Return the traits that names (XPN), a time and codes give; nothing where they give nothing."""
    birth_name = used_name = None
    first_names: tuple[str, ...] = ()
    for name in names:
        parts = name.split("^")
        family = name_of(part(part(parts, 0).split("&"), 0))
        legal = part(parts, 6) == _LEGAL
        # The third part holds all first names of the birth certificate, where it is filled at all.
        given = first_names_of(part(parts, 2) if legal and part(parts, 2) else part(parts, 1))
        birth_name, used_name = (family, used_name) if legal else (birth_name, used_name or family)
        first_names = given if legal or not first_names else first_names
    traits = Traits(
        birth_name=birth_name,
        used_name=used_name,
        first_names=first_names,
        sex=sex_of(sex),
        birth_date=day_of(born),
        birth_place=place_of(birth_place),
    )
    return traits if traits != Traits() else None


def professional_in(person: str) -> tuple[str | None, str | None]:
    """Return RPPS and name of a professional (XCN): ``identifier^family^given``."""
    parts = person.split("^")
    name = " ".join(filter(None, (part(parts, 2).strip(), part(part(parts, 1).split("&"), 0).strip())))
    return rpps_of(part(parts, 0)), name or None


def establishment_in(organisation: str) -> str | None:
    """Return the FINESS of an establishment (XON): its identifier is the tenth part, or the third."""
    parts = organisation.split("^")
    return finess_of(part(parts, 9)) or finess_of(part(parts, 2))
