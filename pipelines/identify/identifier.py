"""The identifier that weighs evidence: it gathers every claim, holds each against each, and decides by rule."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from documents.arrival import Declaration
from documents.identification import Evidence, EvidenceKind, Identification, IdentityOutcome
from documents.page import Page, Source
from documents.patient import OID_INS_NIR, OID_INS_NIR_TEST, TEST_AUTHORITIES, Ins, Traits
from pipelines.identify import act, author, gathering
from pipelines.identify.claim import Claim
from pipelines.identify.decision import Policy, decide
from pipelines.identify.sheet import lay_out

#: Which evidence is believed first for the traits of a matched patient.
_STRENGTH: Final = {kind: rank for rank, kind in enumerate(EvidenceKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceIdentifier:
    """Decides whose document it is from what was declared and what the pages say. Holds no state."""

    #: Whether numbers of the test and demonstration authorities are accepted: never in production.
    accept_test_oids: bool
    #: Tells the day: no act and no birth is later.
    today: Callable[[], date]
    policy: Policy = field(default_factory=Policy)

    def identify(self, pages: Sequence[Page], declared: Declaration) -> Identification:
        """Weigh the evidence on the pages against what the feeder declared.

        The same input on the same day gives the same answer. Two pieces of evidence that disagree are a conflict.
        """
        today = self.today()
        sheets = [lay_out(page) for page in pages if page.source in (Source.TEXT, Source.OCR) or page.symbols]
        findings = [gathering.gather(sheet, today, self._printed_oid) for sheet in sheets]
        said = gathering.declared(declared)
        claims = [*([said] if said else []), *gathering.pages_of(findings)]
        evidence = tuple(claim.evidence for claim in claims)
        written_by = author.find(sheets)
        born = next((c.person.birth_date for c in claims if c.person and c.person.birth_date), None)
        days = act.find(sheets, born=born, today=today)
        if not self.accept_test_oids and any(c.oid in TEST_AUTHORITIES for c in claims):
            return Identification(
                outcome=IdentityOutcome.INSUFFICIENT,
                evidence=evidence,
                reasons=("test-number-refused",),
                author=written_by,
                act_date=days.act,
                written_date=days.written,
            )
        verdict = decide(said, findings, self.policy)
        matched = verdict.outcome is IdentityOutcome.MATCHED
        return Identification(
            outcome=verdict.outcome,
            ins=self._ins(claims) if matched else None,
            traits=_traits(evidence) if matched else None,
            evidence=evidence,
            reasons=verdict.reasons,
            author=written_by,
            act_date=days.act,
            written_date=days.written,
        )

    @property
    def _printed_oid(self) -> str:
        """The authority of a number on paper, which does not name it: where test numbers are accepted, all are."""
        return OID_INS_NIR_TEST if self.accept_test_oids else OID_INS_NIR

    def _ins(self, claims: Sequence[Claim]) -> Ins:
        """The one proven number, under the authority that a claim names, else that of paper."""
        number = next(c.number for c in claims if c.number)
        return Ins(number=number, oid=next((c.oid for c in claims if c.oid), self._printed_oid))


def _traits(evidence: Sequence[Evidence]) -> Traits | None:
    """The traits as the strongest evidence gives them, gaps filled from the weaker."""
    given = [e.traits for e in sorted(evidence, key=lambda e: _STRENGTH[e.kind]) if e.traits]
    if not given:
        return None
    merged = given[0]
    for more in given[1:]:
        merged = replace(
            merged,
            birth_name=merged.birth_name or more.birth_name,
            used_name=merged.used_name or more.used_name,
            first_names=merged.first_names or more.first_names,
            sex=merged.sex or more.sex,
            birth_date=merged.birth_date or more.birth_date,
            birth_place=merged.birth_place or more.birth_place,
        )
    return merged
