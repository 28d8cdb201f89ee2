"""The trail in the words of FHIR."""

import json
from datetime import UTC, datetime

import pytest
from fhir.resources.R4B.auditevent import AuditEvent

from documents.action import Action
from documents.actor import ActorRole
from documents.document import DocumentId
from storage.audit.entry import Entry
from storage.audit.fhir import MEANINGS, audit_event

ENTRY = {
    "id": 7,
    "at": datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC),
    "document": DocumentId("ab" * 16),
    "detail": "original",
    "scribe": "0123456789abcdef",
    "line": 3,
}


def entry(action: str, role: str | None, **other: object) -> Entry:
    """Return an entry."""
    fields = {**ENTRY, "actor": "dupont", "sealed_ground": b"sealed", **other}
    return Entry(action=action, role=role, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", [*ActorRole, None])
@pytest.mark.parametrize("action", [*Action, "a-word-of-a-later-release"])
def test_every_event_is_an_audit_event_of_fhir(action: str, role: str | None) -> None:
    """Whatever was done by whomever: the standard's own schema accepts it."""
    AuditEvent.model_validate_json(json.dumps(audit_event(entry(action, role))))


def test_every_action_has_a_meaning_in_fhir() -> None:
    """Whoever adds an action says what it is to an auditor."""
    assert MEANINGS.keys() == set(Action) - {Action.OTHER}


def test_an_event_without_a_document_is_one_too() -> None:
    """Nothing is said of what it was about."""
    found = audit_event(entry(Action.EXPORTED, "operator", document=None, detail="", sealed_ground=None))
    AuditEvent.model_validate_json(json.dumps(found))
    assert "entity" not in found


def test_who_what_and_when_are_told_and_the_ground_stays_sealed() -> None:
    """An auditor reads ids and codes; the words of the ground are for who may open them."""
    found = audit_event(entry(Action.UNSEALED, "practitioner"))
    assert found["agent"][0]["who"]["identifier"]["value"] == "dupont"
    assert found["agent"][0]["role"][0]["coding"][0]["code"] == "practitioner"
    assert (found["action"], found["recorded"]) == ("R", "2026-11-22T08:00:00.123456+00:00")
    assert found["entity"][0]["what"]["identifier"]["value"] == "ab" * 16
    assert {"type": "ground", "valueString": "sealed"} in found["entity"][0]["detail"]


def test_a_process_acts_on_order_and_a_person_of_their_own_accord() -> None:
    """FHIR asks who was the one that asked for it."""
    assert audit_event(entry(Action.SETTLED, "secretary"))["agent"][0]["requestor"]
    assert not audit_event(entry(Action.MOVED, "worker"))["agent"][0]["requestor"]


def test_an_audit_event_carries_the_digest_that_the_chain_binds() -> None:
    """Whoever has the links can compute the chain again from an export alone."""
    one = entry(Action.UNSEALED, "practitioner")
    assert audit_event(one)["extension"][0]["valueString"] == one.digest.hex()
