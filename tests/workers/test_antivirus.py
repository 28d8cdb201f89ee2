"""What comes in is examined before it is parsed; what cannot be examined waits, and never passes."""

from documents.stage import Stage
from tests.fakes import paper
from tests.world import World
from workers.breaking import breakers_of


def test_a_virus_is_refused_with_its_code_and_kept_sealed(world: World) -> None:
    """Its feeder is told; nothing parses it."""
    document = world.hand_over(b"BAD VIRUS").document
    world.work()
    refused = world.document(document.id)
    assert (refused.stage, refused.reason) == (Stage.REFUSED, "infected")
    assert refused.media_type is None


def test_while_the_antivirus_is_away_work_waits_uncounted_and_then_goes_on(world: World) -> None:
    """P3, P24: an outage costs no document an attempt, however long it lasts."""
    world.breakers = breakers_of(world.services)
    document = world.hand_over(paper("one")).document
    world.antivirus.away = True
    for _ in range(20):
        world.work()
        world.clock.turn(120)
    waiting = world.document(document.id)
    assert (waiting.stage, waiting.attempts) == (Stage.RECEIVED, 0)
    assert world.ledger.waiting() == {"antivirus-unavailable": 1}
    world.antivirus.away = False
    world.clock.turn(120)
    world.work()
    assert world.document(document.id).stage is Stage.STORED
