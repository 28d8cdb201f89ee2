"""What the tests of erasing share: a Verso with documents of two patients, and an erasure that the law allows."""

import shutil
from pathlib import Path

import pytest

from documents.document import Document
from documents.patient import OID_INS_NIR_TEST, Ins
from pipelines.erasing.erasing import Request
from pipelines.erasing.retention import YEARS, Ground
from storage.ledger.sql import open_ledger
from tests.fakes import INS
from tests.stoppable import Life, StoppableObjects
from tests.world import Clock, World, person

ANNE = Ins(number=INS, oid=OID_INS_NIR_TEST)
BRUNO = Ins(number="255069999999934", oid=OID_INS_NIR_TEST)


@pytest.fixture
def world(migrated_file: Path, tmp_path: Path) -> World:
    """Give a Verso in memory, over a real ledger."""
    url = f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"
    clock = Clock()
    life = Life()
    return World(
        ledger=open_ledger(url, clock.now),
        clock=clock,
        objects=StoppableObjects(life),
        keyring=StoppableObjects(life),
    )


def request(world: World, ins: Ins = ANNE, ground: Ground = Ground.UNLAWFUL) -> Request:
    """Return an erasure of a patient."""
    return Request(
        patient=world.services.archive.pseudonym(ins),
        by=person("dpo"),
        why="Mme Canari le demande",
        ground=ground,
        years=YEARS,
    )


def filed(world: World, content: bytes) -> Document:
    """Return a document after all that could be done for it was done."""
    receipt = world.hand_over(content)
    world.work()
    return world.document(receipt.document.id)


def stores(world: World) -> tuple[StoppableObjects, StoppableObjects]:
    """Return the stores of the envelopes and of the keys."""
    assert isinstance(world.objects, StoppableObjects)
    assert isinstance(world.keyring, StoppableObjects)
    return world.objects, world.keyring
