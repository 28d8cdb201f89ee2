"""One soak: an undisturbed beginning, faults while papers keep coming, the drain, and the verdict."""

import hashlib
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from benchmarks.soak.checker import HandedOver, Keys, Verdict, check
from benchmarks.soak.faults import Faults, Planned, plan
from benchmarks.soak.papers import Paper, Pile, hand_over
from benchmarks.soak.stack import Stack, client, production_stack
from tests.canaries import Canaries

#: Papers in one batch.
_BATCH: Final = 20
#: Seconds that a drain may take whatever it has to do: a lease of a worker that is gone, and a message sent again.
_LEAST_DRAIN: Final = 30.0
#: Seconds after which what has not drained is stuck.
_PATIENCE: Final = 600.0
#: Papers whose words are looked for everywhere.
_PLANTED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be soaked."""

    seed: int
    #: For how long faults happen.
    minutes: float
    documents: int
    faults: int
    #: Papers by which the undisturbed rate is measured first.
    undisturbed: int

    @property
    def plan(self) -> Sequence[Planned]:
        """The faults that its seed has happen."""
        return list(plan(self.seed, self.faults, self.minutes * 60))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it."""

    handed: int
    #: Digest of the plan: of every fault with its time and its strength, and of every paper in its order. Two soaks of
    #: one order have the same.
    plan: str
    #: How often each fault happened.
    faults: Counter[str]
    #: Faults that could not happen on this machine.
    impossible: Counter[str]
    #: Processes of Verso that ended without having been killed.
    ended_by_themselves: int
    #: Documents a second while nothing was disturbed.
    rate: float
    #: Papers that were not settled when the last fault was over.
    backlog: int
    #: Seconds until they were.
    drain: float
    verdict: Verdict

    @property
    def drain_ratio(self) -> float:
        """How much longer the drain took than the undisturbed rate would have."""
        return self.drain / max(_LEAST_DRAIN / 2, self.backlog / self.rate)

    @property
    def met(self) -> bool:
        """Whether every promise was kept, in time."""
        return self.verdict.clean and self.drain_ratio <= 2.0


class Soak:
    """A soak in progress."""

    def __init__(self, stack: Stack, order: Order, say: Callable[[str], None]) -> None:
        """Begin with a whole pile."""
        self._stack = stack
        self._order = order
        self._say = say
        self._pile = Pile(order.seed)
        self._handed: list[HandedOver] = []
        self._batches = 0

    def run(self) -> Outcome:
        """Soak, drain, check."""
        rate = self._undisturbed()
        faults, happened, impossible = Faults(self._stack), Counter[str](), Counter[str]()
        self._disturbed(faults, happened, impossible)
        faults.settle()
        backlog, begun = len(self._handed) - self._answered(), time.monotonic()
        self._say(f"the last fault is over: {backlog} papers to drain")
        self._wait()
        drain = time.monotonic() - begun
        self._say(f"drained in {drain:.0f} s; checking")
        return Outcome(
            handed=len(self._handed),
            plan=digest_of(self._order, self._handed),
            faults=happened,
            impossible=impossible,
            ended_by_themselves=self._stack.processes.ended_by_themselves,
            rate=rate,
            backlog=backlog,
            drain=drain,
            verdict=self.verdict(self._handed),
        )

    @property
    def handed(self) -> Sequence[HandedOver]:
        """What was handed over so far."""
        return self._handed

    def verdict(self, handed: Sequence[HandedOver], *, searched: bool = True) -> Verdict:
        """Let the checker look at what there is now; planted words are looked for only where that is asked."""
        dsn = f"host={self._stack.postgresql.folder} user=verso dbname=postgres"
        keys = Keys.read(self._stack.key_file)
        return check(handed, self._stack.outbox, dsn, client(self._stack), keys, self._leaks() if searched else ())

    def _undisturbed(self) -> float:
        self._hand_over(self._order.undisturbed)
        begun = time.monotonic()
        while not self._answered():
            # Processes that are starting do not count.
            begun = time.monotonic()
            time.sleep(0.1)
        self._wait()
        rate = len(self._handed) / (time.monotonic() - begun)
        self._say(f"undisturbed: {rate:.2f} documents a second")
        return rate

    def _disturbed(self, faults: Faults, happened: Counter[str], impossible: Counter[str]) -> None:
        seconds = self._order.minutes * 60
        coming = list(self._order.plan)
        begun, batches = time.monotonic(), -(-self._order.documents // _BATCH)
        for batch in range(batches):
            self._inject(coming, begun, begun + batch * seconds / batches, faults, happened, impossible)
            self._hand_over(min(_BATCH, self._order.documents - batch * _BATCH))
        self._inject(coming, begun, begun + seconds, faults, happened, impossible)

    def _inject(  # noqa: PLR0913, PLR0917  one loop, cut in two where papers come in
        self,
        coming: list[Planned],
        begun: float,
        until: float,
        faults: Faults,
        happened: Counter[str],
        impossible: Counter[str],
    ) -> None:
        while coming and begun + coming[0].at < until:
            fault = coming.pop(0)
            time.sleep(max(0.0, begun + fault.at - time.monotonic()))
            possible = faults.inject(fault)
            (happened if possible else impossible)[fault.name] += 1
            self._say(f"{fault.at:6.0f} s  {fault.name}{'' if possible else ' (not possible here)'}")
        time.sleep(max(0.0, until - time.monotonic()))

    def _hand_over(self, count: int) -> None:
        for start in range(0, count, _BATCH):
            papers: list[Paper] = list(self._pile.take(min(_BATCH, count - start)))
            batch = f"b{self._batches:04}"
            self._batches += 1
            hand_over(papers, self._stack.inbox, batch)
            self._handed += [HandedOver(name=paper.name, digest=paper.digest) for paper in papers]

    def _answered(self) -> int:
        """Return how many papers have an arrival whose document is settled, as the ledger says."""
        query = (
            "SELECT count(*) FROM arrivals a JOIN documents d ON d.id = a.document "
            "WHERE d.stage NOT IN ('received', 'inspected', 'read', 'identified', 'classified')"
        )
        try:
            with psycopg.connect(host=str(self._stack.postgresql.folder), user="verso", dbname="postgres") as ledger:
                row = ledger.execute(query).fetchone()
        except psycopg.OperationalError:
            return 0
        return int(row[0]) if row else 0

    def _wait(self) -> None:
        """Wait until every paper is settled and every batch has its last answer, or for so long that it is stuck."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            answers = len(list(self._stack.outbox.glob("*-settled.json")))
            if answers == self._batches and self._answered() >= len(self._handed):
                return
            time.sleep(0.5)

    @property
    def planted(self) -> Sequence[str]:
        """Words of the papers that may rest nowhere."""
        truths = self._pile.truths[:_PLANTED]
        names = [f"{truth.traits.birth_name} {truth.traits.first_names[0]}" for truth in truths]
        return [*(truth.ins.number for truth in truths), *names]

    def _leaks(self) -> Sequence[object]:
        planted = {f"word {number}": word for number, word in enumerate(self.planted)}
        return Canaries(planted).leaks(*self._stack.rests)


def digest_of(order: Order, handed: Sequence[HandedOver]) -> str:
    """Return the digest of what a soak does by its seed: its faults, and the papers that it hands over."""
    return hashlib.sha256(repr([*order.plan, *handed]).encode()).hexdigest()


def soak(order: Order) -> Outcome:
    """Run one soak in a temporary folder, and say on standard error what happens."""

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="verso-soak-") as folder, production_stack(Path(folder)) as stack:
        return Soak(stack, order, say).run()
