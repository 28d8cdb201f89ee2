"""The ledger's contract on handing out work: due, sent, claimed, given back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from documents.errors import LeaseLost
from documents.lane import Lane
from documents.stage import Stage
from documents.work import Part, Work
from storage.ledger.interface import Ledger
from tests.contracts.ledger_making import (
    AFTER_LEASE,
    LEASE,
    NEVER,
    RESEND,
    Clock,
    Reopen,
    admitted,
    claimed,
    event,
    received,
)


class WorkContract:
    """How work is handed out."""

    def test_the_oldest_work_is_due_first(self, ledger: Ledger, clock: Clock) -> None:
        """P23: nothing is overtaken for ever."""
        expected = []
        for _ in range(5):
            expected.append(Work(document=admitted(ledger, received(clock)).id))
            clock.advance(timedelta(seconds=1))
        assert list(ledger.due(3, NEVER)) == expected[:3]

    def test_sent_work_makes_room_for_the_next(self, ledger: Ledger, clock: Clock) -> None:
        """P23: a limited look at what is due gets through all of it."""
        documents = {admitted(ledger, received(clock)).id for _ in range(5)}
        seen = set()
        for _ in range(3):
            work = ledger.due(2, RESEND)
            ledger.sent(work, clock())
            seen |= {w.document for w in work}
        assert seen == documents
        assert not ledger.due(2, RESEND)

    def test_lost_messages_are_sent_again(self, ledger: Ledger, clock: Clock) -> None:
        """P1: the broker may lose every message; after a while the work is due again."""
        work = Work(document=admitted(ledger, received(clock)).id)
        ledger.sent([work], clock())
        clock.advance(RESEND - timedelta(seconds=1))
        assert not ledger.due(10, RESEND)
        clock.advance(timedelta(seconds=1))
        assert list(ledger.due(10, RESEND)) == [work]

    def test_a_message_that_nobody_came_for_is_unheard(self, ledger: Ledger, clock: Clock) -> None:
        """P24: until somebody claims its work; work that waits for its retry has no message on its way."""
        work = Work(document=admitted(ledger, received(clock)).id)
        clock.advance(RESEND)
        assert not ledger.unheard(RESEND)
        ledger.sent([work], clock())
        assert not ledger.unheard(RESEND)
        clock.advance(RESEND)
        assert ledger.unheard(RESEND)
        ledger.claim(work, "here/1/1", LEASE)
        clock.advance(LEASE + RESEND)
        assert not ledger.unheard(RESEND)

    def test_parked_work_says_what_it_waits_for(self, ledger: Ledger, clock: Clock) -> None:
        """P3: counted by the code of the outage until it is claimed again; neither an attempt nor a claim."""
        document = admitted(ledger, received(clock))
        claim = claimed(ledger, document)
        ledger.release(claim, clock() + LEASE, "objects-unavailable")
        assert ledger.waiting() == {"objects-unavailable": 1}
        assert not ledger.due(10, NEVER)
        clock.advance(LEASE)
        again = claimed(ledger, document)
        assert (again.attempts, again.claims) == (0, 1)
        assert (ledger.waiting(), list(ledger.tried(document.id))) == ({}, [])

    def test_a_failed_attempt_is_told_with_what_it_was_made(self, ledger: Ledger, clock: Clock) -> None:
        """P26: stage, cause, process and release; and since when the dead are dead."""
        document = admitted(ledger, received(clock))
        assert ledger.dead_since() is None
        claim = claimed(ledger, document)
        ledger.failed(claim, "reader-failed", None, event(document), "verso 1; engine none; model none")
        (attempt,) = ledger.tried(document.id)
        assert (attempt.part, attempt.stage, attempt.code) == (None, Stage.RECEIVED, "reader-failed")
        assert (attempt.owner, attempt.release) == (claim.owner, "verso 1; engine none; model none")
        assert ledger.dead_since() == clock()

    def test_feeders_take_turns_and_keep_to_their_quota(self, ledger: Ledger, clock: Clock) -> None:
        """P19: each one's oldest before any one's second, and no more on the way than is allowed."""
        for feeder in ("north", "north", "north", "south"):
            clock.advance(timedelta(seconds=1))
            admitted(ledger, replace(received(clock), feeder=feeder, batch=None))
        found = ledger.due(10, RESEND, Lane.INBOX, 2)
        feeders = [ledger.document(work.document).feeder for work in found]
        assert feeders == ["north", "south", "north"]
        ledger.sent(found, clock())
        assert not ledger.due(10, RESEND, Lane.INBOX, 2)
        assert len(ledger.due(10, RESEND, Lane.INBOX)) == 1
        assert not ledger.due(10, RESEND, Lane.UPLOAD)
        assert ledger.unsent_since(Lane.INBOX, "north") is not None
        assert ledger.unsent_since(Lane.INBOX, "south") is None

    def test_work_sent_long_ago_and_new_work_are_both_due(self, ledger: Ledger, clock: Clock) -> None:
        """Oldest first, whichever way it came due."""
        old = Work(document=admitted(ledger, received(clock)).id)
        ledger.sent([old], clock())
        clock.advance(RESEND)
        new = Work(document=admitted(ledger, received(clock)).id)
        assert list(ledger.due(10, RESEND)) == [old, new]
        assert list(ledger.due(1, RESEND)) == [old]

    def test_noting_twice_or_too_late_is_safe(self, ledger: Ledger, clock: Clock) -> None:
        """Messages overlap with everything: a note about work that is claimed or gone harms nothing."""
        document = admitted(ledger, received(clock))
        ledger.sent([Work(document=document.id), Work(document=document.id, part=7)], clock())
        claim = claimed(ledger, document)
        ledger.sent([Work(document=document.id)] * 2, clock())
        ledger.sent([], clock())
        assert ledger.renew(claim, LEASE).until == clock() + LEASE

    @pytest.mark.parametrize("then", ["claimed", "given back", "failed", "sent"])
    def test_a_late_note_says_nothing_of_what_has_happened_since(self, ledger: Ledger, clock: Clock, then: str) -> None:
        """P3, P17: a message noted minutes after its work was claimed does not put off the next one."""
        document = admitted(ledger, received(clock))
        work, seen = Work(document=document.id), clock()
        clock.advance(timedelta(seconds=1))
        happenings: dict[str, Callable[[], object]] = {
            "claimed": lambda: claimed(ledger, document),
            "given back": lambda: ledger.release(claimed(ledger, document)),
            "failed": lambda: ledger.failed(claimed(ledger, document), "reader-failed", clock(), event(document)),
            "sent": lambda: ledger.sent([work], clock()),
        }
        happenings[then]()
        clock.advance(RESEND)
        ledger.sent([work], seen)
        assert list(ledger.due(10, RESEND)) == [work]

    def test_a_claim_says_what_it_is_a_right_to(self, ledger: Ledger, clock: Clock) -> None:
        """Owner, lease and the failed attempts before it."""
        claim = claimed(ledger, admitted(ledger, received(clock)), owner="host/1/2")
        assert (claim.owner, claim.until, claim.attempts, claim.part) == ("host/1/2", clock() + LEASE, 0, None)

    def test_held_work_is_neither_due_nor_claimable(self, ledger: Ledger, clock: Clock) -> None:
        """P15: a message received twice does nothing."""
        claim = claimed(ledger, admitted(ledger, received(clock)))
        assert not ledger.due(10, timedelta(0))
        assert ledger.claim(claim.work, "b", LEASE) is None

    def test_work_that_is_not_there_cannot_be_claimed(self, ledger: Ledger, clock: Clock) -> None:
        """A late message finds nothing to do."""
        document = admitted(ledger, received(clock))
        assert ledger.claim(Work(document=document.id, part=0), "a", LEASE) is None

    def test_of_racing_claims_exactly_one_wins(self, reopen: Reopen, clock: Clock) -> None:
        """P15: a document is in one pair of hands, however many reach for it."""
        ledgers = [reopen() for _ in range(8)]
        works = [Work(document=admitted(ledgers[0], received(clock)).id) for _ in range(6)]
        with ThreadPoolExecutor(8) as pool:
            for work in works:
                claims = list(pool.map(lambda ledger, w=work: ledger.claim(w, "a", LEASE), ledgers))
                assert sum(claim is not None for claim in claims) == 1

    def test_a_lapsed_lease_is_due_and_claimable_again(self, ledger: Ledger, clock: Clock) -> None:
        """P1: a killed worker costs time, never a document."""
        document = admitted(ledger, received(clock))
        ledger.sent([Work(document=document.id)], clock())
        first = claimed(ledger, document)
        clock.advance(AFTER_LEASE)
        assert list(ledger.due(10, NEVER)) == [first.work]
        second = ledger.claim(first.work, "b", LEASE)
        assert second is not None
        assert second.fence > first.fence

    def test_a_lost_worker_counts_as_an_attempt(self, ledger: Ledger, clock: Clock) -> None:
        """P26: a document that kills every worker does not do so for ever."""
        document = admitted(ledger, received(clock))
        for lost in range(3):
            assert claimed(ledger, document).attempts == lost
            clock.advance(AFTER_LEASE)

    def test_claims_are_counted_until_the_document_gets_on(self, ledger: Ledger, clock: Clock) -> None:
        """P26: the fence of a document that was replayed often is high; how often it was claimed in vain is not."""
        document = admitted(ledger, received(clock))
        for before in range(3):
            claim = claimed(ledger, document)
            assert (claim.claims, claim.fence) == (before + 1, before + 1)
            clock.advance(AFTER_LEASE)
        claim = claimed(ledger, document)
        document = ledger.move(claim, document, replace(document, stage=Stage.INSPECTED), event(document))
        clock.advance(AFTER_LEASE)
        claim = claimed(ledger, document)
        assert (claim.claims, claim.fence) == (1, 5)
        ledger.failed(claim, "reader-failed", None, event(document))
        dead = ledger.document(document.id)
        alive = ledger.reopen(dead, replace(dead, stage=Stage.INSPECTED), event(dead))
        claim = claimed(ledger, alive)
        assert (claim.claims, claim.fence) == (1, 6)
        ledger.fan_out(claim, alive, [Part(number=1, first=1, last=4)])
        ledger.part_done(claimed(ledger, alive, 1), [], 1.0)
        assert claimed(ledger, alive).claims == 1

    def test_a_renewed_lease_lasts(self, ledger: Ledger, clock: Clock) -> None:
        """A slow worker keeps its work by saying so."""
        claim = claimed(ledger, admitted(ledger, received(clock)))
        clock.advance(LEASE / 2)
        renewed = ledger.renew(claim, LEASE)
        clock.advance(LEASE * 0.75)
        assert renewed == replace(claim, until=claim.until + LEASE / 2)
        assert ledger.claim(claim.work, "b", LEASE) is None

    def test_a_lapsed_lease_that_nobody_took_can_be_renewed(self, ledger: Ledger, clock: Clock) -> None:
        """A pause costs nothing where nobody waited."""
        claim = claimed(ledger, admitted(ledger, received(clock)))
        clock.advance(AFTER_LEASE)
        assert ledger.renew(claim, LEASE).until == clock() + LEASE

    def test_a_lease_that_somebody_took_cannot_be_renewed(self, ledger: Ledger, clock: Clock) -> None:
        """Whoever slept too long is told so, even when it is the same process that took over."""
        document = admitted(ledger, received(clock))
        stale = claimed(ledger, document)
        clock.advance(AFTER_LEASE)
        claimed(ledger, document)
        with pytest.raises(LeaseLost):
            ledger.renew(stale, LEASE)

    def test_released_work_is_due_at_once_and_not_counted(self, ledger: Ledger, clock: Clock) -> None:
        """A worker that is told to stop hands its work back whole."""
        document = admitted(ledger, received(clock))
        claim = claimed(ledger, document)
        ledger.release(claim)
        assert list(ledger.due(10, NEVER)) == [claim.work]
        assert claimed(ledger, document, owner="b").attempts == 0

    def test_released_work_may_be_put_off_and_is_no_claim_in_vain(self, ledger: Ledger, clock: Clock) -> None:
        """What was given back for want of a sound host waits, and is as good as never claimed."""
        document = admitted(ledger, received(clock))
        ledger.release(claimed(ledger, document), clock() + RESEND)
        assert not ledger.due(10, NEVER)
        assert ledger.next_retry() == clock() + RESEND
        clock.advance(RESEND)
        again = claimed(ledger, document)
        assert (again.claims, again.attempts) == (1, 0)

    def test_a_released_claim_is_no_right_any_more(self, ledger: Ledger, clock: Clock) -> None:
        """What was given back cannot be kept."""
        claim = claimed(ledger, admitted(ledger, received(clock)))
        ledger.release(claim)
        with pytest.raises(LeaseLost):
            ledger.renew(claim, LEASE)

    def test_releasing_a_lost_lease_takes_nothing_from_its_new_holder(self, ledger: Ledger, clock: Clock) -> None:
        """Giving back is safe at any time, and twice."""
        document = admitted(ledger, received(clock))
        stale = claimed(ledger, document)
        clock.advance(AFTER_LEASE)
        claimed(ledger, document, owner="b")
        ledger.release(stale)
        ledger.release(stale)
        assert not ledger.due(10, timedelta(0))

    def test_orphans_of_dead_owners_are_given_back(self, ledger: Ledger, clock: Clock) -> None:
        """P1: after a restart nobody waits for leases of the dead; the living keep theirs."""
        orphan, kept = admitted(ledger, received(clock)), admitted(ledger, received(clock))
        claimed(ledger, orphan, owner="dead")
        held = claimed(ledger, kept, owner="living")
        assert ledger.release_orphans(lambda owner: owner == "living") == 1
        assert list(ledger.due(10, NEVER)) == [Work(document=orphan.id)]
        assert ledger.renew(held, LEASE).owner == "living"
        assert claimed(ledger, orphan).attempts == 1
        assert ledger.release_orphans(lambda _: True) == 0

    def test_without_retries_there_is_nothing_to_wait_for(self, ledger: Ledger, clock: Clock) -> None:
        """Work that is due or held is not waiting."""
        claimed(ledger, admitted(ledger, received(clock)))
        admitted(ledger, received(clock))
        assert ledger.next_retry() is None
