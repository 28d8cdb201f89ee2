"""The part of the ledger's contract that is about the audit trail: numbered, proven, chained, never doubled."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from documents.action import Action
from documents.actor import Actor, ActorRole
from documents.document import DocumentId
from documents.errors import LeaseLost
from documents.event import Event
from documents.role import Role
from documents.stage import Stage
from storage.audit.chain import MOST_ENTRIES
from storage.audit.interface import AnchorRecord
from storage.ledger.interface import Ledger
from tests.contracts.ledger_making import Clock, Reopen, admitted, claimed, event, received


def act(clock: Clock) -> Event:
    """Return an event that changes nothing."""
    return Event(at=clock(), actor=Actor.operator("x"), action=Action.LOOKED)


class TrailContract:
    """How events are kept."""

    def test_events_are_kept_in_order(self, ledger: Ledger, clock: Clock) -> None:
        """The trail tells what happened, first things first, a sealed ground byte for byte."""
        document = admitted(ledger, received(clock))
        unsealed = Event(
            at=clock(),
            actor=Actor(role=ActorRole.PRACTITIONER, identity="dupont"),
            action=Action.UNSEALED,
            document=document.id,
            detail=Role.ORIGINAL.slug,
            sealed_ground=bytes(range(256)),
        )
        ledger.record(unsealed)
        assert list(ledger.events(document.id)) == [event(document, "received"), unsealed]

    def test_an_event_may_name_no_document_or_an_unknown_one(self, ledger: Ledger, clock: Clock) -> None:
        """A refused access leaves its trace whatever was asked for."""
        stray = Event(at=clock(), actor=Actor.operator("x"), action=Action.REFUSED, document=DocumentId("0" * 32))
        ledger.record(stray)
        ledger.record(replace(stray, document=None))
        assert list(ledger.events(DocumentId("0" * 32))) == [stray]

    def test_the_events_of_a_thread_are_numbered_without_a_gap(self, ledger: Ledger, clock: Clock) -> None:
        """An event that is removed, before anything binds it, is missed as soon as its scribe writes the next."""
        for _ in range(3):
            ledger.record(act(clock))
        entries = ledger.entries(0, 10)
        assert [entry.line for entry in entries] == [0, 1, 2]
        assert len({entry.scribe for entry in entries}) == 1

    def test_a_change_that_is_given_up_leaves_no_gap(self, ledger: Ledger, clock: Clock) -> None:
        """What was never committed is not taken for removed: another scribe goes on."""
        document = admitted(ledger, received(clock))
        claim = claimed(ledger, document)
        inspected = replace(document, stage=Stage.INSPECTED)
        ledger.move(claim, document, inspected, event(document))
        with pytest.raises(LeaseLost):
            ledger.move(claim, document, inspected, event(document))
        ledger.record(act(clock))
        lines: dict[str | None, list[int | None]] = {}
        for entry in ledger.entries(0, 10):
            lines.setdefault(entry.scribe, []).append(entry.line)
        assert sorted(lines.values()) == [[0], [0, 1]]

    def test_every_committed_event_is_bound_once(self, ledger: Ledger, clock: Clock) -> None:
        """The chain binds what there is, and then nothing until there is more."""
        for _ in range(3):
            ledger.record(act(clock))
        assert ledger.chain() == 3
        assert ledger.chain() == 0
        ledger.record(act(clock))
        assert ledger.chain() == 1
        assert [(link.number, link.count) for link in ledger.links(-1, 10)] == [(0, 0), (1, 3), (2, 1)]
        assert ledger.last_link().last == ledger.entries(0, 10)[-1].id

    def test_writers_and_chainers_at_once_leave_no_event_unbound(
        self, reopen: Reopen, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """P4: rows become visible in another order than that of their numbers; none is passed over."""
        # Each of twenty has its turn, however slow the machine: at work, the next round does what was given up.
        monkeypatch.setattr("storage.ledger.chaining._BARRIER_PATIENCE", 60_000)
        ledgers = [reopen() for _ in range(5)]

        def write(ledger: Ledger) -> None:
            for _ in range(25):
                ledger.record(act(clock))

        with ThreadPoolExecutor(8) as pool:
            writing = [pool.submit(write, ledger) for ledger in ledgers]
            chaining = [pool.submit(ledger.chain) for ledger in ledgers for _ in range(4)]
            assert [one.exception() for one in writing] == [None] * 5
            assert [one.exception() for one in chaining] == [None] * 20
        ledgers[0].chain()
        assert sum(link.count for link in ledgers[0].links(0, MOST_ENTRIES)) == 125
        assert len(ledgers[0].entries(0, MOST_ENTRIES)) == 125

    def test_an_anchor_is_remembered_once(self, ledger: Ledger, clock: Clock) -> None:
        """Of two who anchor at once, the first one's counts."""
        first = AnchorRecord(link=1, at=clock(), digest="a" * 64)
        assert ledger.last_anchor() is None
        ledger.note_anchor(first)
        ledger.note_anchor(replace(first, digest="b" * 64))
        second = AnchorRecord(link=2, at=clock() + timedelta(hours=1), digest="c" * 64)
        ledger.note_anchor(second)
        assert list(ledger.anchors()) == [first, second]
        assert ledger.last_anchor() == second
