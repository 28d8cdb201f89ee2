"""The ledger's contract on moving documents on: compare-and-set, failure, death and return."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from documents.document import Document, SealedObject
from documents.errors import LeaseLost, WrongStage
from documents.role import Role
from documents.stage import Stage
from documents.work import Claim, Work
from storage.ledger.interface import Ledger
from tests.contracts.ledger_fan import PARTS, fanned_out
from tests.contracts.ledger_making import (
    AFTER_LEASE,
    LEASE,
    NEVER,
    Clock,
    Reopen,
    admitted,
    claimed,
    event,
    received,
    sealed,
)

#: Something that a claim's holder writes about a document.
Write = Callable[[Ledger, Claim, Document], object]

#: Everything that a claim on a document's own work allows to write.
WRITES: dict[str, Write] = {
    "move": lambda ledger, claim, d: ledger.move(claim, d, replace(d, stage=Stage.INSPECTED), event(d)),
    "settle": lambda ledger, claim, d: ledger.move(claim, d, replace(d, stage=Stage.REFUSED), event(d)),
    "fan_out": lambda ledger, claim, d: ledger.fan_out(claim, d, PARTS),
    "failed": lambda ledger, claim, d: ledger.failed(claim, "reader-failed", None, event(d)),
}


class MovingContract:
    """How a document moves on."""

    def test_a_move_changes_row_objects_and_trail_together(self, ledger: Ledger, clock: Clock) -> None:
        """One transaction: the new row, its version and time, its new object and the event."""
        before = admitted(ledger, received(clock))
        claim = claimed(ledger, before)
        clock.advance(timedelta(seconds=1))
        wanted = replace(before, stage=Stage.INSPECTED, pages=2, seconds=0.5).holding(sealed(Role.METADATA))
        after = ledger.move(claim, before, wanted, event(before))
        assert after == replace(wanted, version=before.version + 1, changed_at=clock())
        assert ledger.document(before.id) == after
        assert [e.action for e in ledger.events(before.id)] == ["received", "moved"]

    def test_what_was_passed_is_told_in_its_order(self, ledger: Ledger, clock: Clock) -> None:
        """Several stages in one transaction: the row knows the last, the trail each of them."""
        before = admitted(ledger, received(clock))
        claim = claimed(ledger, before)
        told = [replace(event(before), detail=stage.value) for stage in (Stage.INSPECTED, Stage.READ, Stage.REVIEW)]
        wanted = replace(before, stage=Stage.REVIEW)
        after = ledger.move(claim, before, wanted, told[2], [(Stage.INSPECTED, told[0]), (Stage.READ, told[1])])
        assert (after.stage, after.version) == (Stage.REVIEW, before.version + 1)
        assert [e.detail for e in ledger.events(before.id)][1:] == ["inspected", "read", "review"]

    def test_no_stage_is_passed_by_another_way(self, ledger: Ledger, clock: Clock) -> None:
        """A document that was never read is not identified, however that is told."""
        before = admitted(ledger, received(clock))
        claim = claimed(ledger, before)
        with pytest.raises(WrongStage):
            ledger.move(
                claim,
                before,
                replace(before, stage=Stage.IDENTIFIED),
                event(before),
                [(Stage.INSPECTED, event(before))],
            )
        assert ledger.document(before.id) == before

    def test_a_move_compares_no_object_with_every_other(
        self, ledger: Ledger, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """P27: the longest document costs the one writer's turn no more than its length."""
        many = tuple(sealed(Role.PREVIEW, page) for page in range(300))
        before = admitted(ledger, replace(received(clock), objects=many))
        after = replace(ledger.document(before.id), stage=Stage.INSPECTED)
        compared, same = [], SealedObject.__eq__

        def count(one: SealedObject, other: object) -> bool:
            compared.append(one)
            return same(one, other)

        claim = claimed(ledger, before)
        monkeypatch.setattr(SealedObject, "__eq__", count)
        ledger.move(claim, before, after, event(before))
        assert len(compared) <= 2 * len(many)

    def test_a_claim_lives_through_all_stages_and_ends_with_the_last(self, ledger: Ledger, clock: Clock) -> None:
        """One worker may take a document all the way; then its work is gone."""
        document = admitted(ledger, received(clock))
        claim = claimed(ledger, document)
        for stage in (Stage.INSPECTED, Stage.READ, Stage.IDENTIFIED, Stage.CLASSIFIED, Stage.STORED):
            document = ledger.move(claim, document, replace(document, stage=stage), event(document))
        clock.advance(AFTER_LEASE)
        assert ledger.document(document.id).stage is Stage.STORED
        assert not ledger.due(10, timedelta(0))
        assert ledger.claim(claim.work, "b", LEASE) is None
        with pytest.raises(LeaseLost):
            ledger.renew(claim, LEASE)

    @pytest.mark.parametrize("write", WRITES)
    def test_a_stale_claim_writes_nothing(self, ledger: Ledger, clock: Clock, write: str) -> None:
        """P1: a worker thought dead that comes back is fenced off, though the document has not changed meanwhile."""
        document = admitted(ledger, received(clock))
        stale = claimed(ledger, document)
        clock.advance(AFTER_LEASE)
        living = claimed(ledger, document, owner="b")
        with pytest.raises(LeaseLost):
            WRITES[write](ledger, stale, document)
        assert ledger.document(document.id) == document
        assert len(ledger.events(document.id)) == 1
        assert ledger.renew(living, LEASE).fence == living.fence

    def test_a_document_goes_no_way_that_the_stages_do_not_know(self, ledger: Ledger, clock: Clock) -> None:
        """P4: what was not read, identified and classified cannot be filed, whoever asks; nothing is changed."""
        document = admitted(ledger, received(clock))
        claim = claimed(ledger, document)
        with pytest.raises(WrongStage):
            ledger.move(claim, document, replace(document, stage=Stage.STORED), event(document))
        assert ledger.document(document.id) == document
        refused = ledger.move(claim, document, replace(document, stage=Stage.REFUSED), event(document))
        with pytest.raises(WrongStage):
            ledger.reopen(refused, replace(refused, stage=Stage.CLASSIFIED), event(refused))
        assert ledger.document(document.id) == refused
        assert not ledger.due(10, NEVER)

    @pytest.mark.parametrize("write", ["move", "settle", "fan_out"])
    def test_an_outdated_version_writes_nothing(self, ledger: Ledger, clock: Clock, write: str) -> None:
        """The right to work does not excuse from having seen the latest row."""
        document = admitted(ledger, received(clock))
        claim = claimed(ledger, document)
        newer = ledger.move(claim, document, replace(document, stage=Stage.INSPECTED), event(document))
        with pytest.raises(LeaseLost):
            WRITES[write](ledger, claim, document)
        assert ledger.document(document.id) == newer
        assert len(ledger.events(document.id)) == 2

    def test_of_racing_moves_exactly_one_counts(self, reopen: Reopen, clock: Clock) -> None:
        """A step that runs twice under one claim moves the document once."""
        ledgers = [reopen() for _ in range(8)]
        before = admitted(ledgers[0], received(clock))
        claim = claimed(ledgers[0], before)

        def attempt(ledger: Ledger) -> bool:
            try:
                WRITES["move"](ledger, claim, before)
            except LeaseLost:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(attempt, ledgers)).count(True) == 1
        assert ledgers[0].document(before.id).version == before.version + 1
        assert len(ledgers[0].events(before.id)) == 2


class FailingContract:
    """How attempts fail, documents die, and come back."""

    def test_failed_work_waits_for_its_retry(self, ledger: Ledger, clock: Clock) -> None:
        """P3: what failed for a while is tried again, not before its time, and counted."""
        document = admitted(ledger, received(clock))
        retry_at = clock() + timedelta(minutes=1)
        ledger.failed(claimed(ledger, document), "objects-unavailable", retry_at, event(document, "failed"))
        assert not ledger.due(10, timedelta(0))
        assert ledger.claim(Work(document=document.id), "a", LEASE) is None
        assert ledger.next_retry() == retry_at
        assert ledger.document(document.id).attempts == 1
        assert ledger.document(document.id).stage is Stage.RECEIVED
        clock.advance(timedelta(minutes=1))
        assert ledger.next_retry() is None
        assert list(ledger.due(10, NEVER)) == [Work(document=document.id)]
        assert claimed(ledger, document).attempts == 1

    def test_progress_forgives_earlier_attempts(self, ledger: Ledger, clock: Clock) -> None:
        """P26: attempts are counted by stage."""
        document = admitted(ledger, received(clock))
        ledger.failed(claimed(ledger, document), "objects-unavailable", clock(), event(document, "failed"))
        document = ledger.document(document.id)
        claim = claimed(ledger, document)
        moved = ledger.move(claim, document, replace(document, stage=Stage.INSPECTED), event(document))
        ledger.release(claim)
        assert moved.attempts == ledger.document(document.id).attempts == 0
        assert claimed(ledger, document).attempts == 0

    def test_a_failure_is_counted_at_its_own_stage(self, ledger: Ledger, clock: Clock) -> None:
        """P26: a claim that has lived through a stage does not carry that stage's failures into the next."""
        document = admitted(ledger, received(clock))
        for _ in range(2):
            ledger.failed(claimed(ledger, document), "objects-unavailable", clock(), event(document, "failed"))
        document, claim = ledger.document(document.id), claimed(ledger, document)
        assert ledger.attempts(claim) == claim.attempts == 2
        document = ledger.move(claim, document, replace(document, stage=Stage.INSPECTED), event(document))
        assert ledger.attempts(claim) == 0
        ledger.failed(claim, "objects-unavailable", clock(), event(document, "failed"))
        assert ledger.document(document.id).attempts == 1
        assert claimed(ledger, document).attempts == 1
        with pytest.raises(LeaseLost):
            ledger.attempts(claim)

    def test_a_failed_claim_is_no_right_any_more(self, ledger: Ledger, clock: Clock) -> None:
        """An attempt ends once."""
        document = admitted(ledger, received(clock))
        claim = claimed(ledger, document)
        ledger.failed(claim, "reader-failed", clock(), event(document, "failed"))
        with pytest.raises(LeaseLost):
            ledger.failed(claim, "reader-failed", clock(), event(document, "failed"))
        assert ledger.document(document.id).attempts == 1

    def test_a_late_note_does_not_delay_a_retry(self, ledger: Ledger, clock: Clock) -> None:
        """A message noted as sent while its work was already being done counts for nothing afterwards."""
        document = admitted(ledger, received(clock))
        claim = claimed(ledger, document)
        ledger.sent([claim.work], clock())
        ledger.failed(claim, "objects-unavailable", clock(), event(document, "failed"))
        assert list(ledger.due(10, NEVER)) == [claim.work]

    def test_the_last_failure_is_death(self, ledger: Ledger, clock: Clock) -> None:
        """P26: after the last retry the document rests, whole, with cause and count, until somebody asks."""
        document = admitted(ledger, received(clock))
        ledger.failed(claimed(ledger, document), "reader-failed", None, event(document, "failed", "reader-failed"))
        dead = ledger.document(document.id)
        assert (dead.stage, dead.died_in, dead.reason) == (Stage.DEAD, Stage.RECEIVED, "reader-failed")
        assert dead.objects == document.objects
        assert dead.attempts == 1
        clock.advance(NEVER)
        assert not ledger.due(10, timedelta(0))
        assert ledger.events(document.id)[-1].detail == "reader-failed"

    def test_one_dead_part_is_the_death_of_the_document(self, ledger: Ledger, clock: Clock) -> None:
        """Its other parts end with it; who still reads one is told."""
        document = fanned_out(ledger, clock)
        other = claimed(ledger, document, 1)
        ledger.failed(claimed(ledger, document, 0), "reader-timed-out", None, event(document, "failed"))
        assert ledger.document(document.id).died_in is Stage.INSPECTED
        assert not ledger.due(10, timedelta(0))
        with pytest.raises(LeaseLost):
            ledger.part_done(other, [], 1.0)

    def test_a_reopened_document_is_due_at_once(self, ledger: Ledger, clock: Clock) -> None:
        """A replay or a settlement puts it back to work, its new object on record, its attempts forgiven."""
        document = admitted(ledger, received(clock))
        ledger.failed(claimed(ledger, document), "reader-failed", None, event(document, "failed"))
        dead = ledger.document(document.id)
        wanted = replace(dead, stage=Stage.RECEIVED, revision=2, died_in=None, reason=None)
        alive = ledger.reopen(dead, wanted.holding(sealed(Role.SETTLEMENT)), event(dead, "replayed"))
        assert alive == ledger.document(document.id)
        assert (alive.attempts, alive.version) == (0, dead.version + 1)
        assert list(ledger.due(10, NEVER)) == [Work(document=document.id)]
        assert claimed(ledger, alive).attempts == 0

    def test_a_document_is_reopened_once(self, ledger: Ledger, clock: Clock) -> None:
        """Two persons who settle the same document do not overwrite each other."""
        document = admitted(ledger, replace(received(clock), stage=Stage.REVIEW))
        ledger.reopen(document, replace(document, stage=Stage.READ), event(document, "settled"))
        with pytest.raises(LeaseLost):
            ledger.reopen(document, replace(document, stage=Stage.READ), event(document, "settled"))
        assert len(ledger.events(document.id)) == 2

    def test_a_claim_from_before_a_settlement_is_no_right_afterwards(self, ledger: Ledger, clock: Clock) -> None:
        """P1: fences grow through review and return too."""
        document = admitted(ledger, replace(received(clock), stage=Stage.READ))
        stale = claimed(ledger, document)
        clock.advance(AFTER_LEASE)
        waiting = replace(document, stage=Stage.REVIEW)
        waiting = ledger.move(claimed(ledger, document), document, waiting, event(document))
        alive = ledger.reopen(waiting, replace(waiting, stage=Stage.READ), event(document))
        assert claimed(ledger, alive).fence > stale.fence
        with pytest.raises(LeaseLost):
            ledger.renew(stale, LEASE)

    def test_a_claim_from_before_death_is_no_right_afterwards(self, ledger: Ledger, clock: Clock) -> None:
        """P1: fences grow through death and return, so that the same owner's old claim cannot pass for its new one."""
        document = admitted(ledger, received(clock))
        stale = claimed(ledger, document)
        clock.advance(AFTER_LEASE)
        ledger.failed(claimed(ledger, document), "reader-failed", None, event(document, "failed"))
        dead = ledger.document(document.id)
        alive = ledger.reopen(dead, replace(dead, stage=Stage.RECEIVED), event(dead))
        living = claimed(ledger, alive)
        assert living.fence > stale.fence
        with pytest.raises(LeaseLost):
            ledger.renew(stale, LEASE)
