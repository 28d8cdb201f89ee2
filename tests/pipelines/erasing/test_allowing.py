"""What forbids an erasure: a hold, the law, and papers of which nobody has said yet whose they are."""

from datetime import timedelta

import pytest

from documents.action import Action
from documents.arrival import Declaration
from documents.errors import RetentionRuns, Tampered, UnderHold, Unsettled
from documents.stage import Stage
from pipelines.correcting import merge_patients
from pipelines.erasing.erasing import allow, erase
from pipelines.erasing.holding import hold
from pipelines.erasing.retention import Ground
from pipelines.erasing.suspects import PURPOSE
from tests.fakes import paper
from tests.pipelines.erasing.conftest import ANNE, BRUNO, filed, request
from tests.world import World, person

YEAR = timedelta(days=366).total_seconds()


def test_a_hold_forbids_it_until_it_is_released(world: World) -> None:
    """On every ground, and both are on record with who and why."""
    filed(world, paper("un"))
    patient = world.services.archive.pseudonym(ANNE)
    assert hold(patient, person("juriste"), "contentieux", world.services)
    assert not hold(patient, person("juriste"), "contentieux", world.services)
    with pytest.raises(UnderHold):
        erase(request(world, ground=Ground.ORDER), world.services)
    (denied,) = [entry for entry in world.ledger.entries(0, 1000) if entry.action == Action.DENIED]
    assert (denied.actor, denied.detail) == (request(world).by.identity, f"erasing-{UnderHold.code}")
    assert hold(patient, person("juriste"), "jugement rendu", world.services, placed=False)
    erase(request(world, ground=Ground.ORDER), world.services)
    actions = [entry.action for entry in world.ledger.entries(0, 1000)]
    assert actions.index(Action.HELD) < actions.index(Action.RELEASED) < actions.index(Action.ERASING)


def test_a_hold_outlives_the_ledger_and_names_nobody(world: World) -> None:
    """It rests in the bucket, under a name that says nothing."""
    patient = world.services.archive.pseudonym(ANNE)
    hold(patient, person("juriste"), "contentieux Canari", world.services)
    (name,) = world.objects.keys("holds/")
    assert patient not in name
    assert b"Canari" not in world.objects.get(name)


def test_a_hold_on_a_neighbour_in_the_same_stack_forbids_it_too(world: World) -> None:
    """The file as received is evidence of everybody in it."""
    filed(world, b"\f".join([paper("un"), b"SEPARATOR", paper("deux", ins=BRUNO.number)]))
    hold(world.services.archive.pseudonym(BRUNO), person("juriste"), "contentieux", world.services)
    with pytest.raises(UnderHold):
        erase(request(world), world.services)


def test_the_law_keeps_documents_for_twenty_years_from_the_last_one(world: World) -> None:
    """Code de la santé publique, R1112-7: the time begins anew with each of them."""
    filed(world, paper("un"))
    world.clock.turn(19 * YEAR)
    filed(world, paper("deux"))
    world.clock.turn(2 * YEAR)
    with pytest.raises(RetentionRuns) as raised:
        erase(request(world, ground=Ground.RETENTION_OVER), world.services)
    assert raised.value.subject.startswith("until 2065")
    world.clock.turn(18 * YEAR)
    erase(request(world, ground=Ground.RETENTION_OVER), world.services)


def test_retention_follows_the_class_and_may_be_set(world: World) -> None:
    """Reimbursements are kept for ten years unless the house says otherwise."""
    filed(world, paper("un", type_code="REMB"))
    world.clock.turn(11 * YEAR)
    allow(request(world, ground=Ground.RETENTION_OVER), world.services)


@pytest.mark.parametrize("ground", [Ground.UNLAWFUL, Ground.ORDER])
def test_what_should_never_have_been_here_may_go_at_once(world: World, ground: Ground) -> None:
    """RGPD, article 17(1)(d) and (e)."""
    filed(world, paper("un"))
    erase(request(world, ground=ground), world.services)


def test_a_paper_that_waits_and_names_the_patient_is_settled_first(world: World) -> None:
    """Nobody else can say whose it is; to look is on record, and what names somebody else is no obstacle."""

    def unreadable(page: int) -> None:
        raise Tampered(str(page))

    filed(world, paper("un"))
    world.before_page = unreadable
    theirs = world.hand_over(b"letter", Declaration(ins=ANNE)).document
    world.hand_over(b"another letter", Declaration(ins=BRUNO))
    world.work()
    assert world.document(theirs.id).stage is Stage.DEAD
    with pytest.raises(Unsettled) as raised:
        erase(request(world), world.services)
    assert raised.value.subject == theirs.id
    assert world.ledger.events(theirs.id)[-1].detail == PURPOSE


def test_nothing_is_touched_when_it_is_not_allowed(world: World) -> None:
    """Neither key nor ledger, and there is no record of an erasure that was not."""
    document = filed(world, paper("un"))
    keys = list(world.keyring.keys())
    with pytest.raises(RetentionRuns):
        erase(request(world, ground=Ground.RETENTION_OVER), world.services)
    assert list(world.keyring.keys()) == keys
    assert world.document(document.id) == document
    assert Action.ERASING not in {entry.action for entry in world.ledger.entries(0, 1000)}


def test_a_hold_follows_a_number_that_is_replaced(world: World) -> None:
    """Merging a patient's numbers is no way around it, and the old number means the same person."""
    filed(world, paper("un"))
    hold(world.services.archive.pseudonym(ANNE), person("juriste"), "contentieux", world.services)
    merge_patients(ANNE, BRUNO, person("secretary"), "numéro définitif", world.services)
    world.work()
    with pytest.raises(UnderHold):
        erase(request(world, BRUNO), world.services)


def test_a_paper_that_waits_and_names_the_replaced_number_is_settled_first(world: World) -> None:
    """P8: one person, whichever of the numbers a paper bears."""

    def unreadable(page: int) -> None:
        raise Tampered(str(page))

    filed(world, paper("un"))
    merge_patients(ANNE, BRUNO, person("secretary"), "numéro définitif", world.services)
    world.work()
    world.before_page = unreadable
    theirs = world.hand_over(b"letter", Declaration(ins=ANNE)).document
    world.work()
    with pytest.raises(Unsettled) as raised:
        erase(request(world, BRUNO), world.services)
    assert raised.value.subject == theirs.id
