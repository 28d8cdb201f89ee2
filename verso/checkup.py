"""The check-up: everything that a person asks when woken at night, looked at once, each answer on a line of its own."""

import ctypes
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from documents.errors import ObjectsUnavailable, VersoError
from documents.inspection import Inspection
from documents.stage import Stage
from pipelines.read.engines.choice import best_available, find_tessdata
from storage.objects.interface import Objects
from storage.scrubbing.fault import GRAVE
from verso.bootstrap import (
    build_antivirus,
    build_archive,
    build_ledger,
    build_skills,
    close_skills,
    now,
)
from verso.intake import open_inboxes
from verso.settings import Mode, Settings
from verso.stores import build_keyring, build_objects
from workers.reaching import room_at_broker

#: What the C library says of a clock that nothing keeps right (adjtimex(2)).
_UNSYNCHRONISED: Final = 5
#: Bytes of its record of the clock, and some to spare.
_TIMEX: Final = 512
#: Language of the papers.
_LANGUAGE: Final = "fra"
#: Age up to which an antivirus's signatures are fresh: they come out daily.
_FRESH: Final = timedelta(days=3)


class Verdict(StrEnum):
    """How something is."""

    FINE = "fine"
    #: Work goes on; somebody should see to it by day.
    WARNING = "warning"
    #: Work stops, or a promise is broken.
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One answer."""

    #: What was asked, such as ``objects second-put``: stable, for scripts.
    name: str
    verdict: Verdict
    #: What was seen: codes, numbers and places of this machine, nothing of anybody's.
    says: str


#: What looks at one thing of an installation.
_Look = Callable[[Settings], Iterator[Result]]


def check_up(settings: Settings) -> Iterator[Result]:
    """Yield every answer. What fails stops nothing: the others are looked at all the same."""
    for name, look in _LOOKS.items():
        try:
            yield from look(settings)
        except VersoError as error:
            about = f" [{error.subject}]" if error.subject else ""
            yield Result(name=name, verdict=Verdict.BROKEN, says=f"{error.code}{about}")


def _settings(settings: Settings) -> Iterator[Result]:
    production = settings.mode is Mode.PRODUCTION
    verdict = Verdict.FINE if production else Verdict.WARNING
    says = "production" if production else f"{settings.mode}: test identities are accepted"
    yield Result(name="settings", verdict=verdict, says=says)


def _ledger(settings: Settings) -> Iterator[Result]:
    counts = build_ledger(settings).counts()
    yield _fine("ledger", f"answers, its schema is this release's, {sum(counts.values())} documents")
    dead = counts.get(Stage.DEAD, 0)
    verdict = Verdict.WARNING if dead else Verdict.FINE
    yield Result(
        name="documents", verdict=verdict, says=f"{dead} dead, {counts.get(Stage.REVIEW, 0)} wait for a person"
    )


def _scrubbing(settings: Settings) -> Iterator[Result]:
    ledger = build_ledger(settings)
    done = ledger.last_pass(finished=True)
    if done is None or done.finished_at is None:
        yield Result(name="scrubbing", verdict=Verdict.WARNING, says="nothing was read back yet: run a caretaker")
        return
    faults = ledger.faults(done.number)
    grave = any(fault.code in GRAVE for fault in faults)
    verdict = Verdict.BROKEN if grave else Verdict.WARNING if faults else Verdict.FINE
    says = f"{done.objects} objects read back until {done.finished_at:%Y-%m-%d %H:%M}, {len(faults)} at fault"
    yield Result(name="scrubbing", verdict=verdict, says=says)


def _broker(settings: Settings) -> Iterator[Result]:
    yield _fine("broker", f"answers, room for {room_at_broker(settings)} messages")


def _objects(settings: Settings) -> Iterator[Result]:
    yield from _promises("objects", build_objects(settings), settings)


def _keyring(settings: Settings) -> Iterator[Result]:
    yield from _promises("keyring", build_keyring(settings), settings)


def _promises(name: str, store: Objects, settings: Settings) -> Iterator[Result]:
    """Look at every promise of a store; outside of production a broken one is a warning."""
    broken = Verdict.BROKEN if settings.mode is Mode.PRODUCTION else Verdict.WARNING
    verdicts = {True: Verdict.FINE, None: Verdict.WARNING, False: broken}
    try:
        for finding in store.examine(thorough=True):
            yield Result(name=f"{name} {finding.promise}", verdict=verdicts[finding.kept], says=finding.says)
    except ObjectsUnavailable as error:
        yield Result(name=name, verdict=Verdict.BROKEN, says=f"{error.code} [{error.subject}]")


def _keys(settings: Settings) -> Iterator[Result]:
    build_archive(settings).masters.check()
    yield _fine("keys", "the master keys wrap and unwrap")


def _disks(settings: Settings) -> Iterator[Result]:
    for folder in dict.fromkeys((*settings.disks, settings.answers)):
        place = next(place for place in (folder, *folder.parents) if place.exists())
        free = shutil.disk_usage(place).free
        verdict = Verdict.FINE if free >= settings.least_free_bytes else Verdict.BROKEN
        yield Result(name="disk", verdict=verdict, says=f"{free // 2**20} MiB free for {_short(folder)}")


def _clock(_settings: Settings) -> Iterator[Result]:
    """Ask the kernel whether something keeps its clock right. Reading needs no privilege."""
    kept = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX)) != _UNSYNCHRONISED
    says = "is synchronised" if kept else "is not known to be synchronised: run NTP on this host"
    yield Result(name="clock", verdict=Verdict.FINE if kept else Verdict.WARNING, says=says)


def _inboxes(settings: Settings) -> Iterator[Result]:
    for inbox in open_inboxes(settings):
        try:
            yield _fine(f"inbox {inbox.feeder.name}", f"can be written, {inbox.check()}")
        finally:
            inbox.close()


def _engines(settings: Settings) -> Iterator[Result]:
    yield _fine("engine", f"{best_available()}, models in {find_tessdata(_LANGUAGE)}")
    skills = build_skills(settings)
    try:
        found: Inspection = skills.inspector.inspect(b"verso")
    finally:
        close_skills(skills)
    yield _fine("confinement", f"a confined process inspects {found.media_type}")


def _antivirus(settings: Settings) -> Iterator[Result]:
    if settings.antivirus_url is None:
        yield Result(name="antivirus", verdict=Verdict.WARNING, says="off: set VERSO_ANTIVIRUS_URL")
        return
    antivirus = build_antivirus(settings)
    antivirus.check()
    signed = antivirus.signed_at()
    age = None if signed is None else now() - signed
    says = "has no daily signatures" if age is None else f"has signatures of {age.days} days ago"
    if age is None or age > _FRESH:
        yield Result(name="antivirus", verdict=Verdict.WARNING, says=f"answers, and {says}: run freshclam")
    else:
        yield _fine("antivirus", f"answers, and {says}")


def _fine(name: str, says: str) -> Result:
    return Result(name=name, verdict=Verdict.FINE, says=says)


def _short(folder: Path) -> str:
    return folder.name or str(folder)


_LOOKS: Final[Mapping[str, _Look]] = {
    "settings": _settings,
    "ledger": _ledger,
    "scrubbing": _scrubbing,
    "broker": _broker,
    "objects": _objects,
    "keyring": _keyring,
    "keys": _keys,
    "disk": _disks,
    "clock": _clock,
    "inbox": _inboxes,
    "engine": _engines,
    "antivirus": _antivirus,
}
