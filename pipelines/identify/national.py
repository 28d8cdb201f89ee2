"""The national error codes that feeders know from the HL7v2 guide of document transmission, and when each is given."""

from collections.abc import Sequence
from typing import Final

from documents.action import Action
from documents.event import Event
from documents.identification import Identification, IdentityOutcome
from pipelines.identify.decision import TEST_NUMBER_REFUSED

#: The document to be replaced is not in a version that can be: it is filed already, refused, or cut apart.
VERSION_NOT_REPLACEABLE: Final = 900
#: Whoever asks may not replace it: a person has decided about it since.
AUTHOR_NOT_ALLOWED: Final = 901
#: The patient's identifier is unknown here: it is of an authority whose numbers no patient of this installation has.
PATIENT_UNKNOWN: Final = 902
#: No INS came with the document.
INS_ABSENT: Final = 903
#: The INS and the traits do not agree.
INS_CONTRADICTED: Final = 904
#: The traits that must go with the INS are not all there.
TRAITS_INCOMPLETE: Final = 905

_DECISIONS: Final = frozenset({Action.SETTLED, Action.CORRECTED})


def national_code(found: Identification) -> int | None:
    """Return the code that says why a document is not integrated by itself; None when it is."""
    if found.outcome is IdentityOutcome.MATCHED:
        return None
    if TEST_NUMBER_REFUSED in found.reasons:
        return PATIENT_UNKNOWN
    if found.outcome is IdentityOutcome.CONFLICT:
        return INS_CONTRADICTED
    return TRAITS_INCOMPLETE if any(one.ins for one in found.evidence) else INS_ABSENT


def replacing_code(trail: Sequence[Event]) -> int | None:
    """Return the code for a feeder that declared something else of a document that rests, and was not heeded.

    Args:
        trail: The document's events, oldest first. What a person corrected since is heeded or overruled.
    """
    actions = [event.action for event in trail]
    if Action.DECLARED_OTHERWISE not in actions:
        return None
    last = len(actions) - 1 - actions[::-1].index(Action.DECLARED_OTHERWISE)
    if Action.CORRECTED in actions[last:]:
        return None
    return AUTHOR_NOT_ALLOWED if _DECISIONS & set(actions[:last]) else VERSION_NOT_REPLACEABLE
