"""Specimens as hospitals hand them over: submission sets (IHE XDM), archives with manifests, HL7 v2 messages."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Final
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from specimens.specimen import Truth

_METADATA: Final = """<?xml version="1.0" encoding="UTF-8"?>
<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0">
<RegistryObjectList xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0">
<RegistryPackage id="set"/>{objects}</RegistryObjectList></lcm:SubmitObjectsRequest>
"""
_OBJECT: Final = """<ExtrinsicObject id="doc-{number}" mimeType="text/xml"
 objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1">
{slots}
<Classification classificationScheme="urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d" nodeRepresentation="">
{author}</Classification>
<Classification classificationScheme="urn:uuid:f0306f51-975f-434e-a61c-c59651d33983" nodeRepresentation="{type_code}"/>
<ExternalIdentifier identificationScheme="urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427" value={patient}/>
<ExternalIdentifier identificationScheme="urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab" value={unique}/>
</ExtrinsicObject>
<Association associationType="urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
 sourceObject="set" targetObject="doc-{number}"/>
"""
_MESSAGE: Final = (
    "MSH|^~\\&|DPI|CHU|VERSO|DMP|20260314||{event}|{control}|P|2.5|||||FRA|{charset}",
    (
        "PID|||{number}^^^ASIP-SANTE-INS-NIR&{oid}&ISO^INS||{birth_name}^{first_name}^{first_names}^^^^L"
        "||{born}|{sex}|||^^^^^^BDL^^{birth_place}"
    ),
)


def submission_set(
    documents: Iterable[tuple[str, bytes, Truth]], *, altered: Iterable[str] = (), missing: Iterable[str] = ()
) -> bytes:
    """Return documents as MSSanté mail carries them: an archive with metadata and a page for people.

    Args:
        documents: Unique id, content and truth of each.
        altered: Unique ids of those whose digest is another's.
        missing: Unique ids of those that are declared and not enclosed.
    """
    files: dict[str, bytes] = {"INDEX.HTM": b"<html/>", "README.TXT": b"Lot de documents\r\n"}
    objects = []
    for number, (unique, content, truth) in enumerate(documents, start=1):
        name = f"DOC{number:05d}.{'PDF' if content.startswith(b'%PDF') else 'XML'}"
        if unique not in missing:
            files[f"IHE_XDM/SUBSET01/{name}"] = content
        stated = content[:-1] if unique in altered else content
        objects.append(_object(number, name, unique, stated, truth))
    files["IHE_XDM/SUBSET01/METADATA.XML"] = _METADATA.format(objects="".join(objects)).encode()
    return archive(files)


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return files as a ZIP, always the same."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(ZipInfo(name, (2026, 3, 14, 9, 26, 0)), content, ZIP_DEFLATED)
    return buffer.getvalue()


def message_with_file(truth: Truth, content: bytes, *, unique: str = "", replaces: str = "") -> bytes:
    """Return a message (MDM^T02) that carries a document in base64."""
    kind = "APPLICATION^PDF" if content.startswith(b"%PDF") else "TEXT^XML"
    data = base64.b64encode(content).decode()
    doctor = truth.practitioner
    return _message(
        truth,
        "MDM^T02",
        f"TXA|1|{truth.type_code}^Compte rendu^LN||{truth.act_date:%Y%m%d}||||"
        f"|8{doctor.rpps}^{doctor.last_name}^{doctor.first_name}|||{unique}|{replaces}",
        f"OBX|1|ED|{truth.type_code}^Compte rendu^LN||^{kind}^Base64^{data}||||||F",
    )


def message_with_text(truth: Truth, *, charset: str = "UNICODE UTF-8", encoding: str = "utf-8") -> bytes:
    """Return a message (ORU^R01) that says what a paper says, line by line, framed as for MLLP."""
    escaped = [line.replace("\\", "\\E\\").replace("|", "\\F\\").replace("^", "\\S\\") for line in _lines(truth)]
    lines = [line.replace("&", "\\T\\").replace("~", "\\R\\") for line in escaped]
    observations = [f"OBX|{number}|TX|||{line}||||||F" for number, line in enumerate(lines, start=1)]
    order = f"OBR|1|||{truth.type_code}^Compte rendu^LN|||{truth.act_date:%Y%m%d}"
    return b"\x0b" + _message(truth, "ORU^R01", order, *observations, charset=charset, encoding=encoding) + b"\x1c\r"


def _message(
    truth: Truth, event: str, *segments: str, charset: str = "UNICODE UTF-8", encoding: str = "utf-8"
) -> bytes:
    traits = truth.traits
    head = [
        line.format(
            event=event,
            control="1",
            charset=charset,
            number=truth.ins.number,
            oid=truth.ins.oid,
            birth_name=traits.birth_name or "",
            first_name=traits.first_names[0] if traits.first_names else "",
            first_names=" ".join(traits.first_names),
            born=f"{traits.birth_date:%Y%m%d}" if traits.birth_date else "",
            sex=traits.sex or "",
            birth_place=traits.birth_place or "",
        )
        for line in _MESSAGE
    ]
    return "\r".join((*head, *segments, "")).encode(encoding, "replace")


def _lines(truth: Truth) -> list[str]:
    return [line for line in truth.text.splitlines() if line.strip()]


def _object(number: int, name: str, unique: str, content: bytes, truth: Truth) -> str:
    traits, doctor = truth.traits, truth.practitioner
    slots = {
        "hash": [hashlib.sha1(content, usedforsecurity=False).hexdigest()],
        "size": [str(len(content))],
        "URI": [name],
        "creationTime": [f"{truth.written_on:%Y%m%d}120000"],
        "serviceStartTime": [f"{truth.act_date:%Y%m%d}"],
        "sourcePatientInfo": [
            f"PID-5|{traits.birth_name}^{traits.first_names[0] if traits.first_names else ''}^^^^^L",
            f"PID-7|{traits.birth_date:%Y%m%d}" if traits.birth_date else "PID-7|",
            f"PID-8|{traits.sex or ''}",
        ],
    }
    author = {
        "authorPerson": [
            f"8{doctor.rpps}^{doctor.last_name}^{doctor.first_name}^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
        ],
        "authorInstitution": [
            f"{truth.establishment.name}^^^^^&1.2.250.1.71.4.2.2&ISO^^^^1{truth.establishment.finess}"
        ],
    }
    return _OBJECT.format(
        number=number,
        slots=_slots(slots),
        author=_slots(author),
        type_code=truth.type_code,
        patient=quoteattr(f"{truth.ins.number}^^^&{truth.ins.oid}&ISO^NH"),
        unique=quoteattr(unique),
    )


def _slots(slots: Mapping[str, Iterable[str]]) -> str:
    written = []
    for name, values in slots.items():
        inner = "".join(f"<Value>{value.replace('&', '&amp;').replace('<', '&lt;')}</Value>" for value in values)
        written.append(f'<Slot name="{name}"><ValueList>{inner}</ValueList></Slot>')
    return "".join(written)
