"""The METADATA.XML of an IHE XDM submission set: what is declared of each of its documents (IHE ITI TF-3, 4.2)."""

import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from documents.arrival import Declaration
from pipelines.cda.identifiers import day_of
from pipelines.cda.markup import parse
from pipelines.hl7.types import establishment_in, ins_in, professional_in, traits_in

_AUTHOR: Final = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d"
_TYPE: Final = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
_PATIENT: Final = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
_UNIQUE: Final = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
_REPLACES: Final = ("AssociationType:RPLC", "AssociationType:XFRM_RPLC")

Slots = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One document of a submission set."""

    #: Where its file is, below the folder of the metadata.
    uri: str = field(repr=False)
    declaration: Declaration = field(repr=False)
    size: int | None
    #: SHA-1 of the file, hex.
    sha1: str | None


def entries_in(content: bytes) -> Iterator[Entry]:
    """Yield the documents of a submission set, in the order of its metadata.

    Raises:
        DamagedFile: It is not well-formed.
        ForbiddenMarkup: It declares a document type.
        HarmfulFile: It is a bomb.
    """
    root = parse(content)
    replaced = _replaced(root)
    for element in root.iter():
        if _local(element) == "ExtrinsicObject":
            slots = _slots(element)
            size = _first(slots, "size")
            yield Entry(
                uri=_first(slots, "URI").replace("\\", "/"),
                declaration=_declaration(element, slots, tuple(replaced[element.get("id", "")])),
                size=int(size) if size.isdecimal() and len(size) < 19 else None,
                sha1=_first(slots, "hash").lower() or None,
            )


def _declaration(element: ET.Element, slots: Slots, replaces: tuple[str, ...]) -> Declaration:
    identifiers = {
        child.get("identificationScheme"): child.get("value", "")
        for child in element
        if _local(child) == "ExternalIdentifier"
    }
    classes = {child.get("classificationScheme"): child for child in element if _local(child) == "Classification"}
    author = _slots(classes[_AUTHOR]) if _AUTHOR in classes else {}
    info = defaultdict(list)
    for value in slots.get("sourcePatientInfo", ()):
        name, _, said = value.partition("|")
        info[name.strip()].append(said)
    rpps, who = professional_in(_first(author, "authorPerson"))
    return Declaration(
        ins=ins_in([identifiers.get(_PATIENT, ""), *slots.get("sourcePatientId", ())]),
        traits=traits_in(info["PID-5"], "".join(info["PID-7"][:1]), "".join(info["PID-8"][:1])),
        type_code=classes[_TYPE].get("nodeRepresentation") or None if _TYPE in classes else None,
        act_date=day_of(_first(slots, "serviceStartTime")),
        written_date=day_of(_first(slots, "creationTime")),
        author=who,
        author_rpps=rpps,
        finess=establishment_in(_first(author, "authorInstitution")),
        unique_id=identifiers.get(_UNIQUE) or None,
        replaces=replaces,
    )


def _replaced(root: ET.Element) -> Mapping[str, list[str]]:
    """Return the entries that each new one replaces, as their registry calls them."""
    found = defaultdict(list)
    for element in root.iter():
        if _local(element) == "Association" and element.get("associationType", "").endswith(_REPLACES):
            found[element.get("sourceObject", "")].append(element.get("targetObject", ""))
    return found


def _slots(element: ET.Element) -> Slots:
    return {
        child.get("name", ""): [" ".join((v.text or "").split()) for v in child.iter() if _local(v) == "Value"]
        for child in element
        if _local(child) == "Slot"
    }


def _first(slots: Slots, name: str) -> str:
    return next(iter(slots.get(name, ())), "")


def _local(element: ET.Element) -> str:
    """Return an element's name without its namespace, of which there are two generations."""
    return element.tag.rpartition("}")[2]
