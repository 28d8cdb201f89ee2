"""Health: whether work is moving. What is said of a process's being there means nothing if nothing gets on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from documents.lane import Lane
from storage.ledger.interface import Ledger
from storage.ledger.vitals import Backlog, Pulse, WorkState

#: Longest silence of a process that lives: several times the pause between two of its pulses.
SILENCE: Final = timedelta(seconds=90)
#: Longest that due work waits to be sent: the courier looks every half second.
UNSENT: Final = timedelta(seconds=120)


class Process(StrEnum):
    """The kinds of process that an installation is made of."""

    WORKER = "worker"
    COURIER = "courier"
    WATCHER = "watcher"
    CARETAKER = "caretaker"
    #: Only where nights are applied within a window.
    SCHEDULER = "scheduler"
    WEB = "web"


#: Kinds without which work moves all the same: an installation that never had one misses none.
_OPTIONAL: Final = frozenset({Process.WEB})


class Ailing(StrEnum):
    """What is wrong."""

    #: No process of the kind has given a sign of life.
    SILENT = "silent"
    #: Those that live of the kind wait for a service that is out, and do not start.
    PARKED = "parked"
    #: Work that is due is not sent: the courier or the broker.
    UNSENT = "work-unsent"
    #: Messages left and nobody came for the work: workers are deaf, or too few.
    UNHEARD = "work-unheard"
    #: A document of the stage is being worked on and does not get on.
    STUCK = "stage-stuck"
    #: The trail's newest anchor is too old.
    UNANCHORED = "trail-unanchored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """One thing that is wrong."""

    ailing: Ailing
    #: Of which kind of process or stage, and what it waits for; empty where it is of none.
    subject: str = ""
    #: For how long, in seconds; None where that is not known.
    seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long what may last."""

    #: How long work may wait for a worker, or be worked on, without getting on.
    stuck: timedelta
    #: How old the newest anchor may be.
    anchor: timedelta
    #: Whether insurers' nights wait for their window: then a scheduler must live, and their work may lie for hours.
    windowed: bool = False


def ailments(ledger: Ledger, now: datetime, limits: Limits) -> Sequence[Ailment]:
    """Return what is wrong with an installation; nothing where work is moving, or there is none.

    Raises:
        LedgerUnavailable: The ledger does not answer: then nothing moves.
    """
    pulses = ledger.pulses()
    expected = [
        process
        for process in Process
        if (limits.windowed or process is not Process.SCHEDULER)
        and (process not in _OPTIONAL or any(pulse.kind == process for pulse in pulses))
    ]
    idle = (ailment for process in expected for ailment in idleness(process, pulses, now))
    return [*idle, *_of_work(ledger.backlog(), now, limits), *_of_trail(ledger, now, limits)]


def idleness(process: Process, pulses: Sequence[Pulse], now: datetime, host: str | None = None) -> Iterator[Ailment]:
    """Yield an ailment where no process of a kind lives, on one host or on any, or all that live wait for a service."""
    beats = [
        pulse for pulse in pulses if pulse.kind == process and (host is None or pulse.owner.partition("/")[0] == host)
    ]
    living = [pulse for pulse in beats if now - pulse.at <= SILENCE]
    if living:
        waited_for = {pulse.waits_for for pulse in living}
        if None not in waited_for:
            yield from (parked(process, service) for service in sorted(filter(None, waited_for)))
    elif beats:
        yield Ailment(ailing=Ailing.SILENT, subject=process, seconds=_seconds(now - max(pulse.at for pulse in beats)))
    else:
        yield Ailment(ailing=Ailing.SILENT, subject=process)


def parked(process: Process, service: str) -> Ailment:
    """Return what ails a process that waits for a service, named by the code of its outage, before it begins."""
    return Ailment(ailing=Ailing.PARKED, subject=f"{process}: {service}")


def _of_work(backlog: Sequence[Backlog], now: datetime, limits: Limits) -> Iterator[Ailment]:
    for waiting in backlog:
        if limits.windowed and waiting.lane is Lane.NIGHTLY:
            continue
        late = now - (waiting.due_since or now)
        unmoved = now - waiting.unmoved_since
        if waiting.state is WorkState.UNSENT and late > max(UNSENT, limits.stuck / 2):
            yield Ailment(ailing=Ailing.UNSENT, subject=waiting.stage, seconds=_seconds(late))
        elif waiting.state is WorkState.SENT and late > limits.stuck:
            yield Ailment(ailing=Ailing.UNHEARD, subject=waiting.stage, seconds=_seconds(late))
        elif waiting.state in {WorkState.HELD, WorkState.PARTS} and unmoved > limits.stuck:
            yield Ailment(ailing=Ailing.STUCK, subject=waiting.stage, seconds=_seconds(unmoved))


def _of_trail(ledger: Ledger, now: datetime, limits: Limits) -> Iterator[Ailment]:
    newest = ledger.last_anchor()
    # The first anchor comes with the first link: until then there is nothing to hold.
    if newest is not None and now - newest.at > limits.anchor:
        yield Ailment(ailing=Ailing.UNANCHORED, seconds=_seconds(now - newest.at))


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
