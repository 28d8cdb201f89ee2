"""A worker whose consumers stand and are told of nothing notices it by the ledger, and connects again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from celery.worker import state

from documents.errors import LedgerUnavailable
from verso.settings import Settings
from workers.app import make_app
from workers.listening import Deaf, keep_listening


@dataclass
class Standing:
    """A consumer whose connection stands, and a broker that counts a listener on every queue."""

    app: Any
    #: What the event loop was asked to call again and again.
    looks: list[Callable[[], None]] = field(default_factory=list)

    @property
    def connection(self) -> "Standing":
        """Its connection."""
        return self

    @contextmanager
    def channel(self) -> Iterator["Standing"]:
        """Open a channel."""
        yield self

    def queue_declare(self, _name: str, *, passive: bool) -> SimpleNamespace:
        """Say that somebody listens."""
        assert passive
        return SimpleNamespace(consumer_count=1)

    def call_repeatedly(self, _every: float, look: Callable[..., None], args: tuple[object, ...]) -> None:
        """Take a look's order."""
        self.looks.append(lambda: look(*args))


@pytest.fixture
def idle() -> Iterator[None]:
    """A worker with nothing in hand."""
    held = set(state.reserved_requests)
    state.reserved_requests.clear()
    yield
    state.reserved_requests.clear()
    state.reserved_requests.update(held)


def looking(unheard: Callable[[], bool]) -> Callable[[], None]:
    """Return what a worker does every few seconds."""
    app = make_app(Settings(broker_url="amqp://nowhere//"))  # type: ignore[arg-type]
    keep_listening(app, unheard)
    (step,) = app.steps["consumer"]
    standing = Standing(app)
    step(None).register_with_event_loop(standing, SimpleNamespace(timer=standing))
    (look,) = standing.looks
    return look


@pytest.mark.usefixtures("idle")
def test_a_worker_that_hears_nothing_while_messages_wait_is_deaf() -> None:
    """P24: the broker's word that somebody listens proves nothing (celery#9512); between two looks nothing came."""
    look = looking(lambda: True)
    look()
    with pytest.raises(Deaf):
        look()


@pytest.mark.usefixtures("idle")
@pytest.mark.parametrize("why", ["nothing waits", "the ledger is out", "it has work", "it had work"])
def test_a_worker_that_may_well_hear_is_left_alone(why: str) -> None:
    """A connection is not made anew for a lull, for an outage of the ledger, or by somebody who is busy."""

    def unheard() -> bool:
        if why == "the ledger is out":
            raise LedgerUnavailable
        return why != "nothing waits"

    look = looking(unheard)
    look()
    if why == "it has work":
        state.reserved_requests.add(look)
    state.all_total_count[0] += why == "it had work"
    look()
