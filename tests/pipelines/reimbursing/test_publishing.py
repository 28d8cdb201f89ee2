"""Publishing: the record shows the former edition or the new one; twice, killed, renamed or erased, nothing is lost."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from documents.care import Care
from documents.document import Document
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.role import Role
from documents.stage import Stage
from pipelines.correcting import correct, merge_patients
from pipelines.declaring import declaration_of
from pipelines.erasing.erasing import Request, erase
from pipelines.erasing.retention import YEARS, Ground
from pipelines.locking import Locking
from pipelines.read.step import pages_of
from pipelines.rebuilding.rebuilder import rebuild
from pipelines.reimbursing.edition import Edition, Names
from pipelines.reimbursing.publishing import publish
from pipelines.render.idle import IdleRenderer
from pipelines.render.interface import Renderer
from pipelines.render.renderer import ConfinedRenderer
from pipelines.services import Services
from pipelines.settling import Settlement
from pipelines.superseding import editions
from storage.archive import Archive
from storage.ledger.interface import Listing
from storage.ledger.migration import migrate
from storage.ledger.sql import open_ledger
from storage.naming import name_of
from storage.objects.memory import MemoryObjects
from storage.scrubbing.interface import Starter
from storage.scrubbing.scrubber import Scrubber
from tests.pipelines.reimbursing.making import CARES, DOMINIQUE, edition
from tests.world import World, person

BRUNO = Ins(number="184127645108946", oid=OID_INS_NIR_TEST)
CLERK = person("dim")


def of(world: World, *cares: Care, number: int = 1) -> Edition:
    """Return an edition of the test patient's history."""
    return edition(*cares, number=number, patient=world.services.archive.pseudonym(DOMINIQUE))


def published(world: World, *cares: Care, number: int = 1, services: Services | None = None) -> Document:
    """Publish an edition, which has a record to go to."""
    document = publish(of(world, *cares, number=number), services or world.services)
    assert document is not None
    return document


def shown(world: World, ins: Ins = DOMINIQUE) -> list[str]:
    """Return what a patient's record shows."""
    patient = world.services.archive.pseudonym(ins)
    listing = Listing(patient=patient, stage=Stage.STORED, current=True)
    return [document.id for document in world.ledger.list(listing)]


def plaintexts(world: World, document: Document) -> Mapping[str, bytes]:
    """Return what rests of a document, unsealed."""
    return {one.role.slug: world.services.archive.open(document.id, one) for one in document.objects}


def test_an_edition_rests_sealed_and_filed_with_all_that_the_steps_would_have_found(world: World) -> None:
    """Type, class and theme by the official codes; text, print and metadata beside the original; no work left to do."""
    document = published(world, *CARES)
    assert (document.stage, document.type_code, document.theme) == (Stage.STORED, "REMB", "reimbursement")
    assert (document.media_type, document.reading, document.partial) == ("text/xml", "text", False)
    shown_of_it = json.loads(world.services.archive.open(document.id, document.required(Role.METADATA)))
    assert (shown_of_it["class_code"], shown_of_it["feeder"]) == ("60", "assurance")
    assert shown_of_it["format_code"] == "urn:asip:ci-sis:hr:2019"
    assert declaration_of(document, world.services).type_code == "REMB"
    assert CARES[0].label in pages_of(document, world.services)[0].text
    assert [one.action for one in world.ledger.events(document.id)] == ["published"]
    assert world.ledger.due(10, world.clock.time - world.clock.time) == []


def test_the_next_edition_takes_the_place_of_the_former_which_stays_readable(world: World) -> None:
    """Whoever reads sees one; the former is its history."""
    first, second = published(world, CARES[0]), published(world, *CARES, number=2)
    assert shown(world) == [second.id]
    known = world.document(first.id)
    assert [one.id for one in editions(known, world.services)] == [second.id, first.id]
    assert world.services.archive.open(first.id, known.required(Role.ORIGINAL)).startswith(b"<?xml")


def test_publishing_twice_changes_nothing(world: World) -> None:
    """A night that goes on does some patients again."""
    once = published(world, *CARES)
    keys = sorted(world.objects.keys())
    world.clock.turn(3600)
    assert published(world, *CARES) == once
    assert sorted(world.objects.keys()) == keys


class _Locks(MemoryObjects):
    """A store that notes what is locked, and until when."""

    def __init__(self, objects: MemoryObjects) -> None:
        super().__init__()
        self._bodies = objects._bodies
        self.until: dict[str, datetime] = {}

    def retain(self, key: str, until: datetime) -> bool:
        """Note it."""
        self.until[key] = until
        return True


class _Mortal(MemoryObjects):
    """A store whose process dies after so many puts."""

    def __init__(self, objects: MemoryObjects, lives: int) -> None:
        super().__init__()
        self._bodies = objects._bodies
        self._lives = lives

    def put(self, key: str, body: bytes) -> bool:
        """Put, or die."""
        if self._lives == 0:
            raise KeyboardInterrupt
        self._lives -= 1
        return super().put(key, body)


def test_killed_anywhere_it_ends_as_if_it_had_not_been(world: World, tmp_path: Path) -> None:
    """P1, P14: at each put; meanwhile the record shows the former, in the end what an undisturbed run leaves."""
    former = published(world, CARES[0])
    names = Names.of(of(world).history, world.masters)
    of_second = names.document(2)
    for lives in range(12):
        mortal = Archive(objects=_Mortal(world.objects, lives), keyring=world.keyring, masters=world.masters)
        with suppress(KeyboardInterrupt):
            publish(of(world, *CARES, number=2), replace(world.services, archive=mortal))
        assert shown(world) in ([former.id], [of_second])
        world.clock.turn(60)
    disturbed = published(world, *CARES, number=2)
    assert shown(world) == [of_second]

    url = f"sqlite:///{tmp_path}/calm.db"
    migrate(url)
    calm = World(ledger=open_ledger(url, world.clock.now), clock=world.clock, masters=world.masters)
    published(calm, CARES[0])
    undisturbed = published(calm, *CARES, number=2)
    assert plaintexts(world, disturbed) == plaintexts(calm, undisturbed)
    assert replace(disturbed, objects=(), changed_at=undisturbed.changed_at) == replace(undisturbed, objects=())


def test_what_an_insurer_says_of_a_number_that_was_replaced_goes_to_the_living_one(world: World) -> None:
    """People's numbers change; their record does not split."""
    first = published(world, CARES[0])
    merge_patients(DOMINIQUE, BRUNO, CLERK, "new number", world.services)
    world.work()
    assert (shown(world), shown(world, BRUNO)) == ([], [first.id])
    second = published(world, *CARES, number=2)
    assert (shown(world), shown(world, BRUNO)) == ([], [second.id])


def test_an_edition_that_a_person_corrects_goes_through_the_steps_like_any_paper(world: World) -> None:
    """Whatever was made can be put right: its pages, its type and its identity rest where the steps look for them."""
    first, second = published(world, CARES[0]), published(world, *CARES, number=2)
    correct(second, Settlement(ins=BRUNO, by=CLERK), "another person", world.services)
    assert shown(world) == [first.id]
    world.work()
    assert (shown(world), shown(world, BRUNO)) == ([first.id], [second.id])
    assert world.document(second.id).type_code == "REMB"


def test_nothing_is_filed_for_a_patient_whose_record_was_erased(world: World) -> None:
    """An insurer goes on sending; nothing of it comes to rest, and the insurer is told nothing else than before."""
    first, second = published(world, CARES[0]), published(world, *CARES, number=2)
    patient = world.services.archive.pseudonym(DOMINIQUE)
    request = Request(patient=patient, by=CLERK, why="order", ground=Ground.ORDER, years=YEARS)
    (gone, *_) = [one for one in erase(request, world.services) if one.documents]
    assert {one.document for one in gone.documents} == {first.id, second.id}
    before = sorted(world.objects.keys())
    assert publish(of(world, *CARES, number=3), world.services) is None
    assert sorted(world.objects.keys()) == before
    assert shown(world) == []


def test_a_ledger_that_was_lost_knows_the_editions_again(world: World, tmp_path: Path) -> None:
    """Bucket, keyring and master keys are enough to know which one stands."""
    published(world, CARES[0])
    published(world, *CARES[:3], number=2)
    third = published(world, *CARES, number=3)
    url = f"sqlite:///{tmp_path}/made.db"
    migrate(url)
    after = replace(world, ledger=open_ledger(url, world.clock.now))
    report = rebuild(after.services, CLERK, resume=False, seen=lambda _: None)
    assert (report.faults, report.beyond) == ([], [])
    assert shown(after) == shown(world) == [third.id]
    known = after.document(third.id)
    assert len(list(editions(known, after.services))) == 3


def test_what_was_published_is_found_whole_when_everything_is_read_back(world: World) -> None:
    """Scrubbing knows editions as documents; nothing of them is orphaned."""
    published(world, CARES[0])
    published(world, *CARES, number=2)
    scrubber = Scrubber(world.services.archive, world.ledger, world.ledger.begin_pass(Starter.PERSON))
    while scrubber.advance(1 << 30, world.clock.now()):
        pass
    assert (world.ledger.faults(scrubber.standing.number), scrubber.standing.objects) == ([], 16)


def test_editions_are_locked_as_their_class_wants(world: World) -> None:
    """Class 60, as for any document that is filed."""
    locks = _Locks(world.objects)
    archive = Archive(objects=locks, keyring=world.keyring, masters=world.masters)
    services = replace(world.services, archive=archive, locking=Locking(days={"60": 3650, "*": 1}))
    document = published(world, *CARES, services=services)
    assert locks.until == dict.fromkeys(
        (name_of(document.id, one) for one in document.objects), world.clock.time + timedelta(days=3650)
    )


def test_two_insurers_and_two_patients_never_share_a_name(world: World) -> None:
    """Ids say nothing without the key, and nobody's edition is another's."""
    mine = of(world, *CARES)
    theirs = replace(mine, history=replace(mine.history, insurer="mutuelle"))
    elses = replace(mine, history=replace(mine.history, patient=world.services.archive.pseudonym(BRUNO)))
    ids = {getattr(publish(one, world.services), "id", None) for one in (mine, theirs, elses)}
    assert len(ids - {None}) == 3


@pytest.mark.parametrize("renderer", [IdleRenderer(), ConfinedRenderer()])
def test_people_get_a_print_of_it_unless_the_installation_wants_none(world: World, renderer: Renderer) -> None:
    """VERSO_DERIVE=false does without; else a PDF rests beside it, whose text is what the pages say."""
    services = replace(world.services, skills=replace(world.services.skills, renderer=renderer))
    document = published(world, *CARES, services=services)
    printed = [world.services.archive.open(document.id, one) for one in document.objects if one.role is Role.SEARCHABLE]
    assert len(printed) == isinstance(renderer, ConfinedRenderer)
    for content in printed:
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
        assert CARES[0].label in text
        assert "Données de remboursement" in text
