"""The ledger's contract on passes over everything stored."""

from dataclasses import replace
from datetime import timedelta

from documents.document import DocumentId
from storage.ledger.interface import Ledger
from storage.scrubbing.fault import Fault, FaultCode
from storage.scrubbing.interface import Starter
from tests.contracts.ledger_making import Clock, Reopen, event, received

LOST = Fault(code=FaultCode.LOST, name="documents/ab/one/original-0-1")
ORPHAN = Fault(code=FaultCode.ORPHANED, name="documents/ab/one/pages-1-1")


class ScrubbingContract:
    """How far a pass got, and what it found."""

    def test_documents_are_walked_by_their_ids(self, ledger: Ledger, clock: Clock) -> None:
        """Each once, with its objects, whenever it came; a walk goes on behind any text."""
        ids = [DocumentId(letter * 32) for letter in "c0fa9"]
        for each in ids:
            document = replace(received(clock), id=each)
            ledger.admit(document, event(document, "received"))
            clock.advance(timedelta(seconds=1))
        walked = [document.id for document in ledger.walk("", 3)]
        assert walked + [document.id for document in ledger.walk(walked[-1], 3)] == sorted(ids)
        assert ledger.walk("", 1)[0].objects
        assert [document.id for document in ledger.walk("b", 1)] == ["c" * 32]

    def test_a_pass_is_remembered_as_far_as_it_got(self, ledger: Ledger, reopen: Reopen, clock: Clock) -> None:
        """With what it found; another process goes on from there."""
        assert ledger.last_pass() is None
        begun = ledger.begin_pass(Starter.PERSON)
        further = replace(begun, cursor="ab" * 16, objects=7, size=2**40, erased=1)
        assert ledger.advance_pass(begun, further, [LOST, ORPHAN])
        assert reopen().last_pass(Starter.PERSON, finished=False) == further
        ended = replace(further, cursor="~", finished_at=clock())
        assert ledger.advance_pass(further, ended, [])
        assert reopen().last_pass(finished=True) == ended
        assert list(reopen().faults(begun.number)) == [LOST, ORPHAN]

    def test_of_two_at_one_pass_the_first_one_counts(self, ledger: Ledger) -> None:
        """Nothing is counted twice, and a pass that has ended stays as it ended."""
        begun = ledger.begin_pass(Starter.CARETAKER)
        further = replace(begun, cursor="ab", objects=1)
        assert ledger.advance_pass(begun, further, [LOST])
        assert not ledger.advance_pass(begun, replace(begun, cursor="ab", objects=1), [LOST])
        assert list(ledger.faults(begun.number)) == [LOST]

    def test_passes_of_different_starters_do_not_meet(self, ledger: Ledger) -> None:
        """A person's look does not move the one that goes by the calendar."""
        theirs = ledger.begin_pass(Starter.CARETAKER)
        ours = ledger.begin_pass(Starter.PERSON)
        assert ledger.last_pass(Starter.CARETAKER) == theirs
        assert ledger.last_pass() == ours
        assert ledger.last_pass(finished=True) is None

    def test_what_was_no_fault_is_taken_back(self, ledger: Ledger) -> None:
        """Of this pass alone."""
        passes = [ledger.begin_pass(Starter.PERSON) for _ in range(2)]
        for each in passes:
            ledger.advance_pass(each, replace(each, cursor="ab"), [LOST, ORPHAN])
        ledger.forget_faults(passes[0].number, [ORPHAN])
        ledger.forget_faults(passes[0].number, [ORPHAN])
        assert [list(ledger.faults(each.number)) for each in passes] == [[LOST], [LOST, ORPHAN]]
