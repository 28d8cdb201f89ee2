"""The identifier that weighs evidence: it gathers every claim, holds each against each, and decides by rule."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from documents.arrival import Declaration
from documents.identification import DateKind, Evidence, EvidenceKind, Identification, IdentityOutcome
from documents.page import Page, Source
from documents.patient import OID_INS_NIR, OID_INS_NIR_TEST, TEST_AUTHORITIES, Ins, Traits
from pipelines.identify import act, author, gathering
from pipelines.identify.claim import Claim
from pipelines.identify.decision import TEST_NUMBER_REFUSED, Policy, Verdict, decide
from pipelines.identify.sheet import lay_out

#: Which evidence is believed first for the traits of a matched patient.
_STRENGTH: Final = {kind: rank for rank, kind in enumerate(EvidenceKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceIdentifier:
    """Decides whose document it is from what was declared and what the pages say. Holds no state."""

    #: Whether numbers of the test and demonstration authorities are accepted: never in production.
    accept_test_oids: bool
    #: Tells the day in France, of a document of which nobody says when it came.
    today: Callable[[], date]
    policy: Policy = field(default_factory=Policy)

    def identify(
        self,
        pages: Sequence[Page],
        declared: Declaration,
        received: date | None = None,
        header: Declaration | None = None,
        renamed: Mapping[Ins, Ins] | None = None,
    ) -> Identification:
        """Weigh the evidence on the pages against what the feeder declared. See `pipelines.identify.interface`."""
        latest = received or self.today()
        sheets = [lay_out(page) for page in pages if page.source in (Source.TEXT, Source.OCR) or page.symbols]
        names = renamed or {}
        findings = [gathering.gather(sheet, latest, self._printed_oid).renamed(names) for sheet in sheets]
        declarations = [claim.renamed(names) for claim in gathering.declared(declared, header)]
        claims = [*declarations, *gathering.pages_of(findings)]
        evidence = tuple(claim.evidence for claim in claims)
        verdict = self._verdict(declarations, claims, findings)
        matched = verdict.outcome is IdentityOutcome.MATCHED
        born = next((c.person.birth_date for c in claims if c.person and c.person.birth_date), None)
        found = act.find(sheets, born=born, received=latest)
        return Identification(
            outcome=verdict.outcome,
            ins=self._ins(claims) if matched else None,
            traits=_traits(evidence) if matched else None,
            evidence=evidence,
            reasons=verdict.reasons,
            author=author.find(sheets),
            dates=found,
            act_date=act.act_day(found),
            written_date=act.day_of(DateKind.SIGNATURE, found),
        )

    def _verdict(
        self, declarations: Sequence[Claim], claims: Sequence[Claim], findings: Sequence[gathering.Findings]
    ) -> Verdict:
        if not self.accept_test_oids and any(c.oid in TEST_AUTHORITIES for c in claims):
            return Verdict(outcome=IdentityOutcome.INSUFFICIENT, reasons=(TEST_NUMBER_REFUSED,))
        return decide(declarations, findings, self.policy)

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
