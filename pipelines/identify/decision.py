"""The decision: from claims to matched, conflict or insufficient, by the table in `docs/identity.md`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from documents.identification import EvidenceKind, IdentityOutcome
from pipelines.identify.agreement import compare_names, contradictions, number_fits_birth
from pipelines.identify.claim import Claim
from pipelines.identify.gathering import Findings, pages_of
from pipelines.identify.matricule import Proof
from pipelines.identify.names import Likeness
from pipelines.identify.naming import tells
from pipelines.identify.person import Person


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
    #: Whether a declared number without declared names is accepted for pages that name somebody whom it fits.
    trust_declared_number_for_names: bool = False
    #: Whether an INS Datamatrix, unsigned, is accepted on pages that print nothing to compare it with.
    trust_datamatrix_alone: bool = False


def decide(declared: Claim | None, findings: Sequence[Findings], policy: Policy) -> Verdict:
    """Apply the rules: contradictions first, then doubts, then what is enough."""
    claims = [*([declared] if declared else []), *pages_of(findings)]
    conflicts = {*_contradictions(claims), *_wrong_numbers(claims, findings)}
    if conflicts:
        return Verdict(outcome=IdentityOutcome.CONFLICT, reasons=tuple(sorted(conflicts)))
    if not any(c.number and not c.evidence.repaired for c in claims):
        return _insufficient("no-proven-number")
    doubts = {doubt for found in findings for doubt in _doubts(found, declared, claims)}
    if doubts:
        return _insufficient(*doubts)
    return _enough(declared, claims, policy)


def _insufficient(*reasons: str) -> Verdict:
    return Verdict(outcome=IdentityOutcome.INSUFFICIENT, reasons=tuple(sorted(reasons)))


def _matched(reason: str) -> Verdict:
    return Verdict(outcome=IdentityOutcome.MATCHED, reasons=(reason,))


def _contradictions(claims: Sequence[Claim]) -> Iterator[str]:
    for left, right in combinations(claims, 2):
        yield from contradictions(left, right)
    for claim in claims:
        if claim.number and claim.person:
            yield from contradictions(Claim(evidence=claim.evidence, number=claim.number), claim)


def _wrong_numbers(claims: Sequence[Claim], findings: Sequence[Findings]) -> Iterator[str]:
    """Unproven numbers on pages without reading errors: what is printed is what was meant."""
    known = {c.number for c in claims if c.number}
    for found in findings:
        for number in found.unproven:
            if not found.sheet.noisy and number.proof is Proof.WRONG:
                yield "number-key-wrong"
            if not found.sheet.noisy and number.proof is Proof.KEYLESS:
                if any(k[:13] != number.characters for k in known):
                    yield "numbers-differ"


def _doubts(found: Findings, declared: Claim | None, claims: Sequence[Claim]) -> Iterator[str]:
    """What keeps a page from being anybody's without a person's eye."""
    known = {c.number for c in claims if c.number}
    if any(c.number and not c.evidence.repaired for c in found.claims):
        return
    if any(n.proof is Proof.WRONG or n.characters not in {k[:13] for k in known} for n in found.unproven):
        yield "number-unproven"
    if found.birth_date_unread and not any(c.person and c.person.birth_date for c in found.claims):
        yield "birth-date-unread"
    reference = _reference(declared, claims)
    if reference is None:
        return
    named = [c.person for c in found.claims if c.kind is EvidenceKind.TRAITS and c.person]
    likenesses = [compare_names(reference, person, noisy=found.sheet.noisy) for person in named]
    if any(Likeness.NEAR in (n.family, n.first) for n in likenesses):
        yield "names-nearly-agree"
    told = any(n.same for n in likenesses) or tells(found.sheet, reference)
    if not told and (any(p.fully_named for p in named) or found.mentioned):
        yield "someone-else-named"
    elif not told and named:
        yield "name-unread"


def _reference(declared: Claim | None, claims: Sequence[Claim]) -> Person | None:
    """The names that pages are held against: declared, else those of a Datamatrix."""
    if declared and declared.person and (declared.person.birth_name or declared.person.used_name):
        return declared.person
    return next((c.person for c in claims if c.kind is EvidenceKind.DATAMATRIX), None)


def _enough(declared: Claim | None, claims: Sequence[Claim], policy: Policy) -> Verdict:
    kinds = {c.kind for c in claims if c.kind is not EvidenceKind.MATRICULE or not c.evidence.repaired}
    people = [c.person for c in claims if c.kind is EvidenceKind.TRAITS and c.person]
    if declared and declared.number:
        return _declared_enough(declared, claims, people, policy)
    if EvidenceKind.DATAMATRIX in kinds:
        if EvidenceKind.MATRICULE in kinds or people:
            return _matched("datamatrix-and-page-agree")
        return _matched("datamatrix-alone") if policy.trust_datamatrix_alone else _insufficient("datamatrix-alone")
    if _complete(people, next(c.number for c in claims if c.number)):
        return _matched("number-and-traits-agree")
    return _insufficient("number-without-traits")


def _declared_enough(declared: Claim, claims: Sequence[Claim], people: Sequence[Person], policy: Policy) -> Verdict:
    if any(c.number for c in claims if c is not declared):
        return _matched("declared-number-on-page")
    if declared.person is None and people:
        if policy.trust_declared_number_for_names:
            return _matched("declared-number-fits-traits")
        return _insufficient("names-unconfirmed")
    if people:
        return _matched("declared-traits-on-page")
    return _matched("declared-alone") if policy.trust_declaration_alone else _insufficient("declared-alone")


def _complete(people: Sequence[Person], number: str) -> bool:
    """Whether the pages print names and a birth date that the number fits."""
    return any(p.fully_named for p in people) and any(
        p.birth_date and number_fits_birth(number, p.birth_date) for p in people
    )
