"""Reimbursed care, and the history that it adds up to."""

from dataclasses import replace
from datetime import date

import pytest

from documents.care import Care, CodeSystem, History, Section
from documents.document import PatientRef

_DELIVERED = Care(
    reference="l-1",
    section=Section.MEDICINES,
    day=date(2026, 3, 1),
    code="3400930000001",
    system=CodeSystem.CIP13,
    label="PARACETAMOL SYNTHETIQUE",
    prescriber="Médecine générale",
    quantity=2,
)
_DONE = replace(_DELIVERED, reference="l-2", section=Section.BIOLOGY, code="1104", system=CodeSystem.NABM)


def _history(*cares: Care) -> History:
    return History(
        insurer="assurance",
        patient=PatientRef("a" * 64),
        night=7,
        first=date(2024, 3, 8),
        last=date(2026, 3, 7),
        cares=cares,
    )


def test_a_history_is_sorted_by_section_first() -> None:
    """Sections stand in the order of the official model, whatever their names."""
    assert _history(_DELIVERED, _DONE).cares == (_DELIVERED, _DONE)
    with pytest.raises(ValueError, match="sorted"):
        _history(_DONE, _DELIVERED)


def test_a_history_names_an_act_once() -> None:
    """Two lines of one reference would be one act counted twice."""
    with pytest.raises(ValueError, match="each act once"):
        _history(_DELIVERED, replace(_DELIVERED, section=Section.BIOLOGY))


def test_nothing_of_what_was_done_to_whom_prints() -> None:
    """What reaches a log or a trace by accident holds no health data."""
    shown = repr(_history(_DELIVERED)) + repr(_DELIVERED)
    assert not [word for word in ("l-1", "2026, 3, 1", "34009", "PARACETAMOL", "Médecine") if word in shown]
