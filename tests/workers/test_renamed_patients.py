"""A patient whose number was replaced: papers that bear the old number, the new one or both find one record."""

from dataclasses import replace

import pytest

from documents.document import Document
from documents.identification import Identification, IdentityOutcome
from documents.patient import OID_INS_NIR_TEST, Ins
from pipelines.identify.identifier import EvidenceIdentifier
from pipelines.identify.step import identification_of
from pipelines.renaming import rename
from tests.contracts.identifiers import INS, LETTER
from tests.world import World, person

OLD = Ins(number="184127645108946", oid=OID_INS_NIR_TEST)


@pytest.fixture
def letter(world: World) -> Document:
    """A letter that prints an old number and the one that stands for it, read; nobody knows yet whose it is."""
    content = f"{LETTER}\nMatricule INS : {OLD.number}"
    document = world.hand_over(content.encode()).document
    world.work()
    return world.document(document.id)


def weighed(world: World, document: Document) -> Identification:
    """Say whose the document is, by the rules."""
    services, identifier = world.services, EvidenceIdentifier(accept_test_oids=True, today=world.clock.now().date)
    return identification_of(document, replace(services, skills=replace(services.skills, identifier=identifier)))


def test_a_paper_with_the_old_number_and_the_new_one_goes_under_the_new(world: World, letter: Document) -> None:
    """P11: before the merge it is a doubt, after it nobody has to be asked again."""
    assert weighed(world, letter).outcome is IdentityOutcome.CONFLICT
    rename(OLD, INS, person("identitovigilance"), "doublon", world.services)
    after = weighed(world, letter)
    assert (after.outcome, after.ins) == (IdentityOutcome.MATCHED, INS)


def test_a_merge_of_others_settles_nothing(world: World, letter: Document) -> None:
    """Only the merge of these two numbers says that they are one patient's."""
    other = Ins(number="185017505612324", oid=OID_INS_NIR_TEST)
    rename(OLD, other, person("identitovigilance"), "doublon", world.services)
    assert weighed(world, letter).outcome is IdentityOutcome.CONFLICT
