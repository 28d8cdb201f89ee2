"""Alarming: what is wrong with an insurer's nights: none came, or too late, too short, out of order, or not in time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import Final

from documents.night import Night, NightStage
from documents.night_refusals import NightIncomplete, NightOutOfOrder, NightRefused, NightRepeated
from documents.stage import Stage
from documents.window import Window
from storage.ledger.interface import Ledger, Listing

#: Nights of late that a new one is compared with, and the fewest that say anything.
_OF_LATE: Final = 7
_FEWEST: Final = 3
#: Documents of one insurer that wait or were refused, looked at: nights are few, and so are their files.
_LOOKED_AT: Final = 200
_DAY: Final = timedelta(days=1)
_OUT_OF_ORDER: Final = frozenset({NightOutOfOrder.code, NightRepeated.code, NightIncomplete.code})
#: What is told of a file, not of its night.
_OF_FILES: Final = NightRefused.code


class NightAlarm(StrEnum):
    """What may be wrong with an insurer's nights. Stands in metrics and in alert rules: never rename one."""

    #: The window is open and nothing has come in; it still may.
    LATE = "late"
    #: The window closed and nothing had come in.
    MISSING = "missing"
    #: A night has far fewer lines than those of late.
    SHORT = "short"
    #: A night came before its turn, after it or twice, or waits for the one before it or for a file.
    OUT_OF_ORDER = "out-of-order"
    #: A night was refused for what is in it.
    REFUSED = "refused"
    #: The window closed and a night that had come in was not applied to its end.
    OVERRUN = "overrun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What is expected of an installation's insurers."""

    #: When nights are applied; None where at any hour: then one is expected a day.
    window: Window | None
    #: How long after the window opened a night may be missing, or wait for what it lacks.
    grace: timedelta
    #: Share of the lines of late below which a night is short.
    least_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing that is wrong."""

    alarm: NightAlarm
    insurer: str
    since: datetime
    #: Which night, if it is one's.
    night: int | None = None
    #: Why, if there is a code for it.
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the ledger knows of an insurer's nights."""

    insurer: str
    #: The highest number first.
    nights: Sequence[Night]
    #: Since when the oldest manifest or file waits to be begun; None where none does.
    waiting_since: datetime | None = None
    #: Codes of refusals since the last night that was applied, each with its time.
    refused: Sequence[tuple[str, datetime]] = ()


def facts_of(insurer: str, ledger: Ledger) -> Facts:
    """Ask the ledger what it knows of an insurer's nights.

    Raises:
        LedgerUnavailable: It did not answer.
    """
    nights = ledger.nights.nights(insurer, limit=_OF_LATE + 1)
    applied = max((night.changed_at for night in nights if night.stage is NightStage.APPLIED), default=None)
    waiting = ledger.list(Listing(stage=Stage.RECEIVED, feeder=insurer, limit=_LOOKED_AT))
    begun = {night.document for night in nights if night.stage is NightStage.APPLYING}
    refused = ledger.list(Listing(stage=Stage.REFUSED, feeder=insurer, limit=_LOOKED_AT))
    return Facts(
        insurer=insurer,
        nights=nights,
        # Files wait for their night while it is applied: that is no trouble of theirs.
        waiting_since=None if begun else min((document.received_at for document in waiting), default=None),
        refused=[
            (document.reason, document.changed_at)
            for document in refused
            if document.reason and document.reason.startswith("night-") and document.reason != _OF_FILES
            if applied is None or document.changed_at > applied
        ],
    )


def alarms(facts: Facts, expected: Expectation, now: datetime) -> Sequence[Alarm]:
    """Return what is wrong; nothing where every night came and was applied."""
    found = (_absent(facts, expected, now), _unfinished(facts, expected, now), _refused(facts), _short(facts, expected))
    return [alarm for some in found for alarm in some]


def _absent(facts: Facts, expected: Expectation, now: datetime) -> Iterator[Alarm]:
    came = max((night.received_at for night in facts.nights), default=None)
    window = expected.window
    if window is None:
        if came is None or now - came > _DAY + expected.grace:
            yield Alarm(alarm=NightAlarm.MISSING, insurer=facts.insurer, since=came + _DAY if came else now)
        return
    opened, closed = window.last_opening(now), window.last_closing(now)
    before = window.last_closing(closed - timedelta(seconds=1))
    if came is None or came <= before:
        yield Alarm(alarm=NightAlarm.MISSING, insurer=facts.insurer, since=closed)
    elif came <= closed < opened and now - opened > expected.grace:
        yield Alarm(alarm=NightAlarm.LATE, insurer=facts.insurer, since=opened + expected.grace)


def _unfinished(facts: Facts, expected: Expectation, now: datetime) -> Iterator[Alarm]:
    open_nights = [night for night in facts.nights if night.stage in {NightStage.RECEIVED, NightStage.APPLYING}]
    for night in open_nights:
        closed = expected.window.last_closing(now) if expected.window else night.received_at + _DAY
        if night.received_at < closed <= now:
            yield Alarm(alarm=NightAlarm.OVERRUN, insurer=facts.insurer, since=closed, night=night.number)
    began = _opened_since(facts.waiting_since, expected.window, now)
    if began is not None and now - began > expected.grace:
        yield Alarm(alarm=NightAlarm.OUT_OF_ORDER, insurer=facts.insurer, since=began + expected.grace)


def _opened_since(waiting: datetime | None, window: Window | None, now: datetime) -> datetime | None:
    """Return since when something that waits might have been begun: outside of the window nothing is."""
    if waiting is None or window is None:
        return waiting
    opened = window.last_opening(now)
    return max(waiting, opened) if window.contains(now) or waiting < opened else None


def _refused(facts: Facts) -> Iterator[Alarm]:
    for code, at in facts.refused:
        kind = NightAlarm.OUT_OF_ORDER if code in _OUT_OF_ORDER else NightAlarm.REFUSED
        yield Alarm(alarm=kind, insurer=facts.insurer, since=at, code=code)


def _short(facts: Facts, expected: Expectation) -> Iterator[Alarm]:
    nights = [night for night in facts.nights if night.stage is not NightStage.REFUSED]
    if not nights:
        return
    newest = nights[0]
    lines = [night.lines for night in nights[1:] if night.full is newest.full][:_OF_LATE]
    if len(lines) >= _FEWEST and newest.lines < expected.least_share * median(lines):
        yield Alarm(alarm=NightAlarm.SHORT, insurer=facts.insurer, since=newest.received_at, night=newest.number)
