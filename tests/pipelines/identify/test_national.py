"""Feeders hear of doubts by the national codes that they know."""

import pytest

from documents.identification import Evidence, EvidenceKind, Identification, IdentityOutcome
from documents.patient import Ins
from pipelines.identify.national import national_code

NUMBER = Evidence(kind=EvidenceKind.MATRICULE, page=1, ins=Ins(number="279035121518989"))
TRAITS = Evidence(kind=EvidenceKind.TRAITS, page=1)


@pytest.mark.parametrize(
    ("outcome", "evidence", "code"),
    [
        (IdentityOutcome.MATCHED, (NUMBER, TRAITS), None),
        (IdentityOutcome.CONFLICT, (NUMBER, TRAITS), 904),
        (IdentityOutcome.INSUFFICIENT, (NUMBER,), 905),
        (IdentityOutcome.INSUFFICIENT, (TRAITS,), 903),
        (IdentityOutcome.INSUFFICIENT, (), 903),
    ],
)
def test_each_doubt_has_its_national_code(
    outcome: IdentityOutcome, evidence: tuple[Evidence, ...], code: int | None
) -> None:
    """903 INS absent, 904 INS and traits disagree, 905 traits incomplete."""
    assert national_code(Identification(outcome=outcome, evidence=evidence)) == code
