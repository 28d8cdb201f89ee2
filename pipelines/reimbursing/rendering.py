"""Rendering: an edition as a clinical document, CDA R2 CNAM-HR 2021.01; the same edition always gives the same bytes.

What the header fixes comes from the model's schematron (CI-SIS_CNAM-HR_2021.01) and its published example: the author
is the insurance's software, the organisation the insurance, whatever body of it hands the data over.
"""

from typing import Final

from documents.patient import Sex, Traits
from documents.type_codes import TypeCode, type_code
from pipelines.reimbursing.edition import Edition, Names
from pipelines.reimbursing.markup import day_ts, escaped, instant_ts
from pipelines.reimbursing.sections import body

#: The type of a reimbursement history.
TYPE: Final = "REMB"
#: Who writes and keeps it, by the national identifiers of software (prefix 5) and of organisations (prefix 3).
AUTHOR: Final = "Assurance Maladie"
_SOFTWARE: Final = '<id root="1.2.250.1.71.4.2.1" extension="518003502400041/1.2.250.1.215.1.2"/>'
_ORGANISATION: Final = f'<id root="1.2.250.1.71.4.2.2" extension="318003502400041"/><name>{AUTHOR}</name>'
_UNASKED: Final = '<addr nullFlavor="NASK"/><telecom nullFlavor="NASK"/>'
_SEXES: Final = {Sex.MALE: ("M", "Masculin"), Sex.FEMALE: ("F", "Féminin"), Sex.UNKNOWN: ("UN", "Indifférencié")}


def render(edition: Edition, names: Names, *, entries: bool = True) -> bytes:
    """Return an edition as a CDA document, UTF-8; without its entries it reads the same, in a quarter of the time."""
    kind, at = type_code(TYPE), instant_ts(edition.at)
    content = body(edition.history, names.set_id, entries=entries)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        '<realmCode code="FR"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>'
        '<templateId root="2.16.840.1.113883.2.8.2.1"/><templateId root="1.2.250.1.213.1.1.1.1"/>'
        '<templateId root="1.2.250.1.213.1.1.1.36" extension="2021.01"/>'
        f'<id root="{names.unique_id(edition.number)}"/>{_kind(kind)}<title>{kind.label_fr}</title>'
        f'<effectiveTime value="{at}"/>'
        '<confidentialityCode code="N" displayName="Normal" codeSystem="2.16.840.1.113883.5.25"/>'
        f'<languageCode code="fr-FR"/><setId root="{names.set_id}"/><versionNumber value="{edition.number}"/>'
        f"{_patient(edition)}{_author(at)}{_custodian()}{_responsible(at)}{_period(edition)}"
        f"{_former(edition, names)}{_encounter()}{content}</ClinicalDocument>\n"
    ).encode()


def _kind(kind: TypeCode) -> str:
    return f'<code code="{kind.code}" codeSystem="{kind.system}" displayName="{kind.label_fr}"/>'


def _patient(edition: Edition) -> str:
    traits = edition.traits
    number = f'<id extension="{edition.ins.number}" root="{edition.ins.oid}"/>'
    return (
        f'<recordTarget><patientRole>{number}{_UNASKED}<patient classCode="PSN"><name>{_names(traits)}</name>'
        f"{_gender(traits)}{_birth(traits)}</patient></patientRole></recordTarget>"
    )


def _names(traits: Traits) -> str:
    family = f'<family qualifier="BR">{escaped(traits.birth_name or "")}</family>'
    used = f'<family qualifier="CL">{escaped(traits.used_name)}</family>' if traits.used_name else ""
    all_of_them = f"<given>{escaped(' '.join(traits.first_names))}</given>"
    first = f'<given qualifier="BR">{escaped(traits.first_names[0])}</given>' if traits.first_names else ""
    return f"{family}{used}{all_of_them}{first}"


def _gender(traits: Traits) -> str:
    if traits.sex is None:
        return '<administrativeGenderCode nullFlavor="NASK"/>'
    code, name = _SEXES[traits.sex]
    return f'<administrativeGenderCode code="{code}" displayName="{name}" codeSystem="2.16.840.1.113883.5.1"/>'


def _birth(traits: Traits) -> str:
    day = f'<birthTime value="{day_ts(traits.birth_date)}"/>' if traits.birth_date else '<birthTime nullFlavor="NASK"/>'
    if traits.birth_place is None:
        return day
    return f"{day}<birthplace><place><addr><county>{escaped(traits.birth_place)}</county></addr></place></birthplace>"


def _author(at: str) -> str:
    return (
        f'<author><time value="{at}"/><assignedAuthor>{_SOFTWARE}'
        '<code code="ALIM_AM" displayName="Alimentation automatique à partir du Système d\'Information de l\'Assurance '
        f'Maladie" codeSystem="1.2.250.1.213.1.1.4.6"/>{_UNASKED}<assignedAuthoringDevice>'
        f"<manufacturerModelName>.</manufacturerModelName><softwareName>{AUTHOR}</softwareName>"
        f"</assignedAuthoringDevice><representedOrganization>{_ORGANISATION}</representedOrganization>"
        "</assignedAuthor></author>"
    )


def _custodian() -> str:
    return (
        f"<custodian><assignedCustodian><representedCustodianOrganization>{_ORGANISATION}"
        "</representedCustodianOrganization></assignedCustodian></custodian>"
    )


def _responsible(at: str) -> str:
    return (
        f'<legalAuthenticator><time value="{at}"/><signatureCode code="S"/><assignedEntity>{_SOFTWARE}{_UNASKED}'
        f"<assignedPerson><name><given>.</given><family>{AUTHOR}</family></name></assignedPerson>"
        "</assignedEntity></legalAuthenticator>"
    )


def _period(edition: Edition) -> str:
    history = edition.history
    return (
        "<documentationOf><serviceEvent><effectiveTime>"
        f'<low value="{day_ts(history.first)}"/><high value="{day_ts(history.last)}"/></effectiveTime>'
        '<performer typeCode="PRF"><assignedEntity><id nullFlavor="NA"/><representedOrganization>'
        '<standardIndustryClassCode code="AMO" displayName="Organisme d\'assurance maladie obligatoire" '
        'codeSystem="1.2.250.1.213.1.1.4.9"/></representedOrganization></assignedEntity></performer>'
        "</serviceEvent></documentationOf>"
    )


def _former(edition: Edition, names: Names) -> str:
    """Return what the edition replaces: the one before it, if it is not the first."""
    if edition.number == 1:
        return ""
    former = edition.number - 1
    return (
        f'<relatedDocument typeCode="RPLC"><parentDocument><id root="{names.unique_id(former)}"/>'
        f'<setId root="{names.set_id}"/><versionNumber value="{former}"/></parentDocument></relatedDocument>'
    )


def _encounter() -> str:
    return (
        '<componentOf><encompassingEncounter><effectiveTime nullFlavor="NA"/><location><healthCareFacility>'
        '<code code="SA24" displayName="Organisme de sécurité sociale" codeSystem="1.2.250.1.71.4.2.4"/>'
        "</healthCareFacility></location></encompassingEncounter></componentOf>"
    )
