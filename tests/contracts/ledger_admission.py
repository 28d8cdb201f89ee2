"""The ledger's contract on entering, looking up, listing and counting."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from documents.document import Document, DocumentId, PatientRef
from documents.errors import UnknownDocument
from documents.stage import Stage
from documents.work import Work
from storage.ledger.following import ArrivalRecord
from storage.ledger.interface import Ledger, Listing
from tests.contracts.ledger_making import NEVER, Clock, Reopen, admitted, claimed, event, received


class AdmissionContract:
    """How documents enter a ledger and are found in it."""

    def test_an_admitted_document_is_found_as_it_was(self, ledger: Ledger, clock: Clock) -> None:
        """Every field and every object comes back, the microsecond included."""
        document = received(clock)
        assert ledger.admit(document, event(document, "received"))
        assert ledger.document(document.id) == document

    def test_a_unique_name_belongs_to_the_first_that_came_under_it(self, ledger: Ledger, clock: Clock) -> None:
        """Whoever asks, however often and however many at once, is told whose it is."""
        documents = [replace(received(clock), id=DocumentId(f"{number:032x}")) for number in range(1, 9)]
        for document in documents:
            ledger.admit(document, event(document, "received"))
        with ThreadPoolExecutor(4) as pool:
            owners = set(pool.map(lambda document: ledger.own("e" * 64, document.id), documents))
        assert len(owners) == 1
        assert owners <= {document.id for document in documents}
        assert {ledger.own("e" * 64, document.id) for document in documents} == owners
        assert ledger.own("f" * 64, documents[3].id) == documents[3].id

    def test_every_field_of_a_document_survives(self, ledger: Ledger, clock: Clock) -> None:
        """What a document may know, the ledger can keep."""
        document = replace(
            received(clock, batch=None, patient=PatientRef("c" * 64)),
            revision=3,
            media_type="application/pdf",
            pages=12,
            reading="mixed",
            partial=True,
            type_code="11502-2",
            theme="biology",
            confidence=0.875,
            reason="low-confidence",
            died_in=Stage.READ,
            attempts=2,
            seconds=1.25,
        )
        ledger.admit(document, event(document))
        assert ledger.document(document.id) == document

    def test_an_admitted_document_is_due_at_once(self, ledger: Ledger, clock: Clock) -> None:
        """P1: work exists from the same transaction on as the document."""
        document = admitted(ledger, received(clock))
        assert list(ledger.due(10, NEVER)) == [Work(document=document.id)]

    def test_a_batch_tells_what_arrived_in_it(self, ledger: Ledger, clock: Clock) -> None:
        """Each arrival is told in its order with its sealed name, and whether the document was known already."""
        first, second = received(clock), received(clock, feeder="insurer")
        ledger.admit(first, event(first), b"\x00sealed")
        ledger.admit(second, event(second), b"of another feeder's batch of the same name")
        ledger.admit(first, event(first), b"sealed otherwise")
        assert list(ledger.arrivals("hospital", "b-1")) == [
            ArrivalRecord(document=first.id, duplicate=False, sealed_name=b"\x00sealed"),
            ArrivalRecord(document=first.id, duplicate=True, sealed_name=b"sealed otherwise"),
        ]
        assert not ledger.arrivals("hospital", "b-2")

    def test_a_settled_document_is_admitted_without_work(self, ledger: Ledger, clock: Clock) -> None:
        """Only a workable stage makes work."""
        admitted(ledger, replace(received(clock), stage=Stage.REFUSED, reason="empty-file"))
        assert not ledger.due(10, NEVER)

    def test_a_known_document_is_admitted_once(self, ledger: Ledger, clock: Clock) -> None:
        """P15: the same paper twice is one document, one piece of work and one event, whatever batch it came in."""
        document = admitted(ledger, received(clock))
        again = replace(document, batch="b-2", stage=Stage.RECEIVED)
        assert not ledger.admit(again, event(again, "received"))
        assert ledger.document(document.id) == document
        assert len(ledger.events(document.id)) == 1
        assert len(ledger.due(10, NEVER)) == 1

    def test_a_known_document_keeps_its_stage(self, ledger: Ledger, clock: Clock) -> None:
        """P15: what arrives again does not undo what was done."""
        document = admitted(ledger, received(clock))
        moved = ledger.move(
            claimed(ledger, document), document, replace(document, stage=Stage.INSPECTED), event(document)
        )
        assert not ledger.admit(document, event(document, "received"))
        assert ledger.document(document.id) == moved

    def test_of_racing_admissions_exactly_one_is_new(self, reopen: Reopen, clock: Clock) -> None:
        """P15: however many processes take in the same paper, one is told that it is new."""
        document = received(clock)
        ledgers = [reopen() for _ in range(8)]
        with ThreadPoolExecutor(8) as pool:
            new = list(pool.map(lambda ledger: ledger.admit(document, event(document, "received")), ledgers))
        assert new.count(True) == 1
        assert ledgers[0].document(document.id) == document

    def test_another_process_sees_it_at_once(self, ledger: Ledger, reopen: Reopen, clock: Clock) -> None:
        """What is returned is durable and shared."""
        document = admitted(ledger, received(clock))
        assert reopen().document(document.id) == document

    def test_an_unknown_document_is_said_to_be_unknown(self, ledger: Ledger) -> None:
        """There is no empty document."""
        with pytest.raises(UnknownDocument):
            ledger.document(DocumentId("0" * 32))

    def test_many_ids_are_looked_up_at_once(self, ledger: Ledger, clock: Clock) -> None:
        """More ids than a statement takes parameters are no matter."""
        known = {admitted(ledger, received(clock)).id for _ in range(3)}
        unknown = [DocumentId(f"{number:032x}") for number in range(2500)]
        assert ledger.knows([*unknown, *known]) == known
        assert ledger.knows([]) == frozenset()

    def test_times_are_told_in_utc(self, ledger: Ledger, clock: Clock) -> None:
        """The same moment given in another zone is the same moment."""
        paris = timezone(timedelta(hours=1))
        document = replace(received(clock), received_at=clock().astimezone(paris))
        found = admitted(ledger, document).received_at
        assert found == clock()
        assert found.tzinfo is UTC

    def test_a_naive_time_is_a_mistake(self, ledger: Ledger, clock: Clock) -> None:
        """A time without its zone is never guessed at."""
        naive = replace(received(clock), received_at=datetime(2026, 1, 1))  # noqa: DTZ001
        with pytest.raises(TypeError):
            ledger.admit(naive, event(naive))
        assert not ledger.knows([naive.id])


class ListingContract:
    """How documents are listed and counted."""

    def test_pages_follow_each_other_without_gap_or_overlap(self, ledger: Ledger, clock: Clock) -> None:
        """P29: the keyset holds even where documents were received in the same microsecond."""
        made: list[Document] = []
        for number in range(7):
            made.append(admitted(ledger, received(clock)))
            clock.advance(timedelta(seconds=number // 3))
        expected = sorted(made, key=lambda d: (d.received_at, d.id), reverse=True)
        first = ledger.list(Listing(limit=3))
        second = ledger.list(Listing(limit=3, after=first[-1].id))
        third = ledger.list(Listing(limit=3, after=second[-1].id))
        assert [*first, *second, *third] == expected
        assert not ledger.list(Listing(after=third[-1].id))

    @pytest.mark.parametrize(
        "listing",
        [
            Listing(stage=Stage.REVIEW),
            Listing(feeder="insurer"),
            Listing(batch="b-7"),
            Listing(patient=PatientRef("a" * 64)),
            Listing(feeder="insurer", stage=Stage.REVIEW, batch="b-7", patient=PatientRef("a" * 64)),
        ],
    )
    def test_a_listing_holds_what_was_asked_for(self, ledger: Ledger, clock: Clock, listing: Listing) -> None:
        """Each filter counts, alone and with the others."""
        admitted(ledger, received(clock))
        wanted = replace(received(clock, feeder="insurer", batch="b-7", patient=PatientRef("a" * 64)))
        wanted = admitted(ledger, replace(wanted, stage=Stage.REVIEW))
        assert list(ledger.list(listing)) == [wanted]

    def test_a_page_after_an_unknown_document_is_refused(self, ledger: Ledger) -> None:
        """A lost bookmark does not silently lead to the first page."""
        with pytest.raises(UnknownDocument):
            ledger.list(Listing(after=DocumentId("0" * 32)))

    def test_counts_tell_every_stage(self, ledger: Ledger, clock: Clock) -> None:
        """Stages without documents count 0; feeders and batches are told apart."""
        admitted(ledger, received(clock))
        admitted(ledger, received(clock, batch="b-2"))
        admitted(ledger, replace(received(clock, feeder="insurer"), stage=Stage.REVIEW))
        assert ledger.counts()[Stage.RECEIVED] == 2
        assert ledger.counts()[Stage.REVIEW] == 1
        assert ledger.counts()[Stage.DEAD] == 0
        assert set(ledger.counts()) == set(Stage)
        assert sum(ledger.counts(feeder="hospital").values()) == 2
        assert sum(ledger.counts(feeder="hospital", batch="b-1").values()) == 1
