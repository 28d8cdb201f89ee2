"""The decision: from claims to matched, conflict or insufficient, by the table in `docs/identity.md`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from documents.identification import EvidenceKind, IdentityOutcome
from pipelines.identify.agreement import compare_names, contradictions, number_fits_birth, split_like, splits
from pipelines.identify.claim import Claim
from pipelines.identify.gathering import Findings, pages_of
from pipelines.identify.matricule import Proof
from pipelines.identify.names import Likeness
from pipelines.identify.naming import tells, tells_family
from pipelines.identify.person import Person

#: Reason of a document that bears a number of an authority whose numbers are nobody's here.
TEST_NUMBER_REFUSED: Final = "test-number-refused"
#: More need not be found to know that a page of hundreds of names is nobody's.
_MOST_CONTRADICTIONS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the rules say."""

    outcome: IdentityOutcome
    #: Codes of the rules that decided, sorted.
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is left to the house that runs Verso."""

    #: Whether a declared patient is accepted for pages that name nobody.
    trust_declaration_alone: bool = True
    #: How many words a page may hold that names nobody, though names are declared: a trace or a picture holds few.
    most_words_without_a_name: int = 25
    #: Whether a declared number without declared names is accepted for pages that name somebody whom it fits.
    trust_declared_number_for_names: bool = False
    #: Whether an INS Datamatrix, unsigned, is accepted on pages that print nothing to compare it with.
    trust_datamatrix_alone: bool = False


def decide(declarations: Sequence[Claim], findings: Sequence[Findings], policy: Policy) -> Verdict:
    """Apply the rules: contradictions first, then doubts, then what is enough.

    Args:
        declarations: What is declared: the feeder's word, then the header's where that says something else. All must
            agree; the first is what pages are held against.
        findings: What each page says.
        policy: What is left to the house.
    """
    declared = declarations[0] if declarations else None
    claims = [*declarations[:1], *pages_of(findings)]
    conflicts = {*_contradictions([*declarations[1:], *claims]), *_wrong_numbers(claims, findings)}
    if conflicts:
        return Verdict(outcome=IdentityOutcome.CONFLICT, reasons=tuple(sorted(conflicts)))
    if not any(c.number for c in claims):
        return _insufficient("no-proven-number")
    doubts = {doubt for found in findings for doubt in _doubts(found, declared, claims, policy)}
    if doubts:
        return _insufficient(*doubts)
    return _enough(declared, claims, findings, policy)


def _insufficient(*reasons: str) -> Verdict:
    return Verdict(outcome=IdentityOutcome.INSUFFICIENT, reasons=tuple(sorted(reasons)))


def _matched(reason: str) -> Verdict:
    return Verdict(outcome=IdentityOutcome.MATCHED, reasons=(reason,))


def _contradictions(claims: Sequence[Claim]) -> Iterator[str]:
    found = 0
    for left, right in combinations({_said(claim): claim for claim in claims}.values(), 2):
        for contradiction in contradictions(left, right):
            found += 1
            yield contradiction
        if found > _MOST_CONTRADICTIONS:
            return
    for claim in claims:
        if claim.number and claim.person:
            yield from contradictions(Claim(evidence=claim.evidence, number=claim.number), claim)


def _said(claim: Claim) -> tuple[object, ...]:
    """What a claim says, wherever it stands: a name at the head of each of a hundred pages is compared once."""
    person = replace(claim.person, start=0, end=0) if claim.person else None
    return claim.number, claim.oid, person, claim.noisy


def _wrong_numbers(claims: Sequence[Claim], findings: Sequence[Findings]) -> Iterator[str]:
    """Unproven numbers on pages without reading errors: what is printed is what was meant."""
    known = {c.number for c in claims if c.number}
    printed = [number for found in findings if not found.sheet.noisy for number in found.unproven]
    if any(number.proof is Proof.WRONG and number.labelled for number in printed):
        yield "number-key-wrong"
    keyless = {number.characters for number in printed if number.proof is Proof.KEYLESS}
    if keyless - {number[:13] for number in known} and known:
        yield "numbers-differ"


def _doubts(found: Findings, declared: Claim | None, claims: Sequence[Claim], policy: Policy) -> Iterator[str]:
    """What keeps a page that bears no proven number from being anybody's without a person's eye.

    A Datamatrix proves a page, but not what is printed beside it: a number that cannot be read may be another one. Only
    the first page must name somebody: a page that follows one whose patient is proven may go without.
    """
    known = {c.number for c in claims if c.number}
    proven = {c.kind for c in found.claims if c.number and not c.evidence.repaired}
    if EvidenceKind.MATRICULE in proven:
        return
    if found.number_unread or any(
        n.proof is Proof.WRONG or n.characters not in {k[:13] for k in known} for n in found.unproven
    ):
        yield "number-unproven"
    if proven:
        return
    reference = _reference(declared, claims)
    named = _named(found)
    told = reference is not None and (
        any(_is(reference, p, noisy=found.sheet.noisy) for p in named)
        or any(tells(found.sheet, split) for split in splits(reference))
    )
    if not any(p.birth_date for p in named) and not (told and _confirmed(claims, found)):
        yield from _birth_date_doubts(found, reference)
    if reference is not None:
        yield from _name_doubts(found, reference, claims, policy, told=told)


def _named(found: Findings) -> list[Person]:
    """The persons whom a page prints as its patient."""
    return [c.person for c in found.claims if c.kind is EvidenceKind.TRAITS and c.person]


def _birth_date_doubts(found: Findings, reference: Person | None) -> Iterator[str]:
    """No birth date was read on this page: was there one?"""
    days = {printed.day for printed in found.sheet.dates}
    if found.birth_date_unread:
        yield "birth-date-unread"
    elif reference and reference.birth_date and reference.birth_date not in days and found.untyped_dates:
        yield "birth-date-unconfirmed"


def _name_doubts(
    found: Findings, reference: Person, claims: Sequence[Claim], policy: Policy, *, told: bool
) -> Iterator[str]:
    named = _named(found)
    people = [*named, *found.mentioned]
    if told:
        if any(_is_near(reference, p, noisy=found.sheet.noisy) for p in named):
            yield "names-nearly-agree"
    elif any(p.fully_named for p in people):
        yield "someone-else-named"
    elif named or found.marked or any(tells_family(found.sheet, split) for split in splits(reference)):
        yield "name-unread"
    elif not _confirmed(claims, found) and len(found.sheet.folded.split()) > policy.most_words_without_a_name:
        yield "name-missing"


def _is(reference: Person, person: Person, *, noisy: bool) -> bool:
    """Whether a person has the reference's names.

    With the same birth date and first name the family name may be misread, or be a name of use beside a birth name.
    """
    compared = compare_names(reference, person, noisy=noisy)
    if compared.family is Likeness.OTHER or not _same_birth(reference, person):
        return compared.same
    return compared.first is Likeness.SAME


def _is_near(reference: Person, person: Person, *, noisy: bool) -> bool:
    """Whether a person may or may not be the reference; a family name alone, beside the same birth date, may be."""
    compared = compare_names(reference, person, noisy=noisy)
    if _is(reference, person, noisy=noisy) or (compared.first is None and _same_birth(reference, person)):
        return False
    return Likeness.NEAR in (compared.family, compared.first)


def _same_birth(left: Person, right: Person) -> bool:
    return left.birth_date is not None and left.birth_date == right.birth_date


def _confirmed(claims: Sequence[Claim], elsewhere: Findings) -> bool:
    """Whether another page bears a proven number or a birth date: contradictions were settled before."""
    return any(
        c.page is not None
        and c.page != elsewhere.sheet.page.number
        and (c.number or (c.person and c.person.birth_date))
        for c in claims
    )


def _reference(declared: Claim | None, claims: Sequence[Claim]) -> Person | None:
    """The names that pages are held against: declared, else those of a Datamatrix, else those beside the number.

    A name of use is learnt.
    """
    named = [c.person for c in claims if c.kind is EvidenceKind.DATAMATRIX and c.person]
    if declared and declared.person and (declared.person.birth_name or declared.person.used_name):
        named.insert(0, declared.person)
    named += _named_beside_the_number(claims)
    if not named:
        return None
    reference = named[0]
    for claim in claims:
        if claim.person and not reference.used_name and _is(reference, claim.person, noisy=claim.noisy):
            used = split_like(reference, claim.person, noisy=claim.noisy)
            reference = replace(reference, used_name=used.used_name or used.name)
    return reference


def _named_beside_the_number(claims: Sequence[Claim]) -> list[Person]:
    """The persons fully named on pages that print a number whose key is right."""
    numbered = {c.page for c in claims if c.kind is EvidenceKind.MATRICULE and not c.evidence.repaired}
    return [
        c.person
        for c in claims
        if c.kind is EvidenceKind.TRAITS and c.page in numbered and c.person and c.person.fully_named
    ]


def _enough(declared: Claim | None, claims: Sequence[Claim], findings: Sequence[Findings], policy: Policy) -> Verdict:
    kinds = {c.kind for c in claims if c.kind is not EvidenceKind.MATRICULE or not c.evidence.repaired}
    people = [c.person for c in claims if c.kind is EvidenceKind.TRAITS and c.person]
    if declared and declared.number:
        named = any(declared.person and tells(found.sheet, declared.person) for found in findings)
        return _declared_enough(declared, claims, people, policy, named=named)
    if EvidenceKind.DATAMATRIX in kinds:
        if EvidenceKind.MATRICULE in kinds or people:
            return _matched("datamatrix-and-page-agree")
        return _matched("datamatrix-alone") if policy.trust_datamatrix_alone else _insufficient("datamatrix-alone")
    if EvidenceKind.MATRICULE not in kinds:
        return (
            _matched("repaired-number-and-traits-agree")
            if _repaired_enough(claims, people)
            else _insufficient("number-repaired")
        )
    if _complete(people, next(c.number for c in claims if c.number)):
        return _matched("number-and-traits-agree")
    return _insufficient("number-without-traits")


def _declared_enough(
    declared: Claim, claims: Sequence[Claim], people: Sequence[Person], policy: Policy, *, named: bool
) -> Verdict:
    if any(c.number for c in claims if c is not declared):
        return _matched("declared-number-on-page")
    if declared.person is None and people:
        if policy.trust_declared_number_for_names:
            return _matched("declared-number-fits-traits")
        return _insufficient("names-unconfirmed")
    if people:
        return _matched("declared-traits-on-page")
    if named:
        return _matched("declared-name-on-page")
    return _matched("declared-alone") if policy.trust_declaration_alone else _insufficient("declared-alone")


def _repaired_enough(claims: Sequence[Claim], people: Sequence[Person]) -> bool:
    """Whether everything that a number can say of a person, but the order of birth, is printed and fits it."""
    numbers = {c.number for c in claims if c.number}
    return len(numbers) == 1 and any(
        p.sex and p.birth_place == number[5:10] and _complete([p, *people], number)
        for p in people
        for number in numbers
    )


def _complete(people: Sequence[Person], number: str) -> bool:
    """Whether the pages print names and a birth date that the number fits."""
    return any(p.fully_named for p in people) and any(
        p.birth_date and number_fits_birth(number, p.birth_date) for p in people
    )
