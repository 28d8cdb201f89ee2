"""Clearing: some days after its night is over a file is destroyed, key and bytes; what it says stands in records."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from documents.action import Action
from documents.actor import Actor
from documents.document import DocumentId
from documents.errors import LeaseLost
from documents.event import Event
from documents.night import NightStage
from documents.stage import WORKABLE, Stage
from storage.archive import Archive
from storage.holds import Holds
from storage.ledger.interface import Ledger, Listing
from storage.nights.clearing import PastFile

#: Files that one round looks at: the next round sees to what is left.
_AT_ONCE: Final = 100
#: A manifest, or a file, that stands here may want files of past nights still.
_ON_ITS_WAY: Final = (*sorted(WORKABLE), Stage.DEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearer:
    """Destroys the files of past nights. Killed anywhere, whoever comes next goes on; several may run."""

    ledger: Ledger
    archive: Archive
    #: Tells the time, aware and in UTC.
    now: Callable[[], datetime]
    #: How long a file is kept once its night is over.
    keep: timedelta
    #: Insurers whose accounts are put in an outbox: before that is done nothing of the night goes.
    accounted: Collection[str]

    def clear(self, insurer: str, by: Actor) -> int:
        """Destroy an insurer's past files; return how many went.

        None goes while anything of the insurer waits, is under way or died on its way, since a night may name a file
        that came with an earlier one; and none while a patient of whom the insurer says something is under a hold.

        Raises:
            Interrupted: Ledger, store or keyring failed; what was begun is found again.
        """
        past = self.ledger.past_files(insurer, self.now() - self.keep, _AT_ONCE)
        if not past or self._is_held(insurer):
            return 0
        return sum(self._cleared(one, insurer, by) for one in past)

    def _cleared(self, past: PastFile, insurer: str, by: Actor) -> bool:
        if past.manifest is not None and not self._is_announced(past.manifest, insurer, by):
            return False
        document = self.ledger.document(past.document)
        if any(self.ledger.list(Listing(stage=stage, feeder=insurer, limit=1)) for stage in _ON_ITS_WAY):
            return False
        if document.stage is not Stage.ERASED:
            detail = past.manifest or ""
            event = Event(at=self.now(), actor=by, action=Action.CLEARED, document=document.id, detail=detail)
            try:
                self.ledger.erase(document, event)
            except LeaseLost:
                return False
        # Whoever begins a night claims its files first and looks whether they rest then. Here it is the other way
        # round: of the two, one always sees the other.
        night = self.ledger.nights.claimant(document.id)
        if night is not None and night.stage is NightStage.APPLYING:
            return False
        self.archive.destroy(document.id, past.manifest or document.id)
        self.ledger.forget_objects(document.id)
        return True

    def _is_announced(self, manifest: DocumentId, insurer: str, by: Actor) -> bool:
        """Tell whether a night was accounted for, and put on record that its files go."""
        known = {event.action for event in self.ledger.events(manifest)}
        if insurer in self.accounted and Action.ACCOUNTED not in known:
            return False
        if Action.CLEARING not in known:
            self.ledger.record(Event(at=self.now(), actor=by, action=Action.CLEARING, document=manifest))
        return True

    def _is_held(self, insurer: str) -> bool:
        """Tell whether a patient in whose record the insurer filed something is under a legal hold."""
        return any(
            patient is None or self.ledger.list(Listing(patient=patient, feeder=insurer, limit=1))
            for patient in Holds(archive=self.archive).held()
        )
