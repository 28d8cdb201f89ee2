"""Locking: what is filed is locked for as long as its class wants."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from documents.stage import Stage
from pipelines.ingestion import STEPS
from pipelines.locking import Locking
from storage.ledger.migration import migrate
from storage.ledger.sql import open_ledger
from storage.objects.memory import MemoryObjects
from tests.fakes import paper
from tests.world import Clock, World


@dataclass
class ObjectsThatLock(MemoryObjects):
    """Remembers what was locked until when."""

    locked: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start empty."""
        super().__init__()

    def retain(self, key: str, until: datetime) -> bool:
        """Lock."""
        self.locked[key] = until
        return True


@pytest.mark.parametrize(("days", "kept_for"), [({"*": 30}, 30), ({"no-such-class": 30}, None), ({}, None)])
def test_what_is_filed_is_locked_as_its_class_wants(tmp_path: Path, days: dict[str, int], kept_for: int | None) -> None:
    """All that rests of it, from the moment of filing on; nothing before, since it may still be refused."""
    clock, objects = Clock(), ObjectsThatLock()
    migrate(f"sqlite:///{tmp_path}/ledger.db")
    world = World(ledger=open_ledger(f"sqlite:///{tmp_path}/ledger.db", clock.now), clock=clock, objects=objects)
    services = replace(world.services, locking=Locking(days=days))
    document = world.hand_over(paper()).document
    while document.stage is not Stage.STORED:
        assert objects.locked == {}
        document = STEPS[document.stage](document, services)
    wanted = {} if kept_for is None else dict.fromkeys(objects.keys(), clock.now() + timedelta(days=kept_for))
    assert objects.locked == wanted


def test_a_class_of_its_own_stands_above_all_others() -> None:
    """The star is for those that are not named."""
    locking = Locking(days={"31": 3650, "*": 30})
    now = Clock().now()
    assert locking.until("31", now) == now + timedelta(days=3650)
    assert locking.until("11", now) == now + timedelta(days=30)
