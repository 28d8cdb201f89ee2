"""The header of a CDA document: whose it is, what, by whom and when, as its producer declares it."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Final

from documents.arrival import Declaration
from documents.patient import Ins, Traits
from pipelines.cda.identifiers import (
    ESTABLISHMENTS,
    PROFESSIONALS,
    day_of,
    finess_of,
    first_names_of,
    ins_of,
    name_of,
    place_of,
    rpps_of,
    sex_of,
    unique_id,
)

HL7: Final = {"": "urn:hl7-org:v3"}
_USED: Final = frozenset({"CL", "SP"})


def declaration_in(document: ET.Element) -> Declaration:
    """Return what the header of a ``ClinicalDocument`` declares."""
    author = document.find("author/assignedAuthor", HL7)
    return Declaration(
        ins=_ins(document),
        traits=_traits(document.find("recordTarget/patientRole/patient", HL7)),
        type_code=_attribute(document, "code", "code"),
        act_date=day_of(next(_times(document), None)),
        written_date=day_of(
            _attribute(document, "legalAuthenticator/time", "value") or _attribute(document, "effectiveTime", "value")
        ),
        author=_author(author),
        author_rpps=None if author is None else rpps_of(_extension(author, "id", PROFESSIONALS)),
        finess=_finess(document, author),
        unique_id=next(_ids(document, "id"), None),
        replaces=tuple(
            replaced
            for related in document.findall("relatedDocument", HL7)
            if related.get("typeCode") == "RPLC"
            for replaced in _ids(related, "parentDocument/id")
        ),
    )


def identifiers_of(document: ET.Element) -> Iterator[tuple[str, str]]:
    """Yield the patient's identifiers, each with its root, whether or not they are what they say."""
    for found in document.findall("recordTarget/patientRole/id", HL7):
        if found.get("root") and found.get("extension"):
            yield found.get("extension", ""), found.get("root", "")


def title_of(document: ET.Element) -> str:
    """Return the title."""
    title = document.find("title", HL7)
    return (None if title is None else text_of(title)) or "Document"


def establishment_of(document: ET.Element) -> str | None:
    """Return the name of who keeps the document."""
    keeper = document.find("custodian/assignedCustodian/representedCustodianOrganization/name", HL7)
    return None if keeper is None else text_of(keeper)


def text_of(element: ET.Element) -> str | None:
    """Return all the text in an element, blanks made one; None when there is none."""
    return " ".join("".join(element.itertext()).split()) or None


def _ins(document: ET.Element) -> Ins | None:
    return next(filter(None, (ins_of(number, oid) for number, oid in identifiers_of(document))), None)


def _traits(patient: ET.Element | None) -> Traits | None:
    if patient is None:
        return None
    families = {part.get("qualifier"): name_of(part.text) for part in patient.findall("name/family", HL7)}
    given = {part.get("qualifier"): first_names_of(part.text) for part in patient.findall("name/given", HL7)}
    used = next((families[kind] for kind in families if kind in _USED), None)
    traits = Traits(
        birth_name=families.get("BR"),
        # A name of which nothing says what it is, is what people are called by.
        used_name=used or families.get(None),
        first_names=given.get(None) or given.get("BR") or next(iter(given.values()), ()),
        sex=sex_of(_attribute(patient, "administrativeGenderCode", "code")),
        birth_date=day_of(_attribute(patient, "birthTime", "value")),
        birth_place=place_of(patient.findtext("birthplace/place/addr/county", None, HL7)),
    )
    return traits if traits != Traits() else None


def _author(author: ET.Element | None) -> str | None:
    person = None if author is None else author.find("assignedPerson/name", HL7)
    if person is None:
        return None
    said = {part.tag.rpartition("}")[2]: text_of(part) for part in person}
    title = "Dr " if "DR" in {(said.get(part) or "").upper().rstrip(".") for part in ("prefix", "suffix")} else ""
    name = " ".join(filter(None, (said.get("given"), said.get("family")))) or text_of(person)
    return f"{title}{name}" if name else None


def _finess(document: ET.Element, author: ET.Element | None) -> str | None:
    keeper = document.find("custodian/assignedCustodian/representedCustodianOrganization", HL7)
    places = (keeper, None if author is None else author.find("representedOrganization", HL7))
    found = (finess_of(_extension(place, "id", ESTABLISHMENTS)) for place in places if place is not None)
    return next(filter(None, found), None)


def _times(document: ET.Element) -> Iterator[str]:
    """Yield when the documented act took place: what it began with, or its only time."""
    for event in document.findall("documentationOf/serviceEvent/effectiveTime", HL7):
        low = event.find("low", HL7)
        for time in (event.get("value"), None if low is None else low.get("value")):
            if time:
                yield time


def _ids(element: ET.Element, path: str) -> Iterator[str]:
    for found in element.findall(path, HL7):
        identifier = unique_id(found.get("root"), found.get("extension"))
        if identifier:
            yield identifier


def _extension(element: ET.Element, path: str, root: str) -> str | None:
    return next((found.get("extension") for found in element.findall(path, HL7) if found.get("root") == root), None)


def _attribute(element: ET.Element, path: str, name: str) -> str | None:
    found = element.find(path, HL7)
    return None if found is None else found.get(name)
