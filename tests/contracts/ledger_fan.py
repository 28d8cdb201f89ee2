"""The ledger's contract on reading pages in parts: fan-out, fan-in, and what a part's claim is worth."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from documents.document import Document
from documents.errors import LeaseLost
from documents.role import Role
from documents.stage import Stage
from documents.work import Part, Work
from storage.ledger.interface import Ledger
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

PARTS = [Part(number=number, first=4 * number + 1, last=4 * number + 4) for number in range(3)]


def fanned_out(ledger: Ledger, clock: Clock) -> Document:
    """Return an inspected document whose pages are being read in three parts."""
    document = admitted(ledger, received(clock))
    claim = claimed(ledger, document)
    document = ledger.move(claim, document, replace(document, stage=Stage.INSPECTED), event(document))
    ledger.fan_out(claim, document, PARTS)
    return ledger.document(document.id)


class FanContract:
    """How pages are read in parts."""

    def test_parts_are_due_and_the_document_sleeps(self, ledger: Ledger, clock: Clock) -> None:
        """Each part is a piece of work that knows its pages."""
        document = fanned_out(ledger, clock)
        assert list(ledger.due(10, NEVER)) == [Work(document=document.id, part=number) for number in range(3)]
        assert ledger.claim(Work(document=document.id), "a", LEASE) is None
        assert [claimed(ledger, document, number).part for number in range(3)] == PARTS
        assert ledger.next_retry() is None

    def test_the_last_part_wakes_the_document(self, ledger: Ledger, clock: Clock) -> None:
        """The counter in the ledger is all the fan-in there is; objects and seconds add up."""
        document = fanned_out(ledger, clock)
        claims = [claimed(ledger, document, number) for number in (2, 0, 1)]
        left = [ledger.part_done(c, [sealed(Role.PAGES, c.work.part or 0)], 1.5) for c in claims]
        assert left == [2, 1, 0]
        assert list(ledger.due(10, NEVER)) == [Work(document=document.id)]
        found = ledger.document(document.id)
        assert found.parts(Role.PAGES) == tuple(sealed(Role.PAGES, number) for number in range(3))
        assert found.seconds == document.seconds + 4.5
        assert found.version > document.version

    def test_parts_that_end_together_wake_the_document_once(self, reopen: Reopen, clock: Clock) -> None:
        """Concurrent ends count down without a gap: exactly one sees zero."""
        ledgers = [reopen() for _ in range(8)]
        document = admitted(ledgers[0], received(clock))
        claim = claimed(ledgers[0], document)
        ledgers[0].fan_out(claim, document, [Part(number=n, first=n + 1, last=n + 1) for n in range(8)])
        claims = [claimed(ledgers[0], document, number) for number in range(8)]
        with ThreadPoolExecutor(8) as pool:
            left = list(pool.map(lambda ledger, c: ledger.part_done(c, [], 1.0), ledgers, claims))
        assert sorted(left) == list(range(8))
        assert list(ledgers[0].due(10, NEVER)) == [claim.work]
        assert ledgers[0].document(document.id).seconds == 8.0

    def test_pages_of_a_part_are_counted_while_it_is_being_read(self, ledger: Ledger, clock: Clock) -> None:
        """What its worker tells of counts until the part is done as a whole; who begins anew begins at none."""
        document = fanned_out(ledger, clock)
        claim, other = claimed(ledger, document, 0), claimed(ledger, document, 1)
        ledger.part_done(other, [], 1.0)
        marks = [ledger.mark(document.feeder, document.batch or "")]
        for told in (2, 3):
            ledger.renew(claim, LEASE, told)
            assert ledger.pages_read([document.id]) == {document.id: 4 + told}
            marks.append(ledger.mark(document.feeder, document.batch or ""))
        ledger.renew(claim, LEASE)
        assert ledger.pages_read([document.id]) == {document.id: 7}
        assert len(set(marks)) == len(marks)
        ledger.release(claim)
        assert ledger.pages_read([document.id]) == {document.id: 4}
        ledger.part_done(claimed(ledger, document, 0), [], 1.0)
        assert ledger.pages_read([document.id]) == {document.id: 8}

    def test_pages_of_a_short_document_are_counted_too(self, ledger: Ledger, clock: Clock) -> None:
        """One that is read by one hand, without parts."""
        document = admitted(ledger, received(clock))
        claim = claimed(ledger, document)
        ledger.renew(claim, LEASE, 2)
        assert ledger.pages_read([document.id]) == {document.id: 2}

    def test_a_stale_part_writes_nothing(self, ledger: Ledger, clock: Clock) -> None:
        """P1: a part read twice counts once."""
        document = fanned_out(ledger, clock)
        stale = claimed(ledger, document, 0)
        clock.advance(AFTER_LEASE)
        living = claimed(ledger, document, 0, owner="b")
        with pytest.raises(LeaseLost):
            ledger.part_done(stale, [sealed(Role.PAGES)], 1.0)
        assert ledger.document(document.id) == document
        assert ledger.part_done(living, [sealed(Role.PAGES)], 1.0) == 2
        with pytest.raises(LeaseLost):
            ledger.part_done(living, [sealed(Role.PAGES)], 1.0)

    def test_fanning_out_again_keeps_what_is_done(self, ledger: Ledger, clock: Clock) -> None:
        """A replay reads only the parts that are missing, and wakes at once when none is."""
        document = fanned_out(ledger, clock)
        ledger.part_done(claimed(ledger, document, 0), [], 1.0)
        ledger.failed(claimed(ledger, document, 1), "reader-failed", None, event(document))
        dead = ledger.document(document.id)
        alive = ledger.reopen(dead, replace(dead, stage=Stage.INSPECTED), event(dead))
        ledger.fan_out(claimed(ledger, alive), alive, PARTS)
        assert [work.part for work in ledger.due(10, NEVER)] == [1, 2]
        assert ledger.part_done(claimed(ledger, document, 1), [], 1.0) == 1
        assert ledger.part_done(claimed(ledger, document, 2), [], 1.0) == 0
        again = ledger.document(document.id)
        ledger.fan_out(claimed(ledger, again), again, PARTS)
        assert [work.part for work in ledger.due(10, NEVER)] == [None]

    def test_parts_cut_otherwise_are_read_afresh(self, ledger: Ledger, clock: Clock) -> None:
        """A part's number means nothing without its pages."""
        document = fanned_out(ledger, clock)
        before = [claimed(ledger, document, number) for number in range(3)]
        for claim in before:
            ledger.part_done(claim, [], 1.0)
        document = ledger.document(document.id)
        recut = [PARTS[0], Part(number=1, first=5, last=12)]
        ledger.fan_out(claimed(ledger, document), document, recut)
        assert [work.part for work in ledger.due(10, NEVER)] == [1]
        afresh = claimed(ledger, document, 1)
        assert afresh.part == recut[1]
        assert afresh.fence > max(claim.fence for claim in before)

    def test_at_a_new_revision_no_part_is_done_yet(self, ledger: Ledger, clock: Clock) -> None:
        """P31: what is read again is read, not taken for done because it was once."""
        document = fanned_out(ledger, clock)
        for number in range(3):
            ledger.part_done(claimed(ledger, document, number), [], 1.0)
        read = ledger.document(document.id)
        claim = claimed(ledger, read)
        for stage in (Stage.READ, Stage.REVIEW):
            read = ledger.move(claim, read, replace(read, stage=stage), event(read))
        again = ledger.reopen(read, replace(read, stage=Stage.INSPECTED, revision=2), event(read))
        ledger.fan_out(claimed(ledger, again), again, PARTS)
        assert [work.part for work in ledger.due(10, NEVER)] == [0, 1, 2]
