"""Which pages are read, by which cut: none is lost and none is taken for read, whatever changes between two runs."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from documents.document import Document
from documents.errors import ObjectsUnavailable, PagesMissing
from documents.inspection import Inspection
from documents.page import Page
from documents.role import Role
from documents.stage import Stage
from documents.work import Part, Work
from pipelines.ingestion import STEPS
from pipelines.read.interface import AS_FOUND
from pipelines.read.step import pages_of, read_part
from pipelines.replaying import read_again, replay
from pipelines.settling import Settlement, settle
from pipelines.unlocking import unlock
from tests.fakes import PlainReader, paper
from tests.world import World, person


@dataclass
class ForgetfulReader(PlainReader):
    """Leaves out the last page that it is asked for."""

    def read(
        self, original: bytes, inspection: Inspection, first: int, last: int, turns: Mapping[int, int] = AS_FOUND
    ) -> Iterator[Page]:
        """Yield all pages but the last."""
        return super().read(original, inspection, first, last - 1, turns)


def inspected(world: World, pages: int) -> Document:
    """Return a document that is about to be read, at no worker's."""
    received = world.hand_over(paper(pages=pages)).document
    return STEPS[Stage.RECEIVED](received, world.services)


def numbers(world: World, document: Document) -> list[int]:
    """Return the numbers of the pages that rest of a document."""
    return [page.number for page in pages_of(document, world.services)]


def fail_at(wanted: int, world: World) -> list[int]:
    """Let the store fail at one page; return the list of the pages that are asked for."""
    asked: list[int] = []

    def before(page: int) -> None:
        asked.append(page)
        if page == wanted:
            raise ObjectsUnavailable

    world.before_page = before
    return asked


@pytest.mark.parametrize("then", [1, 3, 4, 10])
def test_no_page_is_lost_when_the_cut_changes_between_runs(world: World, then: int) -> None:
    """P31: what was read by twos is not taken for what is read by threes; what was read is not read twice."""
    asked = fail_at(5, world)
    document_id = world.hand_over(paper(pages=9)).document.id
    for _ in range(4):
        world.work()
        world.clock.turn(61)
    dead = world.document(document_id)
    assert (dead.stage, set(asked)) == (Stage.DEAD, {1, 2, 3, 4, 5, 7, 8, 9})
    asked = fail_at(0, world)
    world.pages_per_part = then
    replay(dead, person("operator"), world.services)
    world.work()
    document = world.document(document_id)
    assert (document.stage, document.partial, asked) == (Stage.STORED, False, [5, 6])
    assert numbers(world, document) == list(range(1, 10))


def test_no_page_is_lost_when_the_cut_changes_after_a_part_was_sealed_and_not_noted(world: World) -> None:
    """P31: the first result stands and is shorter than the part is now: the rest is read as well."""
    document = inspected(world, pages=5)
    read_part(document, Part(number=1, first=1, last=2), world.services)
    world.pages_per_part = 5
    assert numbers(world, STEPS[Stage.INSPECTED](document, world.services)) == [1, 2, 3, 4, 5]


def test_a_page_that_the_reader_leaves_out_is_never_passed_over(world: World) -> None:
    """P31: nothing is sealed of a part that lacks a page, and no document without all its pages is called read."""
    document = inspected(world, pages=3)
    skills = replace(world.services.skills, reader=ForgetfulReader())
    with pytest.raises(PagesMissing):
        STEPS[Stage.INSPECTED](document, replace(world.services, skills=skills))
    assert numbers(world, STEPS[Stage.INSPECTED](document, world.services)) == [1, 2, 3]


def test_no_step_works_on_a_document_that_lacks_a_page(world: World) -> None:
    """P31: whoever asks for the pages gets all of them, or is told."""
    document = STEPS[Stage.INSPECTED](inspected(world, pages=5), world.services)
    lacking = replace(document, objects=tuple(o for o in document.objects if (o.role, o.part) != (Role.PAGES, 3)))
    with pytest.raises(PagesMissing):
        STEPS[Stage.READ](lacking, world.services)


def test_missing_pages_are_read_again_by_several_workers(world: World) -> None:
    """P27: a long document fans out at every revision, and its parts are read, though they were done before."""
    world.failing_pages = {1, 2, 5, 7}
    document_id = world.hand_over(paper(pages=8)).document.id
    world.work()
    partial = world.document(document_id)
    assert partial.partial
    world.failing_pages.clear()
    read_again(partial, person("operator"), world.services)
    world.advance(document_id)
    due = world.ledger.due(10, world.performer().lease)
    assert due == [Work(document=document_id, part=first) for first in (1, 5, 7)]
    world.work()
    whole = world.document(document_id)
    assert (whole.stage, whole.partial, numbers(world, whole)) == (Stage.STORED, False, list(range(1, 9)))


def test_an_unlocked_document_that_died_half_read_goes_on_by_several_workers(world: World) -> None:
    """P27, P36: the second revision fans out as the first does, after a death too."""
    document_id = world.hand_over(b"LOCKED " + paper(pages=8)).document.id
    world.work()
    fail_at(3, world)
    unlock(world.document(document_id), "sesame", person("secretary"), world.services)
    world.advance(document_id)
    for first in (1, 3, 3, 3):
        world.performer().perform(Work(document=document_id, part=first))
        world.clock.turn(61)
    fail_at(0, world)
    replay(world.document(document_id), person("operator"), world.services)
    world.advance(document_id)
    due = world.ledger.due(10, world.performer().lease)
    assert due == [Work(document=document_id, part=first) for first in (3, 5, 7)]
    world.work()
    assert world.document(document_id).stage is Stage.STORED


def test_a_page_that_lies_otherwise_is_read_again_alone_and_can_be_turned_back(world: World) -> None:
    """A person's turn is reversible: the other pages are not read twice, and what was decided before stands."""
    asked: list[int] = []
    world.before_page = asked.append
    document_id = world.hand_over(paper(ins="", pages=5)).document.id
    world.work()
    asked.clear()
    for degrees in (90, 0):
        before = world.document(document_id)
        assert before.stage is Stage.REVIEW
        settle(before, Settlement(turns=((3, degrees),), by=person("marie")), world.services)
        world.work()
        lies = [page.turned for page in pages_of(world.document(document_id), world.services)]
        assert lies == [0, 0, degrees, 0, 0]
    assert asked == [3, 3]


def test_who_follows_a_document_sees_its_pages_being_read(world: World) -> None:
    """P37: the number moves page by page while they are read, not when all of them are."""
    world.pages_per_part = 3
    document_id = world.hand_over(paper(pages=3)).document.id
    seen: list[int] = []

    def before(page: int) -> None:
        deadline = time.monotonic() + 30
        while world.ledger.pages_read([document_id]) != {document_id: page - 1}:
            assert time.monotonic() < deadline, "nothing is told"
            time.sleep(0.01)
        seen.append(page)

    world.before_page = before
    (due,) = world.ledger.due(1, timedelta(0))
    replace(world.performer(), lease=timedelta(seconds=0.15)).perform(due)
    assert seen == [1, 2, 3]
    assert world.document(document_id).stage is Stage.STORED


def test_the_last_page_of_a_part_is_not_told_apart(world: World) -> None:
    """A part that is done says it all: a document of one page costs no write more."""
    document = inspected(world, 4)
    heard: list[int] = []
    services = replace(world.services, page_read=lambda: heard.append(1))
    read_part(document, Part(number=1, first=1, last=3), services)
    assert len(heard) == 2
    read_part(document, Part(number=4, first=4, last=4), services)
    assert len(heard) == 2
