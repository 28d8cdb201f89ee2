"""A heartbeat keeps a claim alive while its worker is busy, and stops where the claim is another's."""

import os
import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from documents.errors import LeaseLost, LedgerUnavailable
from documents.work import Claim, Work
from tests.fakes import paper
from tests.world import World
from workers.heartbeat import kept_alive

_LEASE = timedelta(seconds=0.15)


@pytest.fixture
def claim(world: World) -> Claim:
    """Give a claim."""
    work = Work(document=world.hand_over(paper()).document.id)
    claim = world.ledger.claim(work, "here/1/1", _LEASE)
    assert claim is not None
    return claim


def renewals(world: World, monkeypatch: pytest.MonkeyPatch, *errors: Exception) -> list[datetime]:
    """Return a list that grows as each renewal is over; the first ones fail."""
    told: list[datetime] = []
    renew, left = world.ledger.renew, list(errors)

    def noted(claim: Claim, lease: timedelta, pages: int) -> Claim:
        try:
            if left:
                raise left.pop(0)
            return renew(claim, lease, pages)
        finally:
            told.append(world.clock.now())

    monkeypatch.setattr(world.ledger, "renew", noted)
    return told


def wait_for(told: list[datetime], count: int) -> None:
    """Wait for so many renewals."""
    deadline = time.monotonic() + 30
    while len(told) < count:
        assert time.monotonic() < deadline, "it does not beat"
        time.sleep(0.01)


def test_a_busy_workers_claim_is_renewed_until_it_ends(
    world: World, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long a document takes, nobody else is given it meanwhile."""
    told = renewals(world, monkeypatch)
    world.clock.turn(60)
    with kept_alive(world.ledger, claim, _LEASE):
        wait_for(told, 1)
        assert world.ledger.claim(claim.work, "elsewhere/7/7", _LEASE) is None
    count = len(told)
    time.sleep(0.2)
    assert len(told) == count


def test_a_ledger_that_is_out_is_asked_again(world: World, claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    """A beat that was missed is no reason to stop: the lease may still stand."""
    told = renewals(world, monkeypatch, LedgerUnavailable())
    with kept_alive(world.ledger, claim, _LEASE):
        wait_for(told, 2)


def test_a_claim_that_was_lost_is_not_asked_for_again(
    world: World, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is another's."""
    told = renewals(world, monkeypatch, LeaseLost(claim.work.document))
    with kept_alive(world.ledger, claim, _LEASE):
        wait_for(told, 1)
        time.sleep(0.2)
        assert len(told) == 1


def test_pages_are_told_of_while_they_are_being_read(world: World, claim: Claim) -> None:
    """P37: who follows a long scan sees it move, page by page; a claim begins at none."""
    read = world.ledger.pages_read
    document = claim.work.document
    with kept_alive(world.ledger, claim, timedelta(seconds=60), told_every=0.01) as heart:
        heart.page_read()
        heart.page_read()
        deadline = time.monotonic() + 30
        while read([document]) != {document: 2}:
            assert time.monotonic() < deadline, "nothing is told"
            time.sleep(0.01)
    world.ledger.release(claim)
    assert read([document]) == {document: 0}


def test_claims_of_one_process_beat_side_by_side_each_in_its_rhythm(
    world: World, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is slow to fall due delays none that comes after it; one that ended or was lost ends no other."""
    told: list[int] = []

    def renew(claim: Claim, _lease: timedelta, _pages: int) -> Claim:
        told.append(claim.fence)
        if claim.fence == 2:
            raise LeaseLost(claim.work.document)
        return claim

    monkeypatch.setattr(world.ledger, "renew", renew)
    slow, lost, quick = (replace(claim, fence=fence) for fence in (1, 2, 3))
    with kept_alive(world.ledger, slow, timedelta(seconds=600)), kept_alive(world.ledger, lost, _LEASE):
        with kept_alive(world.ledger, quick, _LEASE):
            deadline = time.monotonic() + 30
            while told.count(3) < 3:
                assert time.monotonic() < deadline, "it does not beat"
                time.sleep(0.01)
        count = told.count(3)
        time.sleep(0.2)
    assert (told.count(1), told.count(2), told.count(3)) == (0, 1, count)


def test_a_child_of_a_fork_beats_by_itself(world: World, claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though its parent was beating when it was born: prefork workers are children."""
    told: list[int] = []

    def renew(claim: Claim, _lease: timedelta, _pages: int) -> Claim:
        told.append(claim.fence)
        return claim

    def beats() -> bool:
        with kept_alive(world.ledger, replace(claim, fence=2), _LEASE):
            deadline = time.monotonic() + 60
            while 2 not in told and time.monotonic() < deadline:
                time.sleep(0.01)
        return 2 in told

    monkeypatch.setattr(world.ledger, "renew", renew)
    with kept_alive(world.ledger, replace(claim, fence=1), _LEASE):
        child = os.fork()
        if child == 0:
            os._exit(0 if beats() else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert beats()
