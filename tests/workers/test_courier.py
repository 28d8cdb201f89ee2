"""The courier: what the ledger says is due gets sent, again and again, until it is done."""

from datetime import timedelta
from pathlib import Path

import pytest

from documents.errors import BrokerUnavailable
from documents.stage import Stage
from documents.work import Work
from tests.fakes import paper
from tests.world import World
from verso.settings import Settings
from workers.app import make_app
from workers.courier import Courier
from workers.owner import this_owner


@pytest.fixture
def courier(world: World, tmp_path: Path) -> Courier:
    """A courier between that world and a spool."""
    settings = Settings(broker_url=f"filesystem://{tmp_path / 'broker'}", resend_seconds=300)  # type: ignore[arg-type]
    return Courier(app=make_app(settings), ledger=world.ledger, settings=settings, now=world.clock.now)


def test_due_work_is_sent_once(world: World, courier: Courier) -> None:
    """A second round finds it on its way."""
    world.hand_over(paper())
    assert courier.deliver() == 1
    assert courier.deliver() == 0


def test_a_lost_message_is_sent_again(world: World, courier: Courier) -> None:
    """P17, P24: the broker may lose everything; the ledger does not."""
    world.hand_over(paper())
    courier.deliver()
    world.clock.turn(301)
    assert courier.deliver() == 1


def test_what_a_killed_worker_had_taken_and_not_begun_is_sent_again_when_the_next_one_starts(
    world: World, courier: Courier
) -> None:
    """The embedded broker forgets it: nobody waits for the time after which a message counts as lost."""
    world.hand_over(paper())
    courier.deliver()
    assert courier.deliver() == 0
    assert courier.deliver(resend_after=timedelta(0)) == 1


def test_a_settled_document_is_never_sent_again(world: World, courier: Courier) -> None:
    """Nothing is due once everything is done."""
    document_id = world.hand_over(paper()).document.id
    world.work()
    world.clock.turn(3000)
    assert world.document(document_id).stage is Stage.STORED
    assert courier.deliver() == 0


def test_the_work_of_a_dead_process_is_given_back_at_once(world: World, courier: Courier) -> None:
    """Its lease need not lapse where its death is certain."""
    document_id = world.hand_over(paper()).document.id
    host, pid, started = this_owner().rsplit("/", 2)
    due = world.ledger.due(1, courier.settings.lease)
    world.ledger.claim(due[0], f"{host}/{pid}/{int(started) - 1}", courier.settings.lease)
    assert courier.deliver() == 0
    assert not world.advance(document_id)
    over = iter((False, True))
    courier.run(lambda: next(over), lambda: None)
    assert world.advance(document_id)


def test_work_stays_due_when_the_broker_takes_nothing(world: World, courier: Courier, tmp_path: Path) -> None:
    """An outage of the broker costs time and is said by its own name."""
    world.hand_over(paper())
    messages = tmp_path / "broker" / "messages"
    messages.rename(tmp_path / "elsewhere")
    with pytest.raises(BrokerUnavailable):
        courier.deliver()
    (tmp_path / "elsewhere").rename(messages)
    assert courier.deliver() == 1


def test_a_retry_is_not_put_off_by_a_slow_courier(
    world: World, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P3: a worker may claim a document and fail while the courier still sends the others; two seconds stay two."""
    first = world.hand_over(paper("first")).document.id
    world.hand_over(paper("second"))

    def send_slowly(_app: object, work: Work, *_: object) -> None:
        world.clock.turn(1)
        if work.document == first:
            claim = world.ledger.claim(work, "here/1/1", courier.settings.lease)
            assert claim is not None
            retry_at = world.clock.now() + timedelta(seconds=2)
            world.ledger.failed(claim, "objects-unavailable", retry_at, world.ledger.events(first)[0])

    monkeypatch.setattr("workers.courier.send", send_slowly)
    assert courier.deliver() == 2
    world.clock.turn(2)
    assert world.ledger.due(10, timedelta(seconds=300)) == [Work(document=first)]


def test_what_was_sent_is_noted_in_small_lots(world: World, courier: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    """P24: a courier that dies in the middle of many messages has few of them sent again."""
    for number in range(60):
        world.hand_over(paper(str(number)))
    left: list[int] = []

    def send(*_: object) -> None:
        left.append(len(world.ledger.due(100, timedelta(seconds=300))))

    monkeypatch.setattr("workers.courier.send", send)
    assert courier.deliver() == 60
    assert (left[0], left[-1]) == (60, 10)
