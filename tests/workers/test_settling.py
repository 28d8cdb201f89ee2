"""What a person decides in review counts once the ledger has taken it, and never stands in the way of another."""

import pytest

from documents.document import Document
from documents.errors import LeaseLost, LedgerUnavailable
from documents.event import Event
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.role import Role
from documents.stage import Stage
from pipelines.settling import Settlement, settle, settlement_of
from tests.fakes import INS
from tests.world import World, person

ANNE = Ins(number=INS, oid=OID_INS_NIR_TEST)
BRUNO = Ins(number="184127645108946", oid=OID_INS_NIR_TEST)


@pytest.fixture
def doubtful(world: World) -> Document:
    """A letter of nobody's, in review."""
    document = world.hand_over(b"TYPE 11502-2").document
    world.work()
    return world.document(document.id)


def test_a_settlement_lost_in_an_outage_keeps_nobody_from_deciding_otherwise(
    world: World, doubtful: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sealed and never committed does not count; the next decision does."""

    def vanish(_before: Document, _after: Document, _event: Event) -> Document:
        raise LedgerUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(world.ledger, "reopen", vanish)
        with pytest.raises(LedgerUnavailable):
            settle(doubtful, Settlement(ins=BRUNO, by=person("dim")), world.services)
    settle(doubtful, Settlement(ins=ANNE, by=person("dim")), world.services)
    world.work()
    after = world.document(doubtful.id)
    assert (after.stage, after.patient) == (Stage.STORED, world.services.archive.pseudonym(ANNE))


def test_of_two_who_settle_at_once_the_first_counts_and_the_second_is_told(world: World, doubtful: Document) -> None:
    """Nobody is told that something was tampered with; the second looks at it again."""
    settle(doubtful, Settlement(ins=ANNE, by=person("first")), world.services)
    with pytest.raises(LeaseLost):
        settle(doubtful, Settlement(ins=BRUNO, by=person("second")), world.services)
    settlement = settlement_of(world.document(doubtful.id), world.services)
    assert settlement is not None
    assert (settlement.by, settlement.ins) == (person("first"), ANNE)


def test_a_settlement_s_name_tells_nothing_of_what_was_decided(world: World, doubtful: Document) -> None:
    """A writer of the store who guesses a number cannot check the guess against the names."""
    archive = world.services.archive
    apart = [archive.keep_apart(doubtful.id, Role.SETTLEMENT, b"the same", revision=2) for _ in range(3)]
    assert len({sealed.part for sealed in apart}) == 3
