"""What an installation sets for insurers' nights: how much of one is in memory at once, and how much may be wrong."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from documents.patient import AUTHORITIES


@dataclass(frozen=True, slots=True, kw_only=True)
class NightBounds:
    """The bounds of a night."""

    #: Lines checked at once.
    lines_per_run: int = 150_000
    #: Lines merged at once.
    lines_per_part: int = 300_000
    #: Share of lines that may be wrong, 0 to 1: with more, nothing of the night is applied.
    most_rejected: float = 0.01
    #: How often a night that waits for another, or for a file, is looked at again.
    look_again: timedelta = timedelta(seconds=30)
    #: How long it waits before it is given up.
    patience: timedelta = timedelta(days=7)
    #: Authorities whose patient numbers are accepted.
    authorities: Collection[str] = AUTHORITIES
