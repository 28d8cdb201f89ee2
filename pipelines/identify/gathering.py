"""Gathering: every claim on the pages and in the declaration, and every mark that could not be read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Self

from documents.arrival import Declaration
from documents.identification import DateKind, Evidence, EvidenceKind
from documents.patient import Ins
from pipelines.identify import datamatrix, matricule, naming, persons
from pipelines.identify.act import Otherwise, typed_dates
from pipelines.identify.claim import Claim, person_of
from pipelines.identify.labels import Announces, correct
from pipelines.identify.matricule import PrintedNumber, Proof
from pipelines.identify.person import Person
from pipelines.identify.sheet import Sheet

_PERHAPS_BIRTH: Final = frozenset({DateKind.BIRTH, Otherwise.UNTYPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What one page says about its patient."""

    sheet: Sheet
    claims: tuple[Claim, ...]
    #: Numbers called a matricule whose key is missing or wrong.
    unproven: tuple[PrintedNumber, ...]
    #: Whether a number is announced of which too little could be read.
    number_unread: bool
    #: Numbers called an insured person's or a parent's.
    of_others: tuple[PrintedNumber, ...]
    #: Whether a birth date is announced that cannot be read.
    birth_date_unread: bool
    #: People named with a civility.
    mentioned: tuple[Person, ...]
    #: Whether a label, a civility or an age says that somebody is spoken of.
    marked: bool
    #: Whether it bears dates that may be a birth: called one, or of which nothing says what they date.
    untyped_dates: bool

    def renamed(self, numbers: Mapping[Ins, Ins]) -> Self:
        """Return the findings with each proven number read as the one that stands for it now."""
        return replace(self, claims=tuple(claim.renamed(numbers) for claim in self.claims))


def declared(declaration: Declaration, header: Declaration | None) -> list[Claim]:
    """Return what the feeder claims and, where that is something else, what the document's own header does."""
    said = [_declared(one) for one in (declaration, header) if one and (one.ins or one.traits)]
    return said[:1] if len({claim.evidence for claim in said}) == 1 else said


def _declared(declaration: Declaration) -> Claim:
    return Claim(
        evidence=Evidence(kind=EvidenceKind.DECLARED, ins=declaration.ins, traits=declaration.traits),
        number=declaration.ins.number if declaration.ins else None,
        oid=declaration.ins.oid if declaration.ins else None,
        person=person_of(declaration.traits) if declaration.traits else None,
    )


def gather(sheet: Sheet, latest: date, printed_oid: str) -> Findings:
    """Find everything on one page.

    Args:
        sheet: The page.
        latest: No birth is later.
        printed_oid: Authority that a printed number is shown under in the evidence: paper does not say.
    """
    corrected = correct(sheet.folded)
    numbers = matricule.find(corrected)
    own = [n for n in numbers if not n.other_person]
    announced = [label for label in sheet.labels if label.announces is Announces.BIRTH_DATE]
    return Findings(
        sheet=sheet,
        claims=(
            *_symbols(sheet),
            *(_number(sheet, n, printed_oid) for n in own if n.proven),
            *(_person(sheet, p) for p in persons.find(sheet, latest)),
        ),
        unproven=tuple(n for n in own if not n.proven),
        number_unread=matricule.announces_unread(corrected, numbers),
        of_others=tuple(n for n in numbers if n.other_person),
        birth_date_unread=any(sheet.birth_after(label, latest) is None for label in announced),
        mentioned=tuple(naming.mentions(sheet)),
        marked=any(label.announces is not Announces.OTHER for label in sheet.labels)
        or naming.speaks_of_somebody(sheet),
        untyped_dates=any(typed.kind in _PERHAPS_BIRTH for typed in typed_dates(sheet, latest)),
    )


def _symbols(sheet: Sheet) -> Iterator[Claim]:
    for symbol in sheet.page.symbols:
        said = datamatrix.parse(symbol.payload)
        if said is not None:
            evidence = Evidence(
                kind=EvidenceKind.DATAMATRIX, page=sheet.page.number, box=symbol.box, ins=said.ins, traits=said.traits
            )
            yield Claim(evidence=evidence, number=said.ins.number, oid=said.ins.oid, person=person_of(said.traits))


def _number(sheet: Sheet, number: PrintedNumber, oid: str) -> Claim:
    evidence = Evidence(
        kind=EvidenceKind.MATRICULE,
        page=sheet.page.number,
        box=sheet.box(number.start, number.end),
        ins=Ins(number=number.characters, oid=number.oid or oid),
        repaired=number.proof is Proof.REPAIRED,
    )
    return Claim(evidence=evidence, number=number.characters, oid=number.oid, noisy=sheet.noisy)


def _person(sheet: Sheet, person: Person) -> Claim:
    evidence = Evidence(
        kind=EvidenceKind.TRAITS,
        page=sheet.page.number,
        box=sheet.box(person.start, person.end),
        traits=person.traits,
    )
    return Claim(evidence=evidence, person=person, noisy=sheet.noisy)


def pages_of(findings: Sequence[Findings]) -> list[Claim]:
    """Return every claim that stands on a page."""
    return [claim for found in findings for claim in found.claims]
