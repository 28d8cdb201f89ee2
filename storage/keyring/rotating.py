"""Rotating: keys are wrapped anew by the newest master, or by their patient's newest key, and older ones retired."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from documents.document import DocumentId, PatientRef
from documents.errors import Erased, ObjectsUnavailable, Tampered
from storage.keyring.keyring import Keyring
from storage.keyring.shelf import PATIENTS, Generation, Shelf
from storage.keyring.wrapped import Holder, document_context, dressed, patient_context, undressed
from storage.keys.interface import MasterKeys
from storage.objects.interface import Objects

#: Stands for the master of what cannot be read.
UNREADABLE: Final = "unreadable"
#: Stands for the master of what no master wrapped.
_NONE: Final = ""
#: How often somebody else may be quicker.
_TRIES: Final = 8
_SHELF: Final = re.compile(r"(?:patients/[0-9a-f]{2}/[0-9a-f]{64}|[0-9a-f]{2}/[0-9a-f]{32})/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a pass over the keyring did."""

    #: Keys that were wrapped anew.
    rewrapped: int = 0
    #: Keys that were wrapped by the newest already, by something that is not rotated here, or destroyed.
    already: int = 0
    #: Names of keys that could not be read: they stay as they are.
    failed: tuple[str, ...] = ()


class Rotation:
    """Passes over the whole keyring. Safe beside workers, by many at once, and to begin again after being killed."""

    def __init__(self, objects: Objects, masters: MasterKeys, pause: Callable[[], object] = lambda: None) -> None:
        """Rotate what rests in this store.

        Args:
            objects: The keyring's store.
            masters: The keeper of the master keys.
            pause: Called before each key, to go slowly.
        """
        self._objects = objects
        self._masters = masters
        self._keyring = Keyring(objects, masters)
        self._pause = pause
        self._newest = ""

    def masters(self) -> Report:
        """Wrap by the newest master what an older one wraps: patients' keys, and those of documents without a patient.

        Raises:
            Interrupted: Store or keys failed. Begin again: what was done is found done.
        """
        self._newest = self._masters.masters()[-1]
        return self._over(self._shelves(), self._under_newest_master)

    def patients(self) -> Report:
        """Give each patient another key, and wrap by it the keys of their documents.

        Raises:
            Interrupted: As for `masters`.
        """
        for shelf in self._shelves(PATIENTS):
            self._pause()
            self._keyring.patients.renew(_patient(shelf))
        return self._over(self._document_shelves(), self._under_newest_patient_key)

    def needed_masters(self) -> Mapping[str, int]:
        """Return how many wrapped keys, of any generation, each master is needed for; those that cannot be read apart.

        Raises:
            Interrupted: As for `masters`.
        """
        needed: Counter[str] = Counter()
        for shelf in self._shelves():
            self._pause()
            needed.update(self._master_of(shelf, number) for number in shelf.numbers())
        del needed[_NONE]
        return needed

    def _master_of(self, shelf: Shelf, number: int) -> str:
        try:
            holder, wrapped = undressed(shelf.read(number).body)
            return self._masters.master_of(wrapped) if holder is Holder.MASTER else _NONE
        except Tampered:
            return UNREADABLE

    def retire_patients(self) -> Report:
        """Destroy patients' older keys, once no document's key is wrapped by one.

        Returns:
            Under ``failed``, the documents that need one still: then nothing was destroyed.

        Raises:
            Interrupted: As for `masters`.
        """
        report = self._over(self._document_shelves(), self._needs_older)
        if report.failed:
            return report
        retired = 0
        for shelf in self._shelves(PATIENTS):
            numbers = shelf.numbers()
            if len(numbers) > 1 and undressed(shelf.read(numbers[-1]).body)[0] is Holder.MASTER:
                shelf.clear_below(numbers[-1])
                retired += 1
        return replace(report, rewrapped=retired)

    def _over(self, shelves: Iterator[Shelf], work: Callable[[Shelf], bool]) -> Report:
        report = Report()
        for shelf in shelves:
            self._pause()
            try:
                changed = work(shelf)
            except Erased:
                changed = False
            except Tampered:
                report = replace(report, failed=(*report.failed, shelf.folder))
                continue
            if changed:
                report = replace(report, rewrapped=report.rewrapped + 1)
            else:
                report = replace(report, already=report.already + 1)
        return report

    def _under_newest_master(self, shelf: Shelf) -> bool:
        """Wrap a shelf's keys anew, whoever else is at it."""
        for _ in range(_TRIES):
            live = self._without_doubles(shelf, self._live(shelf))
            if not any(self._is_stale(generation) for generation in live):
                return False
            if self._all_rewrapped(shelf, live):
                return True
        raise ObjectsUnavailable("contended")

    def _live(self, shelf: Shelf) -> list[Generation]:
        """Return the generations that somebody holds; none of them where a tombstone is the newest."""
        generations = [shelf.read(number) for number in shelf.numbers()]
        held = [one for one in generations if undressed(one.body)[0] is not Holder.NOBODY]
        return held if held[-1:] == generations[-1:] else []

    def _without_doubles(self, shelf: Shelf, live: list[Generation]) -> list[Generation]:
        """Destroy what a later generation holds too: a pass that was killed leaves such; return the others."""
        kept: list[Generation] = []
        seen: set[bytes] = set()
        for generation in reversed(live):
            holder, wrapped = undressed(generation.body)
            context = _context(shelf, generation.number)
            key = self._masters.unwrap(wrapped, context) if len(live) > 1 and holder is Holder.MASTER else None
            if key in seen:
                self._objects.delete(shelf.name(generation.number))
                continue
            kept.append(generation)
            seen |= {key} if key else set()
        return kept[::-1]

    def _is_stale(self, generation: Generation) -> bool:
        holder, wrapped = undressed(generation.body)
        return holder is Holder.MASTER and self._masters.master_of(wrapped) != self._newest

    def _all_rewrapped(self, shelf: Shelf, live: list[Generation]) -> bool:
        """Put each key above all others, oldest first so that the newest stays it; then destroy what they were.

        Returns:
            False when somebody else was quicker: nothing was destroyed, and what was put counts as what it is.
        """
        top = live[-1].number
        for generation in live:
            body = self._rewrapped(shelf, generation, top + 1)
            if not shelf.add(top + 1, body):
                return False
            top += 1
            if shelf.read(top).body != body:
                raise Tampered(shelf.folder)
        for generation in live:
            self._objects.delete(shelf.name(generation.number))
        return True

    def _rewrapped(self, shelf: Shelf, generation: Generation, number: int) -> bytes:
        """Return a generation under the newest master, as another number of the same shelf, proven to open."""
        holder, wrapped = undressed(generation.body)
        if holder is not Holder.MASTER:
            return generation.body
        before, after = _context(shelf, generation.number), _context(shelf, number)
        key = self._masters.unwrap(wrapped, before)
        # What is bound to its number cannot stay inside a service that wraps anew only for the same context.
        again = self._masters.rewrap(wrapped, before) if before == after else self._masters.wrap(key, after)
        if self._masters.unwrap(again, after) != key:
            raise Tampered(shelf.folder)
        return dressed(Holder.MASTER, again)

    def _under_newest_patient_key(self, shelf: Shelf) -> bool:
        patient = self._keyring.holder(_document(shelf))
        return patient is not None and self._keyring.entrust(_document(shelf), patient)

    def _needs_older(self, shelf: Shelf) -> bool:
        """Tell nothing of a document that its patient's newest key opens.

        Raises:
            Tampered: An older one is needed, or none opens it.
        """
        if not self._keyring.is_current(_document(shelf)):
            raise Tampered(shelf.folder)
        return False

    def _document_shelves(self) -> Iterator[Shelf]:
        return (shelf for shelf in self._shelves() if not shelf.folder.startswith(PATIENTS))

    def _shelves(self, prefix: str = "") -> Iterator[Shelf]:
        """Yield the shelf of every key of a document or a patient."""
        folders = groupby(self._objects.keys(prefix), key=lambda name: name.rpartition("/")[0] + "/")
        return (Shelf(objects=self._objects, folder=folder) for folder, _ in folders if _SHELF.fullmatch(folder))


def evenly(per_second: float) -> Callable[[], None]:
    """Return a pause that lets so many through in a second."""
    return lambda: time.sleep(1.0 / per_second)


def _context(shelf: Shelf, number: int) -> bytes:
    if shelf.folder.startswith(PATIENTS):
        return patient_context(_patient(shelf), number)
    return document_context(Holder.MASTER, _document(shelf))


def _document(shelf: Shelf) -> DocumentId:
    return DocumentId(shelf.folder.split("/")[-2])


def _patient(shelf: Shelf) -> PatientRef:
    return PatientRef(shelf.folder.split("/")[-2])
