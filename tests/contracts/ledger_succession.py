"""The ledger's contract on versions: of two that replace one another a record shows one, whatever becomes of either."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from documents.document import Document, DocumentId, PatientRef
from documents.errors import WrongStage
from documents.stage import Stage
from storage.ledger.interface import Ledger, Listing
from tests.contracts.ledger_making import Clock, Reopen, admitted, claimed, event, received

PATIENT, OTHER = PatientRef("a" * 64), PatientRef("b" * 64)

_WAY = (Stage.INSPECTED, Stage.READ, Stage.IDENTIFIED, Stage.CLASSIFIED)


def made(clock: Clock, supersedes: Document | None = None, *, feeder: str = "insurer") -> Document:
    """Return a document that rests filed, of nobody's handing over."""
    fresh = received(clock, feeder=feeder, batch=None, patient=PATIENT)
    return replace(fresh, stage=Stage.STORED, supersedes=supersedes.id if supersedes else None)


def filed(ledger: Ledger, document: Document) -> Document:
    """File a document and return it as the ledger knows it."""
    assert ledger.file(document, event(document, "published"))
    return ledger.document(document.id)


def chain(ledger: Ledger, clock: Clock, length: int) -> Sequence[Document]:
    """File versions of one document, oldest first."""
    versions: list[Document] = []
    for _ in range(length):
        versions.append(filed(ledger, made(clock, versions[-1] if versions else None)))
    return [ledger.document(version.id) for version in versions]


def current(ledger: Ledger, patient: PatientRef = PATIENT) -> set[DocumentId]:
    """Return what a patient's record shows."""
    return {found.id for found in ledger.list(Listing(patient=patient, stage=Stage.STORED, current=True))}


def leave(ledger: Ledger, document: Document) -> Document:
    """Take a stored document out of its record, as a correction does."""
    before = ledger.document(document.id)
    return ledger.reopen(before, replace(before, stage=Stage.READ), event(before, "corrected"))


def arrive(ledger: Ledger, document: Document, patient: PatientRef = PATIENT) -> Document:
    """Bring a document that is on its way into a record."""
    claim, now = claimed(ledger, document), ledger.document(document.id)
    for stage in _WAY[_WAY.index(now.stage) + 1 if now.stage in _WAY else 0 :]:
        now = ledger.move(claim, now, replace(now, stage=stage), event(now))
    return ledger.move(claim, now, replace(now, stage=Stage.STORED, patient=patient), event(now))


class SuccessionContract:
    """How documents stand for one another."""

    def test_what_is_filed_at_once_wants_no_work_and_is_no_arrival(self, ledger: Ledger, clock: Clock) -> None:
        """Verso made it: nobody handed it over, nothing is left to find out."""
        document = filed(ledger, made(clock))
        assert document.stage is Stage.STORED
        assert ledger.list(Listing(patient=PATIENT)) == [document]
        assert not ledger.file(document, event(document, "published"))
        assert [one.action for one in ledger.events(document.id)] == ["published"]

    def test_only_what_is_stored_may_be_filed_so(self, ledger: Ledger, clock: Clock) -> None:
        """Anything else has a way to go."""
        with pytest.raises(WrongStage):
            ledger.file(received(clock), event(received(clock)))

    def test_a_new_version_takes_the_place_of_the_former_which_stays(self, ledger: Ledger, clock: Clock) -> None:
        """One transaction: rows of both, and an event for each."""
        old, new = chain(ledger, clock, 2)
        assert (new.superseded_by, old.superseded_by) == (None, new.id)
        assert current(ledger) == {new.id}
        assert {found.id for found in ledger.list(Listing(patient=PATIENT))} == {old.id, new.id}
        assert [(one.action, one.detail) for one in ledger.events(old.id)][-1] == ("superseded", new.id)

    def test_a_replacement_that_went_all_the_way_does_the_same(self, ledger: Ledger, clock: Clock) -> None:
        """A clinical document that replaces another is a version like any other."""
        old = arrive(ledger, admitted(ledger, received(clock)))
        new = arrive(ledger, admitted(ledger, replace(received(clock), supersedes=old.id)))
        assert ledger.document(old.id).superseded_by == new.id
        assert current(ledger) == {new.id}

    @pytest.mark.parametrize("whose", ["feeder", "patient"])
    def test_nobody_replaces_what_is_not_theirs(self, ledger: Ledger, clock: Clock, whose: str) -> None:
        """P9: another feeder's document, and another patient's, stay where they are."""
        old = filed(ledger, made(clock))
        changed = {"feeder": "stranger"} if whose == "feeder" else {"patient": OTHER}
        new = filed(ledger, replace(made(clock, old), **changed))
        assert ledger.document(old.id).superseded_by is None
        assert current(ledger) | current(ledger, OTHER) == {old.id, new.id}

    def test_a_version_that_is_replaced_twice_shows_both_replacements(self, ledger: Ledger, clock: Clock) -> None:
        """Which of the two is right nobody here can say: neither is hidden."""
        old, first = chain(ledger, clock, 2)
        second = filed(ledger, made(clock, old))
        assert ledger.document(old.id).superseded_by == first.id
        assert current(ledger) == {first.id, second.id}

    def test_the_later_one_may_come_to_rest_before_the_earlier(self, ledger: Ledger, clock: Clock) -> None:
        """Workers overtake one another; a rebuilding finds documents in the order of their ids."""
        old = admitted(ledger, received(clock, feeder="insurer"))
        new = filed(ledger, made(clock, old))
        assert current(ledger) == {new.id}
        arrive(ledger, old)
        assert ledger.document(old.id).superseded_by == new.id
        assert current(ledger) == {new.id}

    def test_when_the_later_one_leaves_the_former_stands_again(self, ledger: Ledger, clock: Clock) -> None:
        """P9: a version that was filed in the wrong record must not leave the right one empty."""
        old, new = chain(ledger, clock, 2)
        leaving = leave(ledger, new)
        assert current(ledger) == {old.id}
        assert [(one.action, one.detail) for one in ledger.events(old.id)][-1] == ("reinstated", new.id)
        arrive(ledger, leaving, OTHER)
        assert (current(ledger), current(ledger, OTHER)) == ({old.id}, {new.id})

    def test_what_leaves_and_comes_back_is_where_it_was(self, ledger: Ledger, clock: Clock) -> None:
        """A correction of the type ends as it began, for the first, the middle and the last version."""
        versions = chain(ledger, clock, 3)
        for version in versions:
            arrive(ledger, leave(ledger, version))
            assert current(ledger) == {versions[-1].id}

    def test_when_the_middle_one_leaves_the_last_stands_for_the_first(self, ledger: Ledger, clock: Clock) -> None:
        """An older version must not come up again beside the newest."""
        first, middle, last = chain(ledger, clock, 3)
        leave(ledger, middle)
        assert ledger.document(first.id).superseded_by == last.id
        assert current(ledger) == {last.id}

    def test_of_two_that_replace_one_another_one_stands(self, ledger: Ledger, clock: Clock) -> None:
        """Nonsense from a producer must not hide a paper."""
        one, two = received(clock), received(clock)
        one, two = replace(one, supersedes=two.id), replace(two, supersedes=one.id)
        for document in (one, two):
            arrive(ledger, admitted(ledger, document))
        assert len(current(ledger)) == 1
        arrive(ledger, leave(ledger, one))
        assert len(current(ledger)) == 1
        arrive(ledger, leave(ledger, two))
        assert len(current(ledger)) == 1

    def test_an_erased_version_stands_for_nothing(self, ledger: Ledger, clock: Clock) -> None:
        """What cannot be read any more hides nothing that can."""
        old, new = chain(ledger, clock, 2)
        ledger.erase(new, event(new, "erased"))
        assert current(ledger) == {old.id}

    def test_whatever_the_order_of_commits_a_record_shows_one(self, reopen: Reopen, clock: Clock) -> None:
        """Two workers file the two versions at the same moment."""
        ledger = reopen()
        for _ in range(5):
            old = admitted(ledger, received(clock))
            new = admitted(ledger, replace(received(clock), supersedes=old.id))
            before = len(current(ledger))
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(arrive, (ledger, ledger), (old, new)))
            assert len(current(ledger)) == before + 1

    def test_a_unique_name_has_an_owner_once_it_is_given(self, ledger: Ledger, clock: Clock) -> None:
        """What a producer replaces is looked up without giving the name to anybody."""
        document = admitted(ledger, received(clock))
        assert ledger.owner("n" * 64) is None
        ledger.own("n" * 64, document.id)
        assert ledger.owner("n" * 64) == document.id
