"""The ledger's contract on numbers of patients that change: each leads to the one in use, and never in a circle."""

from documents.action import Action
from documents.actor import Actor
from documents.document import PatientRef
from documents.event import Event
from storage.ledger.interface import Ledger
from storage.ledger.renaming import Alias
from tests.contracts.ledger_making import Clock

A, B, C = (PatientRef(letter * 64) for letter in "abc")


def renamed(ledger: Ledger, clock: Clock, old: PatientRef, new: PatientRef) -> None:
    """Let a number stand for another; its seal names it."""
    event = Event(at=clock(), actor=Actor.operator("dim"), action=Action.MERGED, detail=f"{old} {new}")
    ledger.rename(Alias(old=old, new=new, sealed_number=new[:4].encode()), event)


class RenamingContract:
    """How numbers lead to others."""

    def test_a_number_in_use_leads_nowhere(self, ledger: Ledger, clock: Clock) -> None:
        """Most numbers never change."""
        renamed(ledger, clock, A, B)
        assert ledger.alias(B) is None
        assert ledger.alias(C) is None

    def test_a_number_leads_to_the_one_that_stands_now(self, ledger: Ledger, clock: Clock) -> None:
        """However often it changed, with that one's seal."""
        renamed(ledger, clock, A, B)
        renamed(ledger, clock, B, C)
        assert ledger.alias(A) == Alias(old=A, new=C, sealed_number=b"cccc")
        assert ledger.alias(B) == Alias(old=B, new=C, sealed_number=b"cccc")

    def test_the_newest_word_counts(self, ledger: Ledger, clock: Clock) -> None:
        """A merge that was wrong is put right by another."""
        renamed(ledger, clock, A, B)
        renamed(ledger, clock, A, C)
        assert ledger.alias(A) == Alias(old=A, new=C, sealed_number=b"cccc")

    def test_no_number_leads_back_to_itself(self, ledger: Ledger, clock: Clock) -> None:
        """Merged one way, then the other: the last one that was called new is in use."""
        renamed(ledger, clock, A, B)
        renamed(ledger, clock, B, C)
        renamed(ledger, clock, C, A)
        assert ledger.alias(A) is None
        assert ledger.alias(B) == Alias(old=B, new=A, sealed_number=b"aaaa")
        assert ledger.alias(C) == Alias(old=C, new=A, sealed_number=b"aaaa")

    def test_a_number_tells_for_which_it_stands(self, ledger: Ledger, clock: Clock) -> None:
        """However often they changed; what was undone is forgotten."""
        renamed(ledger, clock, A, B)
        renamed(ledger, clock, B, C)
        assert [ledger.former(one) for one in (A, B, C)] == [frozenset(), {A}, {A, B}]
        renamed(ledger, clock, C, A)
        assert [ledger.former(one) for one in (A, B, C)] == [{B, C}, frozenset(), {B}]
