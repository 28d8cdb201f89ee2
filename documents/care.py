"""Reimbursed care: what an insurer says was done for a patient or given to them, and the history that it adds up to."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from documents.document import PatientRef


class Section(StrEnum):
    """Sections of a reimbursement history, in the order in which it shows them (CNAM-HR 2021.01)."""

    #: Medicines that were delivered.
    MEDICINES = "medicines"
    #: Vaccines that were delivered.
    VACCINATIONS = "vaccinations"
    #: Medical devices.
    DEVICES = "devices"
    #: Stays in a hospital.
    STAYS = "stays"
    #: Medical and dental care.
    CARE = "care"
    RADIOLOGY = "radiology"
    BIOLOGY = "biology"


class CodeSystem(StrEnum):
    """Tables that the codes of care are taken from."""

    #: A presentation of a medicine, as a pharmacy sells it: 13 digits.
    CIP13 = "cip13"
    #: A unit of a medicine, as a hospital gives it.
    UCD = "ucd"
    #: A group of medicines by what they act upon.
    ATC = "atc"
    #: A device of the list of products and services.
    LPP = "lpp"
    #: A kind of stay.
    STAY = "stay"
    #: An act, technical, of physicians and dentists.
    CCAM = "ccam"
    #: An act, general: consultations, nursing, physiotherapy.
    NGAP = "ngap"
    #: An act of biology.
    NABM = "nabm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """One act that was reimbursed. No amounts: what was done and delivered, never what it cost."""

    #: What the insurer calls this line, for ever: a correction or a deletion names it.
    reference: str = field(repr=False)
    section: Section
    #: When it was done or delivered; when a stay began.
    day: date = field(repr=False)
    #: When a stay ended; None where nothing lasts, or it had not ended.
    until: date | None = field(default=None, repr=False)
    #: Code of the act or product.
    code: str = field(repr=False)
    #: The table that the code is of.
    system: CodeSystem
    #: The act or product in words, as the insurer writes it: data to be shown, never markup or a formula.
    label: str = field(repr=False)
    #: The therapeutic group of a medicine.
    atc: str | None = field(default=None, repr=False)
    #: Specialty of who prescribed it.
    prescriber: str | None = field(default=None, repr=False)
    #: Who did or delivered it, in the insurer's words.
    performer: str | None = field(default=None, repr=False)
    #: Where, in the insurer's words.
    establishment: str | None = field(default=None, repr=False)
    #: How many.
    quantity: int | None = field(default=None, repr=False)

    @property
    def place(self) -> tuple[int, date, str, str]:
        """What care is sorted by in a history: its section, its day, its code, its reference."""
        return list(Section).index(self.section), self.day, self.code, self.reference


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The care of one patient that one insurer reimbursed lately, as of one night."""

    #: Name of the feeder that says so.
    insurer: str
    patient: PatientRef
    #: Number of the insurer's night that it comes from.
    night: int
    #: First and last day that it covers: 24 months.
    first: date
    last: date
    #: Sorted by `Care.place`, each reference once: the same care gives the same history.
    cares: tuple[Care, ...] = field(repr=False)

    def __post_init__(self) -> None:
        """Check the order.

        Raises:
            ValueError: It is sorted otherwise, or names an act twice.
        """
        places = [care.place for care in self.cares]
        if places != sorted(places) or len({care.reference for care in self.cares}) != len(places):
            message = "a history is sorted, and names each act once"
            raise ValueError(message)
