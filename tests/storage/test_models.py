"""Models that were learned here rest sealed, under their hash, and the latest promotion counts."""

import pytest

from documents.errors import Tampered, UnknownModel
from storage.archive import Archive
from storage.keys.memory import MemoryKeys
from storage.models import Models, Promotion
from storage.objects.memory import MemoryObjects

CONTENT = b"PK weights of a model " * 100


@pytest.fixture
def objects() -> MemoryObjects:
    """The store."""
    return MemoryObjects()


@pytest.fixture
def models(objects: MemoryObjects) -> Models:
    """No models yet."""
    return Models(archive=Archive(objects=objects, keyring=MemoryObjects(), masters=MemoryKeys()))


def test_a_model_is_found_again_under_its_hash(models: Models) -> None:
    """Keeping it twice is safe."""
    name = models.keep(CONTENT)
    assert models.keep(CONTENT) == name
    assert models.open(name) == CONTENT
    assert list(models.names()) == [name]


def test_a_model_rests_sealed(models: Models, objects: MemoryObjects) -> None:
    """P13: weights learned from people's papers are not readable either."""
    name = models.keep(CONTENT)
    models.promote(Promotion(model=name, packaged="0" * 64))
    rests = [objects.get(key) for key in objects.keys()]  # noqa: SIM118
    assert len(rests) == 2
    assert not any(b"weights" in body or name.encode() in body for body in rests)


@pytest.mark.parametrize("name", ["0" * 64, "packaged", "../master.key", ""])
def test_a_model_that_is_not_there_is_said_not_to_be(models: Models, name: str) -> None:
    """A wrong name is the caller's fault, not an alarm."""
    with pytest.raises(UnknownModel):
        models.open(name)


def test_a_model_that_was_altered_is_not_used(models: Models, objects: MemoryObjects) -> None:
    """Somebody who writes to the store cannot decide how papers are classified."""
    name = models.keep(CONTENT)
    body = bytearray(objects.get(f"models/{name}"))
    body[-1] ^= 1
    objects.delete(f"models/{name}")
    objects.put(f"models/{name}", bytes(body))
    with pytest.raises(Tampered):
        models.open(name)


def test_a_promotion_cannot_be_replayed_as_a_later_one(models: Models, objects: MemoryObjects) -> None:
    """Each is sealed for its own number."""
    models.promote(Promotion(model="1" * 64, packaged="0" * 64))
    objects.put("promotions/00000002", objects.get("promotions/00000001"))
    with pytest.raises(Tampered):
        models.promoted()


def test_the_latest_promotion_counts(models: Models) -> None:
    """And an earlier model may come back."""
    assert models.promoted() is None
    for model in ("1" * 64, "2" * 64, "1" * 64):
        models.promote(Promotion(model=model, packaged="0" * 64))
        assert models.promoted() == Promotion(model=model, packaged="0" * 64)
