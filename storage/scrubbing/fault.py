"""A fault: one stored thing that is not as it should be."""

from dataclasses import dataclass
from enum import StrEnum


class FaultCode(StrEnum):
    """What is wrong with a stored thing. Stands in reports: never rename one."""

    #: The ledger knows it, and it is not in the store: restore it from the second copy.
    LOST = "lost"
    #: It fails authentication, or is another than the ledger knows: restore it, and call the security officer.
    ALTERED = "altered"
    #: The document's key is gone or unusable, so nothing of the document can be read: restore the keyring.
    KEYLESS = "keyless"
    #: It is genuine, and the ledger does not know it: left by a crash, or the ledger has lost it.
    ORPHANED = "orphaned"
    #: It stands under a name that nothing of Verso bears.
    FOREIGN = "foreign"


#: Codes that call a person at once: something stored cannot be had back from here.
GRAVE = frozenset({FaultCode.LOST, FaultCode.ALTERED, FaultCode.KEYLESS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One stored thing that is not as it should be."""

    code: FaultCode
    #: Its name in the store; says nothing of anybody.
    name: str
