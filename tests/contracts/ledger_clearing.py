"""The ledger's contract on the files of past nights: found when they are past, forgotten, taken in again."""

from dataclasses import replace
from datetime import timedelta

from documents.action import Action
from documents.document import Document, DocumentId
from documents.lane import Lane
from documents.night import NightStage
from documents.night_refusals import NightUnclaimed
from documents.role import Role
from documents.stage import Stage
from storage.ledger.interface import Ledger
from storage.nights.clearing import PastFile
from tests.contracts.ledger_making import Clock, admitted, claimed, event, received, sealed
from tests.contracts.nights import MANIFEST, NIGHT

KEPT = timedelta(days=14)


def settled(ledger: Ledger, clock: Clock, stage: Stage, reason: str | None = None) -> Document:
    """Return an insurer's file that has come to where it stays."""
    file = admitted(ledger, replace(received(clock, feeder="assurance"), lane=Lane.NIGHTLY))
    return ledger.move(claimed(ledger, file), file, replace(file, stage=stage, reason=reason), event(file))


def past(ledger: Ledger, clock: Clock) -> list[PastFile]:
    """Return what is past now."""
    return list(ledger.past_files("assurance", clock() - KEPT, 10))


def ended(ledger: Ledger, clock: Clock, file: DocumentId, stage: NightStage = NightStage.APPLIED) -> None:
    """Let a night that named a file come to its end."""
    night = replace(NIGHT, received_at=clock(), changed_at=clock())
    ledger.nights.begin(night, [file])
    ledger.nights.end(replace(night, stage=stage))


class ClearingContract:
    """How the files of past nights come to an end."""

    def test_a_file_is_past_some_time_after_its_night(self, ledger: Ledger, clock: Clock) -> None:
        """Not while the night is under way, not before its time, and not another insurer's."""
        file = settled(ledger, clock, Stage.MERGED)
        ended(ledger, clock, file.id, NightStage.APPLYING)
        clock.advance(KEPT * 2)
        assert past(ledger, clock) == []
        ended(ledger, clock, file.id, NightStage.REFUSED)
        clock.advance(KEPT - timedelta(days=1))
        assert past(ledger, clock) == []
        clock.advance(timedelta(days=1))
        assert past(ledger, clock) == [PastFile(document=file.id, manifest=MANIFEST)]
        assert list(ledger.past_files("mutuelle", clock(), 10)) == []

    def test_a_file_that_came_again_is_not_past(self, ledger: Ledger, clock: Clock) -> None:
        """Its next night may be on its way."""
        file = settled(ledger, clock, Stage.MERGED)
        ended(ledger, clock, file.id)
        clock.advance(KEPT)
        assert not ledger.admit(replace(file, stage=Stage.RECEIVED, objects=()), event(file, Action.RECEIVED))
        assert past(ledger, clock) == []
        clock.advance(KEPT)
        assert [one.document for one in past(ledger, clock)] == [file.id]

    def test_a_file_that_no_night_named_is_past_too(self, ledger: Ledger, clock: Clock) -> None:
        """Some time after it was given up; what else was refused stays."""
        settled(ledger, clock, Stage.REFUSED, "not-a-night")
        alone = settled(ledger, clock, Stage.REFUSED, NightUnclaimed.code)
        assert past(ledger, clock) == []
        clock.advance(KEPT)
        assert past(ledger, clock) == [PastFile(document=alone.id, manifest=None)]
        ledger.erase(ledger.document(alone.id), event(alone, Action.CLEARED))
        assert [one.document for one in past(ledger, clock)] == [alone.id]
        ledger.forget_objects(alone.id)
        assert past(ledger, clock) == []

    def test_one_half_destroyed_is_found_until_nothing_rests(self, ledger: Ledger, clock: Clock) -> None:
        """P1: whoever is killed after the first word, another goes on; nothing of a living document is forgotten."""
        file = settled(ledger, clock, Stage.MERGED)
        ended(ledger, clock, file.id)
        clock.advance(KEPT)
        ledger.forget_objects(file.id)
        assert ledger.document(file.id).objects == file.objects
        ledger.erase(file, event(file, Action.CLEARED))
        assert [one.document for one in past(ledger, clock)] == [file.id]
        ledger.forget_objects(file.id)
        ledger.forget_objects(file.id)
        assert past(ledger, clock) == []
        assert ledger.document(file.id).objects == ()

    def test_a_file_that_comes_again_is_worked_on_anew(self, ledger: Ledger, clock: Clock) -> None:
        """Of two who take it in at once one does; what it was called before is gone with its key."""
        file = settled(ledger, clock, Stage.MERGED)
        gone = ledger.erase(file, event(file, Action.CLEARED))
        rests = (sealed(Role.ORIGINAL, revision=2),)
        again = replace(gone, stage=Stage.RECEIVED, reason=None, batch="b-2", revision=2, objects=rests)
        assert ledger.readmit(gone, again, event(file, Action.RECEIVED), b"name")
        assert not ledger.readmit(gone, again, event(file, Action.RECEIVED), b"name")
        found = ledger.document(file.id)
        assert (found.stage, found.batch, found.objects) == (Stage.RECEIVED, "b-2", rests)
        assert [one.document for one in ledger.due(10, timedelta(minutes=5))] == [file.id]
        assert [(one.sealed_name, one.duplicate) for one in ledger.arrivals("assurance", "b-2")] == [(b"name", False)]
        assert [one.sealed_name for one in ledger.arrivals("assurance", "b-1")] == [b""]
