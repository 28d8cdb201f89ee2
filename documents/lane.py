"""A lane: the class of service in which a document travels, so that a night's batch does not hold up an upload."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from documents.feeder import FeederKind


class Lane(StrEnum):
    """Classes of service, the most urgent first. Each has a queue of its own at the broker."""

    #: A person waits for it.
    UPLOAD = "upload"
    #: A hospital's batches.
    INBOX = "inbox"
    #: What only has to be done by morning.
    NIGHTLY = "nightly"


_BY_KIND: Final[Mapping[FeederKind, Lane]] = MappingProxyType(
    {FeederKind.PRACTITIONER: Lane.UPLOAD, FeederKind.HOSPITAL: Lane.INBOX, FeederKind.INSURER: Lane.NIGHTLY}
)


def lane_of(kind: FeederKind) -> Lane:
    """Return the lane of what a kind of feeder hands over. It is recorded at the receipt, and stays."""
    return _BY_KIND.get(kind, Lane.INBOX)
