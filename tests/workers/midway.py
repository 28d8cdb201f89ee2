"""Midway: what happens to a document while its worker is in the middle of a step."""

from collections.abc import Callable

import pytest

from documents.document import Document
from documents.errors import KeysUnavailable
from documents.stage import Stage
from pipelines.ingestion import STEPS
from pipelines.services import Services
from tests.world import World
from workers import performing


def meanwhile(monkeypatch: pytest.MonkeyPatch, stage: Stage, act: Callable[[], object]) -> Callable[[], bool]:
    """Let something happen once when a step from a stage is done and not written down; return what tells if it did."""
    happened: list[bool] = []

    def step(document: Document, services: Services) -> Document:
        after = STEPS[stage](document, services)
        if not happened:
            happened.append(True)
            act()
        return after

    monkeypatch.setattr(performing, "STEPS", {**STEPS, stage: step})
    return lambda: bool(happened)


def dead(world: World, monkeypatch: pytest.MonkeyPatch, content: bytes) -> Document:
    """Return a document that died of its filing, after it had put what it derived."""

    def die(document: Document, services: Services) -> Document:
        STEPS[Stage.CLASSIFIED](document, services)
        services.archive.send()
        raise KeysUnavailable

    with monkeypatch.context() as deadly:
        deadly.setattr(performing, "STEPS", {**STEPS, Stage.CLASSIFIED: die})
        given = world.hand_over(content).document
        for _ in range(3):
            world.work()
            world.clock.turn(600)
    found = world.document(given.id)
    assert found.stage is Stage.DEAD
    return found
