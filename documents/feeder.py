"""A feeder: a source of documents, and what it may do."""

from dataclasses import dataclass
from enum import StrEnum


class FeederKind(StrEnum):
    """What a feeder is: it decides queue, quotas and rights."""

    HOSPITAL = "hospital"
    PRACTITIONER = "practitioner"
    INSURER = "insurer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeder:
    """A source of documents."""

    #: Short name, lower-case letters, digits and hyphens; part of a document's identity.
    name: str
    kind: FeederKind
