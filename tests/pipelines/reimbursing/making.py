"""Histories to publish: one act of each section, and as many of anything as a test wants."""

from dataclasses import replace
from datetime import UTC, date, datetime

from documents.care import Care, CodeSystem, History, Section
from documents.document import PatientRef
from documents.patient import OID_INS_NIR_TEST, Ins, Sex, Traits
from pipelines.reimbursing.edition import Edition

#: The test patient of the national samples.
DOMINIQUE = Ins(number="279035121518989", oid=OID_INS_NIR_TEST)
TRAITS = Traits(
    birth_name="PAT-TROIS",
    first_names=("DOMINIQUE", "MARIE-LOUISE"),
    sex=Sex.FEMALE,
    birth_date=date(1979, 3, 28),
    birth_place="51215",
)
MEDICINE = Care(
    reference="L-1",
    section=Section.MEDICINES,
    day=date(2025, 5, 26),
    code="3400935673220",
    system=CodeSystem.CIP13,
    label="CONTRACEPTIF CPR 3/21",
    atc="G03AA07",
    prescriber="Médecin - Gynécologie médicale",
    performer="PHARMACIE DU PARC",
    establishment="CLINIQUE DES LILAS",
    quantity=3,
)
CARES = (
    MEDICINE,
    replace(
        MEDICINE, reference="L-2", section=Section.VACCINATIONS, code="3400932857241", label="VACCIN", atc="J07AM01"
    ),
    replace(MEDICINE, reference="L-3", section=Section.DEVICES, code="3408693", system=CodeSystem.LPP, label="ATTELLE"),
    replace(
        MEDICINE,
        reference="L-4",
        section=Section.STAYS,
        code="1940",
        system=CodeSystem.STAY,
        label="Séjour de chirurgie",
        until=date(2025, 5, 30),
    ),
    replace(MEDICINE, reference="L-5", section=Section.CARE, code="G", system=CodeSystem.NGAP, label="CONSULTATION"),
    replace(
        MEDICINE,
        reference="L-6",
        section=Section.RADIOLOGY,
        code="QEQJ001",
        system=CodeSystem.CCAM,
        label="IRM DU SEIN",
    ),
    replace(MEDICINE, reference="L-7", section=Section.BIOLOGY, code="1208", system=CodeSystem.NABM, label="TSH"),
)


def history(*cares: Care, patient: str = "a" * 64) -> History:
    """Return a history of some care."""
    return History(
        insurer="assurance",
        patient=PatientRef(patient),
        night=3,
        first=date(2024, 3, 15),
        last=date(2026, 3, 14),
        cares=tuple(sorted(cares, key=lambda care: care.place)),
    )


def edition(*cares: Care, number: int = 1, patient: str = "a" * 64) -> Edition:
    """Return an edition of a history."""
    at = datetime(2026, 3, 14, 2, 30, tzinfo=UTC)
    return Edition(history=history(*cares, patient=patient), ins=DOMINIQUE, traits=TRAITS, number=number, at=at)
