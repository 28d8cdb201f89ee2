"""The answer to "whose is it": evidence found, the decision drawn from it, and its reasons."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from documents.page import Box
from documents.patient import Ins, Traits


class EvidenceKind(StrEnum):
    """Where a piece of evidence about the patient comes from, strongest first."""

    #: A person settled it in review.
    SETTLED = "settled"
    #: The feeder declared it (manifest, header, upload form).
    DECLARED = "declared"
    #: An INS Datamatrix on a page.
    DATAMATRIX = "datamatrix"
    #: A matricule printed on a page, key proven.
    MATRICULE = "matricule"
    #: Identity traits printed on a page.
    TRAITS = "traits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that speaks for a patient."""

    kind: EvidenceKind
    #: The page it stands on, from 1; None when it does not come from a page.
    page: int | None = None
    #: Where on the page; None when unknown.
    box: Box | None = None
    ins: Ins | None = field(default=None, repr=False)
    traits: Traits | None = field(default=None, repr=False)
    #: Whether reading errors had to be repaired before the key proved right.
    repaired: bool = False


class IdentityOutcome(StrEnum):
    """What the evidence amounts to."""

    #: All evidence agrees and is enough: the document may go on alone.
    MATCHED = "matched"
    #: Two pieces of evidence disagree: a person decides.
    CONFLICT = "conflict"
    #: Not enough evidence: a person decides.
    INSUFFICIENT = "insufficient"


class DateKind(StrEnum):
    """What a date on a page is the date of."""

    #: The act: an examination, a consultation, the end of a stay.
    ACT = "act"
    #: Blood or tissue was taken.
    SAMPLING = "sampling"
    #: It was printed, edited or typed.
    PRINT = "print"
    #: It was written, dated or signed.
    SIGNATURE = "signature"
    #: The patient's birth.
    BIRTH = "birth"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDate:
    """The one plausible day of a kind that a document gives, and where it stands first."""

    kind: DateKind
    day: date = field(repr=False)
    #: The page it stands on, from 1.
    page: int
    #: Where on the page; None when unknown.
    box: Box | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote a document, as far as the document says and the check digits prove."""

    #: 11 digits with a right check digit (Luhn), or None.
    rpps: str | None = None
    name: str | None = field(default=None, repr=False)
    #: The discipline printed beside the name, by its usual French name, or None.
    specialty: str | None = None
    #: FINESS of the establishment: 9 characters with a right check digit, or None.
    finess: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """Whose document it is, who wrote it and when, with the evidence. Absent rather than wrong."""

    outcome: IdentityOutcome
    #: The patient's number: always there when matched.
    ins: Ins | None = field(default=None, repr=False)
    #: The patient's traits as the evidence gives them.
    traits: Traits | None = field(default=None, repr=False)
    evidence: tuple[Evidence, ...] = ()
    #: Codes of the rules that decided, see `docs/identity.md`; e.g. ``number-and-traits-agree``.
    reasons: tuple[str, ...] = ()
    author: Author = Author()
    #: The dates that it gives, at most one of each kind: of several different ones it gives none.
    dates: tuple[DocumentDate, ...] = ()
    #: When the act took place, or else when the sample was taken, if the document says so plausibly.
    act_date: date | None = field(default=None, repr=False)
    #: When it was dated or signed, if the document says so plausibly.
    written_date: date | None = field(default=None, repr=False)
