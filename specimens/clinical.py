"""Specimens as hospitals' software exchanges them: clinical documents (CDA R2) at level 1 and level 3."""

import base64
import textwrap
from xml.sax.saxutils import escape, quoteattr

from documents.patient import Ins, Traits
from specimens.specimen import Specimen, Truth

_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
  <realmCode code="FR"/>
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="2.16.840.1.113883.2.8.2.1"/>
  <templateId root="1.2.250.1.213.1.1.1.1"/>
  <id root="1.2.250.1.999.1" extension={unique}/>
  <code code={code} codeSystem="2.16.840.1.113883.6.1"/>
  <title>{title}</title>
  <effectiveTime value="{written}120000+0100"/>
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
  <languageCode code="fr-FR"/>
  <setId root="1.2.250.1.999.1.1" extension={unique}/>
  <versionNumber value="1"/>
  <recordTarget><patientRole>
    {identifier}
    <patient>
      <name><family qualifier="BR">{birth_name}</family><given>{first_names}</given>
        <given qualifier="BR">{first_name}</given>{used_name}</name>
      <administrativeGenderCode code="{sex}" codeSystem="2.16.840.1.113883.5.1"/>
      <birthTime value="{born}"/>
      {birth_place}
    </patient>
  </patientRole></recordTarget>
  <author><time value="{written}120000+0100"/><assignedAuthor>
    <id root="1.2.250.1.71.4.2.1" extension="8{rpps}"/>
    <assignedPerson><name><prefix>DR</prefix><given>{doctor_first}</given><family>{doctor_last}</family></name>
    </assignedPerson>
  </assignedAuthor></author>
  <custodian><assignedCustodian><representedCustodianOrganization>
    <id root="1.2.250.1.71.4.2.2" extension="1{finess}"/><name>{establishment}</name>
  </representedCustodianOrganization></assignedCustodian></custodian>
  <legalAuthenticator><time value="{written}120000+0100"/><signatureCode code="S"/></legalAuthenticator>
  <documentationOf><serviceEvent><effectiveTime><low value="{act}090000+0100"/></effectiveTime></serviceEvent>
  </documentationOf>
  {related}
  <component>{body}</component>
</ClinicalDocument>
"""


def level_1(specimen: Specimen, *, wrapped: int | None = 76, replaces: str | None = None) -> bytes:
    """Return a specimen's PDF within a clinical document.

    Args:
        specimen: A specimen that is a PDF, of text or of scans.
        wrapped: Characters in a line of base64; None for one line of any length.
        replaces: The specimen's name that this document replaces.
    """
    data = base64.b64encode(specimen.content).decode()
    if wrapped:
        data = "\n".join(textwrap.wrap(data, wrapped))
    body = f'<nonXMLBody><text mediaType="application/pdf" representation="B64">\n{data}\n</text></nonXMLBody>'
    return document(specimen.name, specimen.truth, body, replaces=replaces)


def level_3(name: str, truth: Truth, *, copy: bytes | None = None) -> bytes:
    """Return a paper's text as the narrative of a clinical document: a paragraph a line, a table at the end.

    Args:
        name: What the document is called for ever.
        truth: The paper.
        copy: A PDF that is carried along, as laboratories do.
    """
    paragraphs = "".join(f"<paragraph>{escape(line)}</paragraph>" for line in truth.text.splitlines() if line.strip())
    rows = "<tr><td>Documents joints</td><td>aucun</td></tr>"
    table = f"<table><thead><tr><th>Rubrique</th><th>Valeur</th></tr></thead><tbody>{rows}</tbody></table>"
    section = f"<section><title>Contenu</title><text>{paragraphs}{table}</text>{_entry(copy)}</section>"
    return document(name, truth, f"<structuredBody><component>{section}</component></structuredBody>")


def document(  # noqa: PLR0913 - what may differ between two documents is the question
    name: str,
    truth: Truth,
    body: str,
    *,
    ins: Ins | None = None,
    traits: Traits | None = None,
    replaces: str | None = None,
) -> bytes:
    """Return a clinical document with a header that tells the truth, or what is said instead.

    Args:
        name: What the document is called for ever.
        truth: The paper.
        body: XML of its body.
        ins: A number that is declared instead of the patient's.
        traits: Traits that are declared instead of the patient's.
        replaces: What the document that it replaces is called.
    """
    who, said = ins or truth.ins, traits or truth.traits
    related = f'<id root="1.2.250.1.999.1" extension={quoteattr(replaces or "")}/>'
    text = _DOCUMENT.format(
        unique=quoteattr(name),
        code=quoteattr(truth.type_code),
        title="Compte rendu",
        written=f"{truth.written_on:%Y%m%d}",
        act=f"{truth.act_date:%Y%m%d}",
        identifier=f'<id root="{who.oid}" extension="{who.number}"/>',
        birth_name=escape(said.birth_name or ""),
        first_names=escape(" ".join(said.first_names)),
        first_name=escape(said.first_names[0] if said.first_names else ""),
        used_name=f'<family qualifier="CL">{escape(said.used_name)}</family>' if said.used_name else "",
        sex=said.sex or "UN",
        born=f"{said.birth_date:%Y%m%d}" if said.birth_date else "",
        birth_place=f"<birthplace><place><addr><county>{said.birth_place}</county></addr></place></birthplace>"
        if said.birth_place
        else "",
        rpps=truth.practitioner.rpps,
        doctor_first=escape(truth.practitioner.first_name),
        doctor_last=escape(truth.practitioner.last_name),
        finess=truth.establishment.finess,
        establishment=escape(truth.establishment.name),
        related=f'<relatedDocument typeCode="RPLC"><parentDocument>{related}</parentDocument></relatedDocument>'
        if replaces
        else "",
        body=body,
    )
    return text.encode()


def _entry(copy: bytes | None) -> str:
    if copy is None:
        return ""
    data = base64.b64encode(copy).decode()
    value = f'<value mediaType="application/pdf" representation="B64">{data}</value>'
    return f'<entry><observationMedia classCode="OBS" moodCode="EVN" ID="COPY">{value}</observationMedia></entry>'
