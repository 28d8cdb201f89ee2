"""Entries: each act once more for machines, as the national model of a reimbursement history wants its section's.

Template identifiers are those of CCD, IHE PCC and CI-SIS that the model names for each kind of entry.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from documents.care import Care, CodeSystem, Section
from pipelines.reimbursing.codes import ATC_GROUPS, ATC_VACCINES, TABLES, Table, coded
from pipelines.reimbursing.markup import day_ts, escaped

#: Returns the entry of an act, given what its line in the narrative is called and what identifies it.
Writer = Callable[[Care, str, str], str]

_UNKNOWN: Final = '<id nullFlavor="UNK"/>'


def _templates(*roots: str) -> str:
    return "".join(f'<templateId root="{root}"/>' for root in roots)


_SUPPLY: Final = _templates("2.16.840.1.113883.10.20.1.34", "1.3.6.1.4.1.19376.1.5.3.1.4.7.3", "1.2.250.1.213.1.1.3.44")
_PRODUCT: Final = _templates(
    "2.16.840.1.113883.10.20.1.53", "1.3.6.1.4.1.19376.1.5.3.1.4.7.2", "1.2.250.1.213.1.1.3.43"
)
_MEDICINE: Final = _templates(
    "2.16.840.1.113883.10.20.1.24",
    "1.3.6.1.4.1.19376.1.5.3.1.4.7",
    "1.2.250.1.213.1.1.3.42",
    "1.3.6.1.4.1.19376.1.5.3.1.4.7.1",
)
_VACCINATION: Final = _templates(
    "2.16.840.1.113883.10.20.1.24", "1.3.6.1.4.1.19376.1.5.3.1.4.12", "1.2.250.1.213.1.1.3.45"
)
_DEVICE: Final = _templates("2.16.840.1.113883.10.20.1.34", "1.2.250.1.213.1.1.3.20")
_STAY: Final = _templates("2.16.840.1.113883.10.20.1.21", "1.3.6.1.4.1.19376.1.5.3.1.4.14", "1.2.250.1.213.1.1.3.58")
_ACT: Final = _templates("2.16.840.1.113883.10.20.1.29", "1.3.6.1.4.1.19376.1.5.3.1.4.19", "1.2.250.1.213.1.1.3.62")

_LASTS_UNKNOWN: Final = (
    '<effectiveTime xsi:type="IVL_TS"><low nullFlavor="UNK"/><high nullFlavor="UNK"/></effectiveTime>'
    '<effectiveTime operator="A"/>'
)


def _medicine(care: Care, line: str, identifier: str) -> str:
    return (
        f'<substanceAdministration classCode="SBADM" moodCode="EVN">{_MEDICINE}{identifier}'
        f'<text><reference value="#{line}"/></text><statusCode code="completed"/>{_LASTS_UNKNOWN}'
        f"{_product(care, line, ATC_GROUPS, 3)}{_prescribed(care)}</substanceAdministration>"
    )


def _vaccination(care: Care, line: str, identifier: str) -> str:
    return (
        f'<substanceAdministration classCode="SBADM" moodCode="EVN" negationInd="false">{_VACCINATION}{identifier}'
        '<code code="IMMUNIZ" displayName="Vaccination sans autres précisions" codeSystem="2.16.840.1.113883.5.4"/>'
        f'<text><reference value="#{line}"/></text><statusCode code="completed"/><effectiveTime nullFlavor="UNK"/>'
        f"{_product(care, line, ATC_VACCINES, 7)}{_prescribed(care)}</substanceAdministration>"
    )


def _product(care: Care, line: str, groups: Table, length: int) -> str:
    label, code = escaped(care.label), escaped(care.code)
    group = coded("translation", escaped(care.atc[:length]), None, groups) if care.atc else ""
    return (
        f"<consumable><manufacturedProduct>{_PRODUCT}<manufacturedMaterial><code>"
        f'<originalText><reference value="#{line}"/></originalText>'
        f"{coded('translation', code, label, TABLES[care.system])}{group if care.system is not CodeSystem.ATC else ''}"
        f"</code><name>{label}</name></manufacturedMaterial></manufacturedProduct></consumable>"
    )


def _prescribed(care: Care) -> str:
    return (
        '<entryRelationship typeCode="REFR" inversionInd="false"><supply classCode="SPLY" moodCode="EVN">'
        f"{_SUPPLY}{_UNKNOWN}{_quantity(care)}{_delivered(care)}{_prescriber(care, always=True)}"
        "</supply></entryRelationship>"
    )


def _device(care: Care, line: str, identifier: str) -> str:
    return (
        f'<supply classCode="SPLY" moodCode="EVN">{_DEVICE}{identifier}<text><reference value="#{line}"/></text>'
        f'<effectiveTime xsi:type="IVL_TS"><low nullFlavor="UNK"/></effectiveTime>{_quantity(care)}'
        f"{_delivered(care)}{_prescriber(care, always=True)}"
        '<participant typeCode="DEV"><participantRole classCode="MANU">'
        '<playingDevice classCode="DEV" determinerCode="INSTANCE"><code>'
        f'<originalText><reference value="#{line}"/></originalText>'
        f"{coded('translation', escaped(care.code), escaped(care.label), TABLES[care.system])}</code></playingDevice>"
        "</participantRole></participant></supply>"
    )


def _stay(care: Care, line: str, identifier: str) -> str:
    high = f'<high value="{day_ts(care.until)}"/>' if care.until else ""
    kind = coded("value", escaped(care.code), escaped(care.label), TABLES[care.system])
    return (
        f'<encounter classCode="ENC" moodCode="EVN">{_STAY}{identifier}'
        '<code code="IMP" displayName="Hospitalisation" codeSystem="2.16.840.1.113883.5.4" codeSystemName="ActCode">'
        f'<qualifier>{kind}</qualifier></code><text><reference value="#{line}"/></text>'
        f'<effectiveTime><low value="{day_ts(care.day)}"/>{high}</effectiveTime>'
        f"{_organisation(care.establishment or care.performer)}</encounter>"
    )


def _act(care: Care, line: str, identifier: str) -> str:
    person = f"<assignedPerson><name>{escaped(care.performer)}</name></assignedPerson>" if care.performer else ""
    place = _named_organisation(care.establishment)
    performer = (
        f'<performer><assignedEntity classCode="ASSIGNED">{_UNKNOWN}{person}{place}</assignedEntity></performer>'
        if person or place
        else ""
    )
    return _procedure(care, line, identifier, performer)


def _analysis(care: Care, line: str, identifier: str) -> str:
    """Return an act of biology: the laboratory that did it and the establishment that it is of are two performers."""
    return _procedure(
        care, line, identifier, _organisation(care.performer) + _organisation(care.establishment or care.performer)
    )


def _procedure(care: Care, line: str, identifier: str, performers: str) -> str:
    return (
        f'<procedure classCode="PROC" moodCode="EVN">{_ACT}{identifier}'
        f"{coded('code', escaped(care.code), escaped(care.label), TABLES[care.system])}"
        f'<text><reference value="#{line}"/></text><statusCode code="completed"/>'
        f'<effectiveTime value="{day_ts(care.day)}"/>{performers}{_prescriber(care, always=False)}</procedure>'
    )


def _quantity(care: Care) -> str:
    return "" if care.quantity is None else f'<quantity value="{care.quantity}"/>'


def _delivered(care: Care) -> str:
    return (
        f'<performer typeCode="PRF"><time value="{day_ts(care.day)}"/><assignedEntity>{_UNKNOWN}'
        f"{_named_organisation(care.performer)}</assignedEntity></performer>"
    )


def _prescriber(care: Care, *, always: bool) -> str:
    """Return who prescribed it: the insurer says of what specialty, and where products were prescribed."""
    specialty = (
        f'<code nullFlavor="OTH"><originalText>{escaped(care.prescriber)}</originalText></code>'
        if care.prescriber
        else ""
    )
    if not (specialty or always):
        return ""
    place = _named_organisation(care.establishment) if always else ""
    return (
        f'<author><time value="{day_ts(care.day)}"/><assignedAuthor>{_UNKNOWN}{specialty}{place}'
        "</assignedAuthor></author>"
    )


def _organisation(name: str | None) -> str:
    if name is None:
        return ""
    return (
        f'<performer><assignedEntity classCode="ASSIGNED">{_UNKNOWN}{_named_organisation(name)}'
        "</assignedEntity></performer>"
    )


def _named_organisation(name: str | None) -> str:
    return f"<representedOrganization><name>{escaped(name)}</name></representedOrganization>" if name else ""


#: How each section's acts are written.
WRITERS: Final[Mapping[Section, Writer]] = MappingProxyType(
    {
        Section.MEDICINES: _medicine,
        Section.VACCINATIONS: _vaccination,
        Section.DEVICES: _device,
        Section.STAYS: _stay,
        Section.CARE: _act,
        Section.RADIOLOGY: _act,
        Section.BIOLOGY: _analysis,
    }
)

_NO_PRODUCT: Final = (
    f"<manufacturedProduct>{_PRODUCT}<manufacturedMaterial>"
    '<code nullFlavor="NA"/><name nullFlavor="NA"/></manufacturedMaterial></manufacturedProduct>'
)


def _none_of(code: str, words: str) -> str:
    return f'<code code="{code}" displayName="{words}" codeSystem="2.16.840.1.113883.5.1150.1"/>'


def _no_medicine(line: str, identifier: str) -> str:
    return (
        f'<substanceAdministration classCode="SBADM" moodCode="EVN">{_MEDICINE}{identifier}'
        f"{_none_of('no-known-medications', 'Pas de traitement médicamenteux connu')}"
        f'<text><reference value="#{line}"/></text><statusCode code="completed"/>{_LASTS_UNKNOWN}'
        f"<consumable>{_NO_PRODUCT}</consumable></substanceAdministration>"
    )


def _no_vaccination(line: str, identifier: str) -> str:
    return (
        f'<substanceAdministration classCode="SBADM" moodCode="EVN" negationInd="false">{_VACCINATION}{identifier}'
        f"{_none_of('no-known-immunizations', 'Pas de vaccin connu')}"
        f'<text><reference value="#{line}"/></text><statusCode code="completed"/><effectiveTime nullFlavor="NA"/>'
        f'<consumable typeCode="CSM">{_NO_PRODUCT}</consumable></substanceAdministration>'
    )


def _no_device(line: str, _identifier: str) -> str:
    return (
        f'<supply classCode="SPLY" moodCode="EVN">{_DEVICE}<id nullFlavor="NA"/>'
        f'<text><reference value="#{line}"/></text>'
        '<effectiveTime xsi:type="IVL_TS"><low nullFlavor="NA"/></effectiveTime>'
        '<participant typeCode="DEV"><participantRole classCode="MANU">'
        '<playingDevice classCode="DEV" determinerCode="INSTANCE">'
        f"{_none_of('no-known-devices', 'Pas de dispositif médical connu')}"
        "</playingDevice></participantRole></participant></supply>"
    )


def _no_stay(line: str, _identifier: str) -> str:
    return (
        f'<encounter classCode="ENC" moodCode="EVN">{_STAY}<id nullFlavor="NA"/>'
        '<code code="02276797" displayName="Aucun" codeSystem="1.2.250.1.213.2.63" codeSystemName="Wolf"/>'
        f'<text><reference value="#{line}"/></text><effectiveTime nullFlavor="NA"/></encounter>'
    )


def _no_act(line: str, _identifier: str) -> str:
    none = _none_of("no-known-procedures", "Pas d'acte ou intervention connu")
    return (
        f'<procedure classCode="PROC" moodCode="EVN">{_ACT}<id nullFlavor="NA"/>{none}'
        f'<text><reference value="#{line}"/></text><statusCode code="completed"/><effectiveTime nullFlavor="NA"/>'
        "</procedure>"
    )


#: What a section says for machines that holds nothing.
NONE_WRITERS: Final[Mapping[Section, Callable[[str, str], str]]] = MappingProxyType(
    {
        Section.MEDICINES: _no_medicine,
        Section.VACCINATIONS: _no_vaccination,
        Section.DEVICES: _no_device,
        Section.STAYS: _no_stay,
        Section.CARE: _no_act,
        Section.RADIOLOGY: _no_act,
        Section.BIOLOGY: _no_act,
    }
)
