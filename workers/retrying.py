"""Retry in one place: the family of an error decides, and a table says how long and how often."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeGuard

from documents.errors import Interrupted, VersoError, WrongSetting
from verso.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long and how often work is tried again."""

    #: Failed attempts at a stage before the document is dead.
    most_attempts: int
    #: Claims of one piece of work without getting on, failed or not, before it counts as poison: it may be what kills
    #: its workers (P26).
    most_claims: int
    #: Wait before the second attempt.
    first: timedelta
    #: Longest wait.
    longest: timedelta

    def when_set_right(self, now: datetime) -> datetime:
        """Say when to look again whether somebody has corrected a setting; jitter keeps many from coming at once."""
        return now + self.longest * random.uniform(0.5, 1.0)

    def next_attempt(self, error: BaseException, failed_before: int, now: datetime) -> datetime | None:
        """Say when to try again after an error; None when it is time to give up.

        The world's faults (`Interrupted`) and our own (whatever is not in the tree) are waited out with exponential
        backoff and full jitter, so that many documents hit by one outage do not come back in one wave. `Tampered`
        and `Misused` are not: time does not mend them. Of `WrongSetting` it is not asked: see
        `is_host_fault`.
        """
        if isinstance(error, VersoError) and not isinstance(error, Interrupted):
            return None
        if failed_before + 1 >= self.most_attempts:
            return None
        ceiling = min(self.longest, self.first * 2.0 ** min(failed_before, 30))
        return now + ceiling * random.uniform(0.5, 1.0)


def is_host_fault(error: BaseException) -> TypeGuard[WrongSetting]:
    """Tell whether an error says nothing of the document: this host is set up wrongly, and would fail with any other.

    Work that meets it waits until the host is set right or another takes it. No attempt is counted: one wrong host
    must not make dead letters of everything that it touches.
    """
    return isinstance(error, WrongSetting)


def code_of(error: BaseException) -> str:
    """Return the code under which a failure is recorded: never its message, which may quote a document."""
    return error.code if isinstance(error, VersoError) else f"unexpected-{type(error).__name__.lower()}"


def patience_of(settings: Settings) -> Patience:
    """Return the patience that an installation has set."""
    return Patience(
        most_attempts=settings.most_attempts,
        most_claims=settings.most_claims,
        first=timedelta(seconds=settings.first_retry_seconds),
        longest=timedelta(seconds=settings.longest_retry_seconds),
    )
