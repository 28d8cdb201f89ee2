"""The alarm of drift: it fires on a planted shift, stays quiet on chance, and needs no seal broken."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from documents.action import Action
from documents.actor import Actor
from documents.document import Document, DocumentId, SealedObject
from documents.event import Event
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.role import Role
from documents.stage import Stage
from pipelines.correcting import correct
from pipelines.learning.drifting import Drift, Tolerance, drift, tally, was_doubted
from pipelines.settling import Settlement, settle
from storage.ledger.interface import Ledger
from storage.ledger.sql import open_ledger
from tests.fakes import INS, paper
from tests.world import World, person

NOW = datetime(2026, 6, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
NUMBERS: Iterator[int] = iter(range(1_000_000))


def received(age: timedelta, *, doubted: bool, theme: str = "biology") -> Document:
    """A classified document, received some time ago."""
    sealed = SealedObject(role=Role.CLASSIFICATION, revision=1, size=1, digest="0" * 64)
    stored = Document(
        id=DocumentId(f"{next(NUMBERS):032x}"),
        feeder="hospital",
        stage=Stage.STORED,
        size=1,
        received_at=NOW - age,
        changed_at=NOW - age,
        theme=theme,
        objects=(sealed,),
    )
    return replace(stored, stage=Stage.REVIEW, reason="type-uncertain") if doubted else stored


def month(ledger: Ledger, rng: random.Random, doubts: tuple[float, float], images: tuple[float, float]) -> Drift:
    """Fill five weeks with twenty papers a day, given the shares before and lately, and look for drift."""
    for number in range(700):
        age = timedelta(days=35) * (number + 0.5) / 700
        lately = age < WEEK
        theme = "imaging" if rng.random() < images[lately] else "biology"
        document = received(age, doubted=rng.random() < doubts[lately], theme=theme)
        ledger.admit(document, received_event(document))
    return drift(ledger, NOW, WEEK, Tolerance())


def received_event(document: Document) -> Event:
    """Return the event of a receipt."""
    return Event(at=NOW, actor=Actor.feeder("hospital"), action=Action.RECEIVED, document=document.id)


@pytest.fixture
def ledger() -> Ledger:
    """An empty ledger in memory."""
    return open_ledger("sqlite://", lambda: NOW)


def test_a_rise_of_doubt_is_named(ledger: Ledger) -> None:
    """A new form that nobody had seen: from one in ten to one in three."""
    found = month(ledger, random.Random(1), (0.1, 0.33), (0.3, 0.3))
    assert [shift.what for shift in found.moved] == ["asked"]
    assert (found.before.documents, found.lately.documents) == (560, 140)


def test_a_changed_mix_is_named_theme_by_theme(ledger: Ledger) -> None:
    """A radiologist joins the hospital."""
    found = month(ledger, random.Random(2), (0.1, 0.1), (0.2, 0.5))
    assert {shift.what for shift in found.moved} == {"imaging", "biology"}


@pytest.mark.parametrize("seed", range(12))
def test_chance_alone_raises_no_alarm(ledger: Ledger, seed: int) -> None:
    """Twelve months of the same papers, each with its own luck."""
    assert month(ledger, random.Random(100 + seed), (0.15, 0.15), (0.3, 0.3)).moved == []


def test_a_few_documents_prove_nothing(ledger: Ledger) -> None:
    """A quiet week is no drift, however odd its papers."""
    for age, doubted in [(timedelta(days=9), False)] * 200 + [(timedelta(days=1), True)] * 49:
        document = received(age, doubted=doubted)
        ledger.admit(document, received_event(document))
    found = drift(ledger, NOW, WEEK, Tolerance())
    assert (found.lately.documents, found.shifts) == (49, ())


def test_a_doubt_counts_even_after_it_was_settled(world: World) -> None:
    """Otherwise diligent people would hide the drift."""
    document_id = world.hand_over(f"INS {INS}\nrien".encode()).document.id
    world.work()
    assert was_doubted(world.document(document_id), world.ledger)
    settle(world.document(document_id), Settlement(type_code="18748-4", by=person("secretary")), world.services)
    world.work()
    assert world.document(document_id).stage is Stage.STORED
    assert was_doubted(world.document(document_id), world.ledger)


def test_a_doubt_about_the_patient_is_none_about_the_type(world: World) -> None:
    """What the identity rules ask says nothing about the model."""
    world.hand_over(paper("bonjour"))
    nameless = world.hand_over(b"TYPE 11502-2\nsans nom").document.id
    world.work()
    assert tally([world.document(nameless)], world.ledger).documents == 0
    ins = Ins(number=INS, oid=OID_INS_NIR_TEST)
    settle(world.document(nameless), Settlement(ins=ins, by=person("secretary")), world.services)
    world.work()
    assert world.document(nameless).stage is Stage.STORED
    assert not was_doubted(world.document(nameless), world.ledger)


def test_a_correction_of_what_was_filed_is_no_doubt(world: World) -> None:
    """The machine did not ask: that it was wrong is another matter."""
    document_id = world.hand_over(paper("bonjour")).document.id
    world.work()
    settlement = Settlement(type_code="18748-4", by=person("secretary"))
    correct(world.document(document_id), settlement, "wrong type", world.services)
    world.work()
    assert world.document(document_id).type_code == "18748-4"
    assert not was_doubted(world.document(document_id), world.ledger)


def test_looking_for_drift_unseals_nothing(world: World) -> None:
    """It works while keys and store are away, and leaves no trace of an access."""
    document_id = world.hand_over(paper("bonjour")).document.id
    world.work()
    before = world.ledger.events(document_id)
    assert drift(world.ledger, world.clock.now(), WEEK, Tolerance()).lately.documents == 1
    assert world.ledger.events(document_id) == before
