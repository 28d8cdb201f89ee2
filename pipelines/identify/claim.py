"""A claim: one piece of evidence in the form in which it is compared with the others."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from documents.identification import Evidence, EvidenceKind
from documents.patient import Ins, Traits
from pipelines.identify.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one piece of evidence says about whose document it is."""

    evidence: Evidence
    #: 15 characters with a right key, if it gives a number.
    number: str | None = field(default=None, repr=False)
    #: Authority of the number, when the evidence says which.
    oid: str | None = None
    #: The person it names, if it names one.
    person: Person | None = field(default=None, repr=False)
    #: Whether it was read by OCR.
    noisy: bool = False

    @property
    def kind(self) -> EvidenceKind:
        """Where it comes from."""
        return self.evidence.kind

    @property
    def page(self) -> int | None:
        """The page it stands on."""
        return self.evidence.page

    def renamed(self, numbers: Mapping[Ins, Ins]) -> Self:
        """Return the claim with the number that stands now for its own; the evidence stays what was found."""
        now = numbers.get(self.evidence.ins) if self.evidence.ins else None
        return replace(self, number=now.number, oid=now.oid) if now else self


def person_of(traits: Traits) -> Person:
    """Return the person that fixed traits describe."""
    return Person(
        birth_name=traits.birth_name,
        used_name=traits.used_name,
        first_names=traits.first_names,
        sex=traits.sex,
        birth_date=traits.birth_date,
        birth_place=traits.birth_place,
        start=0,
        end=0,
    )
