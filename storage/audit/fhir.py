"""Entries as FHIR R4 AuditEvent resources (https://hl7.org/fhir/R4/auditevent.html): ids and codes, no health data."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from documents.action import Action
from documents.actor import ActorRole
from storage.audit.entry import Entry

_DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"
_SOURCE_TYPE: Final = "http://terminology.hl7.org/CodeSystem/security-source-type"
_ENTITY_TYPE: Final = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
#: Verso's own words.
_VERSO: Final = "urn:verso:audit"

_ACTIVITY: Final = ("110100", "Application Activity")
_LOG_USED: Final = ("110101", "Audit Log Used")
_EXPORT: Final = ("110106", "Export")
_IMPORT: Final = ("110107", "Import")
_RIGHTS: Final = ("110136", "Security Roles Changed")
_SECURITY: Final = ("110113", "Security Alert")
_RECORD: Final = ("110110", "Patient Record")

#: What each action is in FHIR's words: the kind of event, and whether something was made, read, changed or run.
MEANINGS: Final[Mapping[Action, tuple[tuple[str, str], str]]] = MappingProxyType(
    {
        Action.RECEIVED: (_IMPORT, "C"),
        Action.DECLARED_AGAIN: (_IMPORT, "U"),
        Action.DECLARED_OTHERWISE: (_IMPORT, "U"),
        Action.MOVED: (_RECORD, "U"),
        Action.REFUSED: (_IMPORT, "E"),
        Action.DENIED: (_SECURITY, "E"),
        Action.FAILED: (_RECORD, "E"),
        Action.CUT: (_RECORD, "C"),
        Action.JOINED: (_RECORD, "U"),
        Action.WITHDRAWN: (_RECORD, "D"),
        Action.SETTLED: (_RECORD, "U"),
        Action.CORRECTED: (_RECORD, "U"),
        Action.MERGED: (_RECORD, "U"),
        Action.FORWARDED: (_RECORD, "U"),
        Action.SUPERSEDED: (_RECORD, "U"),
        Action.REINSTATED: (_RECORD, "U"),
        Action.PUBLISHED: (_RECORD, "C"),
        Action.REPLAYED: (_RECORD, "E"),
        Action.DISCARDED: (_RECORD, "D"),
        Action.ACCOUNTED: (_EXPORT, "R"),
        Action.CLEARING: (_RECORD, "E"),
        Action.CLEARED: (_RECORD, "D"),
        Action.REBUILT: (_RECORD, "C"),
        Action.UNLOCKED: (_RECORD, "U"),
        Action.UNSEALED: (_RECORD, "R"),
        Action.LOOKED: (_RECORD, "R"),
        Action.HELD: (_RECORD, "U"),
        Action.RELEASED: (_RECORD, "U"),
        Action.ERASING: (_RECORD, "E"),
        Action.ERASED: (_RECORD, "D"),
        Action.REOPENED: (_RECORD, "C"),
        Action.ROTATED: (_ACTIVITY, "U"),
        Action.RETIRED: (_ACTIVITY, "D"),
        Action.COPIED: (_ACTIVITY, "R"),
        Action.RESTORED: (_ACTIVITY, "C"),
        Action.TRAINED: (_ACTIVITY, "C"),
        Action.PROMOTED: (_ACTIVITY, "U"),
        Action.GRANTED: (_RIGHTS, "C"),
        Action.REVOKED: (_RIGHTS, "D"),
        Action.EXPORTED: (_LOG_USED, "R"),
    }
)
_OTHERWISE: Final = (_ACTIVITY, "E")

#: Failed, and worth a second try (`minor failure`).
_FAILURES: Final = frozenset({Action.REFUSED, Action.DENIED, Action.FAILED})


def audit_event(entry: Entry) -> dict[str, Any]:
    """Return an entry as an AuditEvent, with the digest by which it stands in the chain."""
    action = Action(entry.action)
    (code, display), verb = MEANINGS.get(action, _OTHERWISE)
    resource = {
        "resourceType": "AuditEvent",
        "id": f"verso-{entry.id}",
        "extension": [{"url": f"{_VERSO}:digest", "valueString": entry.digest.hex()}],
        "type": {"system": _DICOM, "code": code, "display": display},
        "subtype": [{"system": f"{_VERSO}:action", "code": entry.action}],
        "action": verb,
        "recorded": entry.at.isoformat(timespec="microseconds"),
        "outcome": "4" if action in _FAILURES else "0",
        "agent": [_agent(entry)],
        "source": {
            "observer": {"identifier": {"system": f"{_VERSO}:scribe", "value": entry.scribe or "unknown"}},
            "type": [{"system": _SOURCE_TYPE, "code": "4", "display": "Application Server"}],
        },
    }
    entity = _entity(entry)
    return resource | ({"entity": [entity]} if entity else {})


def _agent(entry: Entry) -> dict[str, Any]:
    role = entry.role or "unknown"
    return {
        "role": [{"coding": [{"system": f"{_VERSO}:role", "code": role}]}],
        "who": {"identifier": {"system": f"{_VERSO}:{role}", "value": entry.actor}},
        # A process works on somebody's order or on nobody's; all others act of their own accord.
        "requestor": entry.role != ActorRole.WORKER,
    }


def _entity(entry: Entry) -> dict[str, Any]:
    details = [{"type": "detail", "valueString": entry.detail}] if entry.detail else []
    if entry.sealed_ground is not None:
        # The words themselves stay sealed.
        details.append({"type": "ground", "valueString": "sealed"})
    what = {"what": {"identifier": {"system": f"{_VERSO}:document", "value": entry.document}}}
    found: dict[str, Any] = (what if entry.document else {}) | ({"detail": details} if details else {})
    return {"type": {"system": _ENTITY_TYPE, "code": "2", "display": "System Object"}, **found} if found else {}
