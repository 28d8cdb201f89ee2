"""The national error code of an identity in doubt, as feeders know it from the HL7v2 guide of document transmission."""

from typing import Final

from documents.identification import Identification, IdentityOutcome

#: No INS came with the document.
INS_ABSENT: Final = 903
#: The INS and the traits do not agree.
INS_CONTRADICTED: Final = 904
#: The traits that must go with the INS are not all there.
TRAITS_INCOMPLETE: Final = 905


def national_code(found: Identification) -> int | None:
    """Return the code that says why a document is not integrated by itself; None when it is."""
    if found.outcome is IdentityOutcome.MATCHED:
        return None
    if found.outcome is IdentityOutcome.CONFLICT:
        return INS_CONTRADICTED
    return TRAITS_INCOMPLETE if any(one.ins for one in found.evidence) else INS_ABSENT
