"""Circuit breakers: an outside service that is out is asked now and then, and work waits for it uncounted (P3, P24)."""

import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from documents.errors import AntivirusUnavailable, Interrupted, KeysUnavailable, ObjectsUnavailable, VersoError
from pipelines.services import Services

_log = structlog.get_logger(__name__)

#: First and longest time between two probes of a service that is out. What has come back is used within the latter: a
#: probe costs so little that waiting longer would spare the service nothing, and delay everything.
_FIRST: Final = timedelta(seconds=2)
_LONGEST: Final = timedelta(seconds=10)


@dataclass(slots=True, kw_only=True)
class Breaker:
    """What one process knows of one service: closed while it answers, open while it is out, half-open at each probe.

    Who is at fault is not guessed from how many pieces of work failed: the service itself is asked.
    """

    #: The code of its outage.
    service: str
    #: Asks the service something small; raises `Interrupted` when it is out.
    probe: Callable[[], object]
    #: Tells the time, aware and in UTC.
    now: Callable[[], datetime]
    #: When it is asked again; None while it is closed.
    _until: datetime | None = None
    #: Probes that failed since it was closed.
    _failed: int = 0

    def begin_open(self) -> None:
        """Let nothing begin before the service was asked."""
        self._until = self.now()

    def met(self) -> datetime | None:
        """Say, after work met this service's fault, from when on to try again; None when the service answers.

        Then the fault was this work's own, or is over: it counts as an attempt.
        """
        return self._until if self._until and self.now() < self._until else self._ask()

    def barred(self) -> datetime | None:
        """Say from when on to try again, before work begins; None when it may begin. Probes when it is time to."""
        if self._until is None:
            return None
        return self.met()

    def _ask(self) -> datetime | None:
        try:
            self.probe()
        except Interrupted:
            return self._open()
        if self._until is not None:
            _log.warning("circuit-closed", name=self.service, attempts=self._failed)
        self._until, self._failed = None, 0
        return None

    def _open(self) -> datetime:
        wait = min(_LONGEST, _FIRST * 2.0 ** min(self._failed, 10)) * random.uniform(0.5, 1.0)
        self._failed += 1
        self._until = self.now() + wait
        _log.error("circuit-open", name=self.service, retry_seconds=round(wait.total_seconds(), 1))
        return self._until


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakers:
    """The breakers of one process, by the error that a service's outage raises."""

    by_error: Mapping[type[VersoError], Breaker] = field(default_factory=dict)

    def barred(self) -> tuple[str, datetime] | None:
        """Return the service for which all work waits, with the time to try again; None when work may begin."""
        found = ((breaker.service, until) for breaker in self.by_error.values() if (until := breaker.barred()))
        return next(found, None)

    def met(self, error: BaseException) -> tuple[str, datetime] | None:
        """Return the service that an error shows to be out, with the time to try again; None when none is."""
        for kind, breaker in self.by_error.items():
            if isinstance(error, kind) and (until := breaker.met()):
                return breaker.service, until
        return None


def breakers_of(services: Services, owed: Callable[[], object] | None = None) -> Breakers:
    """Build the breakers of a process that works with services. The ledger has none: see `workers.performing`.

    Args:
        services: What it works with.
        owed: What must be done before it does any work, where stores or keys were out when that was tried: until then
            the store counts as out.
    """
    archive, now = services.archive, services.now
    left = [] if owed is None else [owed]

    def write_and_remove() -> None:
        while left:
            left[-1]()
            left.pop()
        key = f"probe/{secrets.token_hex(16)}"
        for store in (archive.objects, archive.keyring):
            store.put(key, b"probe")
            store.delete(key)

    probes: Mapping[type[VersoError], Callable[[], object]] = {
        ObjectsUnavailable: write_and_remove,
        KeysUnavailable: lambda: archive.masters.pseudonym("probe", b""),
        AntivirusUnavailable: services.skills.antivirus.check,
    }
    breakers = {kind: Breaker(service=kind.code, probe=probe, now=now) for kind, probe in probes.items()}
    if owed is not None:
        breakers[ObjectsUnavailable].begin_open()
    return Breakers(by_error=breakers)
