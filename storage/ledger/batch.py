"""A batch as the ledger keeps it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRecord:
    """One batch of a feeder."""

    id: str
    #: When its first arrival was recorded.
    opened_at: datetime
