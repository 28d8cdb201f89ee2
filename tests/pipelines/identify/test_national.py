"""Feeders hear of doubts by the national codes that they know."""

from datetime import UTC, datetime

import pytest

from documents.action import Action
from documents.actor import Actor
from documents.arrival import Declaration
from documents.event import Event
from documents.identification import Evidence, EvidenceKind, Identification, IdentityOutcome
from documents.page import Page
from documents.patient import Ins
from pipelines.identify.identifier import EvidenceIdentifier
from pipelines.identify.national import national_code, replacing_code

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


def test_a_number_that_is_nobody_s_here_is_an_unknown_patient(
    identifier_in_production: EvidenceIdentifier, a_letter: list[Page], declared: Declaration
) -> None:
    """902: the authority of the declared number has no patient of this installation."""
    assert national_code(identifier_in_production.identify(a_letter, declared)) == 902


@pytest.mark.parametrize(
    ("actions", "code"),
    [
        ((), None),
        ((Action.RECEIVED, Action.DECLARED_AGAIN), None),
        ((Action.MOVED, Action.DECLARED_OTHERWISE), 900),
        ((Action.SETTLED, Action.MOVED, Action.DECLARED_OTHERWISE), 901),
        ((Action.CORRECTED, Action.MOVED, Action.DECLARED_OTHERWISE, Action.UNSEALED), 901),
        ((Action.DECLARED_OTHERWISE, Action.CORRECTED), None),
        ((Action.DECLARED_OTHERWISE, Action.CORRECTED, Action.MOVED, Action.DECLARED_OTHERWISE), 901),
    ],
)
def test_a_replacement_that_is_not_heeded_has_its_national_code(actions: tuple[Action, ...], code: int | None) -> None:
    """900 the version can no longer be replaced, 901 a person has decided: not the feeder's to overrule."""
    moment = datetime(2026, 3, 14, tzinfo=UTC)
    trail = [Event(at=moment, actor=Actor.operator("dim"), action=action) for action in actions]
    assert replacing_code(trail) == code
