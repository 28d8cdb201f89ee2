"""The faults of the soak, each by name, and the order in which a seed has them happen."""

import random
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from benchmarks.soak.stack import Stack, with_channel

#: Seconds for which what is delayed, filled or set wrong stays so.
_WHILE: Final = 6.0

#: How often each is drawn against the others; each happens once before any happens twice.
WEIGHTS: Final[Mapping[str, int]] = {
    "kill a child": 16,
    "kill the worker": 8,
    "kill the watcher": 6,
    "kill the courier": 6,
    "kill the broker": 3,
    "kill the ledger": 5,
    "kill the objects": 4,
    "cut the broker": 6,
    "cut the ledger": 6,
    "cut the objects": 6,
    "delay the broker": 3,
    "delay the ledger": 3,
    "delay the objects": 3,
    "halve the broker": 4,
    "halve the ledger": 4,
    "halve the objects": 4,
    "drop messages": 5,
    "double messages": 5,
    "delete the queues": 4,
    "fill the disk": 3,
    "step the clock": 5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A fault to come."""

    #: Seconds after the beginning.
    at: float
    name: str
    #: How hard it is, or which of several it meets: from 0 to 1.
    draw: float

    def between(self, least: float, most: float) -> float:
        """Return what was drawn as a number between two."""
        return least + (most - least) * self.draw


def plan(seed: int, count: int, seconds: float) -> Iterator[Planned]:
    """Yield the faults of a seed in their order, spread evenly with jitter."""
    rng = random.Random(f"faults/{seed}")
    names = list(WEIGHTS)
    rng.shuffle(names)
    names += rng.choices(list(WEIGHTS), weights=list(WEIGHTS.values()), k=max(0, count - len(names)))
    for number, name in enumerate(names[:count]):
        yield Planned(at=(number + rng.random()) * seconds / count, name=name, draw=rng.random())


class Faults:
    """Does to a stack what is planned."""

    def __init__(self, stack: Stack) -> None:
        """Remember the stack."""
        self._stack = stack
        self._healing: list[threading.Timer] = []
        self._starting: list[Future[None]] = []

    def inject(self, fault: Planned) -> bool:
        """Let one fault happen; tell whether it could here. What takes a while goes on in the background."""
        verb, _, what = fault.name.partition(" the ")
        server = self._stack.servers.get(what)
        match verb:
            case "kill" if server is not None:
                self._starting.append(server.restart())
            case "kill a child":
                return self._stack.processes.kill_child("worker", fault.draw)
            case "kill":
                self._stack.processes.kill(what)
            case "cut" if server is not None:
                server.proxy.cut()
            case "delay" if server is not None:
                server.proxy.delay(fault.between(0.05, 0.5))
                self._later(server.proxy.heal)
            case "halve" if server is not None:
                server.proxy.halve(round(fault.between(1, 4)))
            case _:
                return self._other(fault)
        return True

    def _other(self, fault: Planned) -> bool:
        match fault.name:
            case "drop messages":
                self._to_queues(_purge)
            case "double messages":
                self._to_queues(_double)
            case "delete the queues":
                self._to_queues(_delete)
            case "step the clock":
                self._stack.processes.step_clock(fault.between(-30, 30))
                self._later(partial(self._stack.processes.step_clock, 0.0))
            case "fill the disk":
                if not self._stack.disk.small:
                    return False
                self._stack.disk.fill()
                self._later(self._make_room)
            case _:
                raise ValueError(fault.name)
        return True

    def settle(self) -> None:
        """Heal what heals, wait for what restarts: from here on nothing is disturbed."""
        for timer in self._healing:
            timer.join()
        for started in self._starting:
            started.result()
        for server in self._stack.servers.values():
            server.proxy.heal()
        self._stack.processes.step_clock(0.0)
        self._stack.disk.empty()

    def _make_room(self) -> None:
        """Give the disk its room back, and start its server anew as an operator would.

        SeaweedFS goes on refusing after its disk was full: its directory's log stays in error until it is restarted,
        and an index that was cut off wants mending (`SeaweedFs.recover`).
        """
        self._stack.disk.empty()
        self._starting.append(self._stack.servers["objects"].restart())

    def _later(self, heal: Callable[[], None]) -> None:
        timer = threading.Timer(_WHILE, heal)
        timer.start()
        self._healing.append(timer)

    def _to_queues(self, act: Callable[[Any, str], None]) -> None:
        # A broker that is being killed has no queues to harm.
        with self._stack.servers["broker"].down:
            with_channel(self._stack, act)


def _purge(channel: Any, queue: str) -> None:
    channel.queue_purge(queue)


def _delete(channel: Any, queue: str) -> None:
    channel.queue_delete(queue)


def _double(channel: Any, queue: str) -> None:
    """Take what waits, put each back twice."""
    taken: list[Any] = []
    while (message := channel.basic_get(queue)) and len(taken) < 200:
        taken.append(message)
    for message in taken:
        for _ in range(2):
            channel.basic_publish(message, routing_key=queue)
        channel.basic_ack(message.delivery_tag)
