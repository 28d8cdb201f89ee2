"""The ledger's contract on stacks: cut and admitted at one moment, found by their parent, counted with their batch."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

import pytest

from documents.document import Document, DocumentId
from documents.errors import LeaseLost, WrongStage
from documents.role import Role
from documents.stage import Stage
from documents.work import Work
from storage.ledger.interface import Ledger
from tests.contracts.ledger_making import AFTER_LEASE, NEVER, Clock, admitted, claimed, event, received, sealed


def pieces(stack: Document, count: int) -> Sequence[Document]:
    """Return pieces of a stack, one page each."""
    return [
        replace(
            stack,
            id=DocumentId(uuid.uuid4().hex),
            stage=Stage.RECEIVED,
            version=1,
            parent=stack.id,
            first_page=page,
            last_page=page,
            objects=(sealed(Role.ORIGINAL), sealed(Role.DECLARATION)),
        )
        for page in range(1, count + 1)
    ]


class DivisionContract:
    """How a stack becomes documents."""

    def test_a_stack_and_its_pieces_change_at_one_moment(self, ledger: Ledger, clock: Clock) -> None:
        """P4: the stack is at its end, each piece is on record with its objects, its parent and its work."""
        before = admitted(ledger, replace(received(clock), stage=Stage.READ))
        children = pieces(before, 3)
        claim = claimed(ledger, before)
        after = ledger.divide(claim, before, replace(before, stage=Stage.SPLIT), children, event(before))
        assert after == ledger.document(before.id)
        assert after.stage is Stage.SPLIT
        assert [ledger.document(child.id) for child in children] == list(children)
        assert {work.document for work in ledger.due(10, NEVER)} == {child.id for child in children}
        trail = ledger.events(children[0].id)
        assert [(e.action, e.detail) for e in trail] == [("cut", before.id)]

    def test_pieces_are_found_in_the_order_of_their_pages(self, ledger: Ledger, clock: Clock) -> None:
        """A document that is whole has none."""
        before = admitted(ledger, replace(received(clock), stage=Stage.READ))
        children = pieces(before, 12)
        ledger.divide(
            claimed(ledger, before), before, replace(before, stage=Stage.SPLIT), children[::-1], event(before)
        )
        assert list(ledger.children(before.id)) == list(children)
        assert not ledger.children(children[0].id)

    def test_a_stale_claim_cuts_nothing(self, ledger: Ledger, clock: Clock) -> None:
        """P1, P4: whoever comes back too late leaves neither a split stack nor an orphan piece."""
        before = admitted(ledger, replace(received(clock), stage=Stage.READ))
        children = pieces(before, 2)
        stale = claimed(ledger, before)
        clock.advance(AFTER_LEASE)
        claimed(ledger, before, owner="b")
        with pytest.raises(LeaseLost):
            ledger.divide(stale, before, replace(before, stage=Stage.SPLIT), children, event(before))
        assert ledger.document(before.id) == before
        assert not ledger.knows(child.id for child in children)
        assert not ledger.children(before.id)

    def test_pieces_are_no_arrivals_and_count_with_their_batch(self, ledger: Ledger, clock: Clock) -> None:
        """A batch of one file stays one line in its answer, and is not settled before its pieces are."""
        before = admitted(ledger, replace(received(clock), stage=Stage.READ))
        claim = claimed(ledger, before)
        ledger.divide(claim, before, replace(before, stage=Stage.SPLIT), pieces(before, 2), event(before))
        assert [arrival.document for arrival in ledger.arrivals("hospital", "b-1")] == [before.id]
        counts = ledger.counts("hospital", "b-1")
        assert (counts[Stage.SPLIT], counts[Stage.RECEIVED]) == (1, 2)

    def test_a_split_stack_has_no_work(self, ledger: Ledger, clock: Clock) -> None:
        """Nothing wakes it; its pieces go on."""
        before = admitted(ledger, replace(received(clock), stage=Stage.READ))
        claim = claimed(ledger, before)
        ledger.divide(claim, before, replace(before, stage=Stage.SPLIT), [], event(before))
        clock.advance(NEVER)
        assert ledger.claim(Work(document=before.id), "a", NEVER) is None


def split(ledger: Ledger, clock: Clock, count: int = 3) -> tuple[Document, list[Document]]:
    """Return a stack that was split, and its pieces."""
    before = admitted(ledger, replace(received(clock), stage=Stage.READ))
    claim = claimed(ledger, before)
    stack = ledger.divide(claim, before, replace(before, stage=Stage.SPLIT), pieces(before, count), event(before))
    return stack, list(ledger.children(stack.id))


class JoiningContract:
    """How a split is undone."""

    def test_a_joined_stack_is_due_and_its_pieces_are_withdrawn(self, ledger: Ledger, clock: Clock) -> None:
        """P33: a split can be undone, and both can be traced."""
        stack, children = split(ledger, clock)
        stale = claimed(ledger, children[0])
        joined = ledger.join(stack, replace(stack, stage=Stage.READ, revision=2), event(stack, "joined"))
        assert joined == ledger.document(stack.id)
        assert [child.stage for child in ledger.children(stack.id)] == [Stage.WITHDRAWN] * 3
        assert list(ledger.due(10, NEVER)) == [Work(document=stack.id)]
        assert ledger.events(children[0].id)[-1].detail == stack.id
        with pytest.raises(LeaseLost):
            ledger.move(stale, children[0], replace(children[0], stage=Stage.INSPECTED), event(children[0]))

    @pytest.mark.parametrize("way", [(Stage.IDENTIFIED, Stage.CLASSIFIED, Stage.STORED), (Stage.SPLIT,)])
    def test_a_stack_with_a_piece_out_of_reach_is_not_joined(
        self, ledger: Ledger, clock: Clock, way: Sequence[Stage]
    ) -> None:
        """Nothing leaves a record by the way; and nothing is half undone."""
        stack, (first, second, _) = split(ledger, clock)
        claim = claimed(ledger, second)
        for stage in (Stage.INSPECTED, Stage.READ, *way):
            second = ledger.move(claim, second, replace(second, stage=stage), event(second))
        with pytest.raises(WrongStage):
            ledger.join(stack, replace(stack, stage=Stage.READ), event(stack, "joined"))
        assert ledger.document(stack.id) == stack
        assert ledger.document(first.id) == first


class FollowingContract:
    """What whoever handed documents over is told, however many there are."""

    def test_what_was_handed_over_comes_with_what_it_became(self, ledger: Ledger, clock: Clock) -> None:
        """A stack with its pieces and theirs, in the order of their pages; of another feeder's batch, nothing."""
        stack, children = split(ledger, clock, 2)
        claim = claimed(ledger, children[1])
        for stage in (Stage.INSPECTED, Stage.READ):
            before = ledger.document(children[1].id)
            read = ledger.move(claim, before, replace(before, stage=stage), event(stack))
        cut = pieces(read, 2)
        ledger.divide(claim, read, replace(read, stage=Stage.SPLIT), cut, event(read))
        letter = admitted(ledger, received(clock, batch="b-2"))
        admitted(ledger, received(clock, feeder="insurer"))
        handed = ledger.handed("hospital", ["b-1", "b-2"])
        assert [(one.batch, one.document.id, one.arrival.duplicate) for one in handed] == [
            ("b-1", stack.id, False),
            ("b-2", letter.id, False),
        ]
        assert [piece.id for piece in handed[0].pieces] == [children[0].id, *(piece.id for piece in cut)]
        assert handed[0].pieces[0] == ledger.document(children[0].id)
        assert handed[1].pieces == ()

    def test_withdrawn_pieces_are_told_no_more(self, ledger: Ledger, clock: Clock) -> None:
        """A stack that was joined is one document again."""
        stack, _ = split(ledger, clock)
        joined = ledger.join(stack, replace(stack, stage=Stage.READ, revision=2), event(stack, "joined"))
        (one,) = ledger.handed("hospital", ["b-1"])
        assert (one.document, one.pieces) == (joined, ())

    def test_a_batch_has_another_mark_as_soon_as_anything_of_it_changes(self, ledger: Ledger, clock: Clock) -> None:
        """A step, a part read, a piece that gets on, a file that comes in again; and none without."""
        marks = [ledger.mark("hospital", "b-1")]
        document = admitted(ledger, received(clock))
        marks.append(ledger.mark("hospital", "b-1"))
        ledger.admit(document, event(document), b"again")
        marks.append(ledger.mark("hospital", "b-1"))
        stack, children = split(ledger, clock)
        marks.append(ledger.mark("hospital", "b-1"))
        ledger.move(
            claimed(ledger, children[0]), children[0], replace(children[0], stage=Stage.INSPECTED), event(stack)
        )
        marks.append(ledger.mark("hospital", "b-1"))
        assert len(set(marks)) == len(marks)
        admitted(ledger, received(clock, batch="b-2"))
        assert ledger.mark("hospital", "b-1") == marks[-1]
